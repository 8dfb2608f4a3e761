from __future__ import annotations

import pandas as pd
import pytest

import radassoc as ra


def test_clinical_goes_before_modalities(small):
    both = small.with_clinical(pd.DataFrame({"TP53": ["mutated"]}, index=["P1"]))
    assert both.column("TP53")["P1"] == "mutated"
    assert both.column("expression:TP53")["P3"] == 1.0
    assert both.column("clinical:TP53")["P1"] == "mutated"


def test_a_colon_in_a_name_is_read_as_it_stands(small):
    odd = small.with_clinical(pd.DataFrame({"radiomics:EGFR": [7.0], "a:b": [8.0]}, index=["P1"]))
    assert odd.column("radiomics:EGFR")["P1"] == 7
    assert odd.column("a:b")["P1"] == 8


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("EGFR", ["column of 2 tables", "'radiomics:EGFR', 'expression:EGFR'"]),
        ("agee", ["no column 'agee'", "Did you mean 'age'"]),
        ("VOLUME_TX", ["Did you mean 'radiomics:VOLUME_TC'"]),
        ("expression:TP5", ["expression (2 columns)", "'expression:TP53'"]),
        ("expresion:TP53", ["no table 'expresion'", "Did you mean 'expression'"]),
        ("zzzzzzzz", ["cohort.clinical.columns"]),
        (3, ["no reference"]),
    ],
)
def test_messages_name_candidates(small, reference, told):
    with pytest.raises(ra.IdentifierError) as error:
        small.column(reference)
    for part in told:
        assert part in str(error.value)
