"""Any other table of numbers."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from radassoc.base.errors import InputError, RadiomicsError
from radassoc.tables.plain import read_plain
from radassoc.tables.table import Table


def test_numbers_stay_and_text_goes_with_a_note() -> None:
    frame = pd.DataFrame({"EGFR": [0, 1], "label": ["x", "y"]}, index=pd.Index(["P1", "P2"], name="patient"))
    read = read_plain(frame, "mutations")
    assert read.name == "mutations"
    assert read.frame.to_dict("list") == {"EGFR": [0.0, 1.0]}
    assert [(row["scope"], row["name"], row["reason"]) for row in read.notes] == [("mutations", "label", "text")]
    assert list(read.features.columns) == []


def test_errors_are_of_no_special_modality() -> None:
    with pytest.raises(InputError) as caught:
        read_plain(pd.DataFrame({"label": ["x", "y"]}, index=["P1", "P2"]), "mutations")
    assert not isinstance(caught.value, RadiomicsError)


@pytest.mark.real_data
def test_mutations_and_copy_number(cohorts: Path) -> None:
    assert read_plain(cohorts / "glioma" / "mutations.csv", "mutations").frame.shape == (569, 16)
    assert read_plain(cohorts / "glioma" / "copy_number.csv", "copy_number").frame.shape == (569, 30)
    table = Table(
        cohorts / "biopsies" / "biopsies.csv",
        sample="Iavarone_ID",
        patient="Patient_ID",
        missing_patient="drop",
        columns=["EGFR_cnv", "EGFR_mut"],
    )
    assert read_plain(table, "genes").patients.nunique() == 60
