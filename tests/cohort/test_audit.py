from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import radassoc as ra
from radassoc.cohort.cohort import Cohort
from radassoc.tables.table import note


@pytest.fixture
def noted(small):
    """The small cohort with three rows that a reader left out."""
    notes = [
        note("radiomics", "S5", "no patient", "row left out"),
        note("radiomics", "S6", "no patient", "row left out"),
        note("radiomics", "S7-11", "no tumour sample", "TCGA sample type 11"),
    ]
    return Cohort(replace(small._parts, notes=(*small._parts.notes, *notes)))


def test_flow_counts_everybody(small):
    expected = pd.DataFrame(
        {
            "step": [
                "Patients in any table",
                "With radiomics",
                "With radiomics and expression",
                "With radiomics, expression and outcome",
            ],
            "n_patients": [5, 4, 3, 3],
            "n_excluded": [0, 1, 1, 0],
            "reason": ["", "Without radiomics", "Without expression", ""],
        }
    )
    pd.testing.assert_frame_equal(small.audit.flow, expected)


def test_flow_tells_unknown_outcome_from_absent_rows(frames):
    radiomics = pd.DataFrame({"x": [1.0, 2.0, 3.0]}, index=["P1", "P4", "P9"])
    cohort = Cohort.from_frames(
        radiomics=radiomics, clinical=frames["clinical"], time="months", event="dead", unit="months"
    )
    last = cohort.audit.flow.iloc[-1]
    assert last["n_excluded"] == 2
    assert last["reason"] == "1 not in the clinical table; 1 without known time and event"
    assert cohort.audit.patients.set_index("patient")["reason"].to_dict() == {
        "P1": "",
        "P4": "without known time and event",
        "P9": "not in the clinical table",
    }


def test_each_step_loses_what_it_says(small, many):
    for cohort in (small, many, many.subset(many.patients[10:50])):
        flow = cohort.audit.flow
        assert (flow["n_patients"].shift(1).iloc[1:] - flow["n_excluded"].iloc[1:]).tolist() == flow["n_patients"].iloc[
            1:
        ].tolist()
        assert ((flow["n_excluded"] > 0) == (flow["reason"] != "")).all()


def test_each_imaging_patient_is_accounted_for(small):
    patients = small.audit.patients
    assert patients["patient"].tolist() == ["P1", "P2", "P3", "P9"]
    assert patients["status"].tolist() == ["complete"] * 3 + ["incomplete"]
    assert patients["reason"].iloc[-1] == "without expression; not in the clinical table"


def test_rows_are_counted_in_the_table_and_named_in_samples_only(noted):
    audit = noted.audit
    rows = audit.table.query("step == 'read'").set_index("reason")
    assert rows.loc["no patient", "n"] == 2
    assert rows.loc["no tumour sample", "n"] == 1
    everything = audit.table.to_csv() + audit.flow.to_csv()
    assert not any(name in everything for name in ("S5", "S6", "S7", "P9"))
    left_out = audit.samples[audit.samples["sample"] != ""]
    assert left_out["sample"].tolist() == ["S5", "S6", "S7-11"]
    assert set(left_out["status"]) == {"left out"}


def test_audit_survives_save_and_load(noted, tmp_path):
    noted.audit.save(tmp_path / "audit", patient_level=True)
    again = ra.load(tmp_path / "audit")
    for name in ("table", "flow", "samples", "patients"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(noted.audit, name), check_exact=True)


def test_patients_are_saved_only_on_request(noted, tmp_path):
    noted.audit.save(tmp_path / "audit.json")
    text = (tmp_path / "audit.json").read_text()
    assert not any(f'"{name}' in text or f"{name}," in text for name in ("P1", "P9", "S5", "S7-11"))
    again = ra.load(tmp_path / "audit.json")
    assert again.samples is None
    assert again.patients is None


def test_cohort_without_imaging_lists_all_patients(frames):
    cohort = Cohort.from_frames(expression=frames["expression"], clinical=frames["clinical"])
    assert cohort.audit.patients["patient"].tolist() == ["P1", "P2", "P3", "P4"]
    assert cohort.audit.flow["n_patients"].tolist() == [4, 3]


def test_clinical_alone(frames):
    flow = Cohort.from_frames(clinical=frames["clinical"]).audit.flow
    assert flow["n_patients"].tolist() == [4]
