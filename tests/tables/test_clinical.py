"""Clinical tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import ClinicalError
from radassoc.tables.clinical import read_clinical
from radassoc.tables.outcome import code_outcome
from radassoc.tables.table import Table


def read(text: str, tmp_path: Path, **described: object):
    path = tmp_path / "clinical.csv"
    path.write_text(text)
    return read_clinical(Table(path, **described))


def test_numbers_are_floats_and_the_rest_is_text(tmp_path: Path) -> None:
    table = read("patient,age,sex,stage,dead\n01,60, female ,2,TRUE\n02,[Not Available],male,IIa,FALSE\n", tmp_path)
    assert table.frame.index.tolist() == ["01", "02"]
    assert table.frame["age"].tolist()[0] == 60.0
    assert np.isnan(table.frame["age"].iloc[1])
    assert table.frame["sex"].tolist() == ["female", "male"]
    assert table.frame["stage"].tolist() == ["2", "IIa"]
    assert table.frame["dead"].tolist() == ["True", "False"]
    assert table.patients.tolist() == ["01", "02"]


def test_a_word_among_numbers_keeps_the_column_text_and_is_noted(tmp_path: Path) -> None:
    table = read("patient,age\na,60\nb,70\nc,over 89\n", tmp_path)
    assert table.frame["age"].tolist() == ["60", "70", "over 89"]
    assert table.notes[0]["reason"] == "kept as text"
    assert "2 numbers beside 'over 89'" in table.notes[0]["detail"]


def test_missing_text_is_missing(tmp_path: Path) -> None:
    table = read("patient,site,surgery\na,NA,None\nb,,Unknown\nc,left,biopsy\n", tmp_path)
    assert table.frame["site"].isna().tolist() == [True, True, False]
    assert table.frame["surgery"].tolist() == ["None", "Unknown", "biopsy"]  # answers of their own


def test_decimal_commas_are_refused_or_read(tmp_path: Path) -> None:
    text = "patient;age\na;63,5\nb;70\n"
    with pytest.raises(ClinicalError, match='decimal=","'):
        read(text, tmp_path)
    assert read(text, tmp_path, decimal=",").frame["age"].tolist() == [63.5, 70.0]


def test_rows_of_a_patient_that_agree_are_merged(tmp_path: Path) -> None:
    table = read("scan_id,patient,age,sex\n1,B,60,\n2,A,50,m\n3,B,60,f\n", tmp_path)
    assert table.frame.to_dict("list") == {"age": [60.0, 50.0], "sex": ["f", "m"]}
    assert table.frame.index.tolist() == ["B", "A"]
    assert table.notes[0]["reason"] == "rows merged"


def test_rows_of_a_patient_that_differ_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ClinicalError, match=r"1 patient .*'A'.* in 'age'"):
        read("scan_id,patient,age\n1,A,60\n2,A,61\n", tmp_path)


def test_only_identifiers_are_no_clinical_table(tmp_path: Path) -> None:
    with pytest.raises(ClinicalError, match="no column besides"):
        read("patient,age\nA,1\n", tmp_path, drop=["age"])


def test_two_files_stand_beside() -> None:
    one = pd.DataFrame({"age": [1.0]}, index=["A"])
    assert read_clinical([one, pd.DataFrame({"sex": ["f"]}, index=["A"])]).frame.loc["A"].tolist() == [1.0, "f"]


@pytest.mark.real_data
@pytest.mark.parametrize(
    ("cohort", "time", "event", "unit", "patients", "events"),
    [
        ("glioma", "os_months", "os_event", "months", 573, 188),
        ("lung1", "Survival.time", "deadstatus.event", "days", 388, 226),
        ("hn1", "overall_survival_in_days", "event_overall_survival", "days", 118, 64),
        ("freije", "survival", "status", "months", 85, 59),
    ],
)
def test_published_cohorts(
    cohorts: Path, cohort: str, time: str, event: str, unit: str, patients: int, events: int
) -> None:
    outcome = code_outcome(read_clinical(cohorts / cohort / "clinical.csv").frame, time, event, unit)
    assert (len(outcome.table), int(outcome.event.sum())) == (patients, events)


@pytest.mark.real_data
def test_breast_and_biopsies(cohorts: Path) -> None:
    breast = Table(
        cohorts / "breast" / "radiomics_and_clinical.csv",
        columns=["DFI TIME", "Recurrencia", "Age", "HER2_status"],
        identifier_rule="tcga",
    )
    table = read_clinical(breast)
    assert table.frame.shape == (91, 4)
    assert set(table.frame["HER2_status"]) == {"0", "1+", "2+", "3+"}
    assert int(code_outcome(table.frame, "DFI TIME", "Recurrencia", "days").event.sum()) == 5
    told = {"sample": "Iavarone_ID", "patient": "Patient_ID", "missing_patient": "drop"}
    path = cohorts / "biopsies" / "biopsies.csv"
    assert len(read_clinical(Table(path, **told, columns=["IDH.mutation.status"])).frame) == 60
    with pytest.raises(ClinicalError, match="annotation"):
        read_clinical(Table(path, **told, columns=["IDH.mutation.status", "MRI.contrast.enhancing.annotation"]))
