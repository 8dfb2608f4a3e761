from __future__ import annotations

import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import ClinicalError
from radassoc.cohort.cohort import Cohort
from radassoc.tables.table import note


def reasons(cohort):
    return cohort.audit.table["reason"].tolist()


def test_with_modality_tells_the_audit(small):
    told = note("pathways", "hypoxia", "few genes", "3 of 21", step="score_pathways")
    frame = pd.DataFrame({"hypoxia": [1.0, 2.0]}, index=["P1", "P7"])
    more = small.with_modality("pathways", frame, notes=[told])
    assert {"few genes", "patients added"} <= set(reasons(more))
    assert "P7" in more.patients
    assert "table replaced" in reasons(small.with_modality("radiomics", small.radiomics))


def test_with_modality_of_strangers_is_refused(small):
    with pytest.raises(ra.IdentifierError, match="No patient is in both"):
        small.with_modality("pathways", pd.DataFrame({"x": [1.0]}, index=["Q1"]))


def test_with_clinical_adds_columns_and_patients(small):
    more = small.with_clinical(pd.DataFrame({"grade": ["4", "3"]}, index=["P9", "P1"]))
    assert list(more.clinical.index) == ["P1", "P2", "P3", "P4", "P9"]
    assert more.column("grade").dropna().to_dict() == {"P1": "3", "P9": "4"}
    assert more.column("age").dropna().to_dict() == small.column("age").to_dict()
    assert list(more.patients) == list(small.patients)


def test_with_clinical_replaces_and_says_so(small):
    more = small.with_clinical(pd.DataFrame({"age": [1.0] * 4}, index=["P1", "P2", "P3", "P4"]))
    assert more.column("age").eq(1).all()
    assert "column replaced" in reasons(more)


def test_with_clinical_keeps_the_outcome_safe(small):
    with pytest.raises(ra.ClinicalError, match="made the outcome"):
        small.with_clinical(pd.DataFrame({"months": [1.0]}, index=["P1"]))


def test_with_clinical_of_strangers_is_refused(small):
    with pytest.raises(ra.IdentifierError, match="P4"):
        small.with_clinical(pd.DataFrame({"x": [1.0]}, index=["P44"]))


def test_coding_of_the_event_is_in_the_audit(small):
    row = small.audit.table.query("reason == 'event coding'").iloc[0]
    assert row["name"] == "dead"
    assert row["detail"] == "'0' censored, '1' event"


def test_disjoint_tables_after_a_subset_are_no_error(small):
    assert list(small.subset(["P4", "P9"]).patients) == ["P4", "P9"]


@pytest.mark.parametrize("name", ["months", "dead"])
def test_the_outcome_is_no_measurement(name):
    clinical = pd.DataFrame({"months": [3.0, 4.0, 5.0], "dead": [1, 0, 1]}, index=["A", "B", "C"])
    mixed = pd.DataFrame({"volume": [1.0, 2.0, 3.0], name: clinical[name]})
    with pytest.raises(ClinicalError, match=f"'{name}' is the outcome, and also among the columns of radiomics"):
        Cohort.from_frames(radiomics=mixed, clinical=clinical, time="months", event="dead", unit="months")
    assert len(Cohort.from_frames(radiomics=mixed, clinical=clinical)) == 3
