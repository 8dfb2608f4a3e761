from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import InputError
from radassoc.survival.groups import RiskGroups, make_groups
from radassoc.survival.validation import RiskValidation


@pytest.fixture
def cohort():
    clinical = pd.DataFrame(
        {"time": [1.0, 2, 3, 4, 5, 6], "event": [1, 1, 0, 1, 0, 1]}, index=[f"P{i}" for i in range(6)]
    )
    return ra.Cohort.from_frames(clinical=clinical, time="time", event="event", unit="months")


def validation(groups, **more):
    samples = pd.DataFrame({"patient": [f"P{i}" for i in range(len(groups))], "score": 0.5, "group": groups})
    return RiskValidation(
        table=pd.DataFrame(),
        resamples=pd.DataFrame(),
        samples=samples,
        params={"modality": "radiomics", "covariates": ("age",)},
        **more,
    )


def test_counts_patients_and_events_of_each_group(cohort):
    groups = RiskGroups.from_validation(cohort, validation(["high", "high", "low", "low", None, "low"]))
    assert groups.score_of == "imaging + age"
    assert groups.table.to_dict("records") == [
        {"group": "low", "n_patients": 3, "n_events": 2},
        {"group": "high", "n_patients": 2, "n_events": 2},
    ]
    assert groups.source == "out_of_fold"
    assert groups.provenance["counts"]["n_without_group"] == 1
    assert groups.samples["patient"].tolist() == ["P0", "P1", "P2", "P3", "P5"]


def test_no_group_is_no_signal_with_the_reason_of_the_validation(cohort):
    empty = validation([None] * 6, status="no_signal", reason="50 of 50 outer models select no imaging feature")
    groups = RiskGroups.from_validation(cohort, empty)
    assert groups.status == "no_signal"
    assert "50 of 50" in groups.reason
    assert len(groups.table) == 0
    assert list(groups.table.columns) == ["group", "n_patients", "n_events"]


def test_a_validation_without_patients_is_refused(cohort):
    saved = RiskValidation(table=pd.DataFrame(), resamples=pd.DataFrame())
    with pytest.raises(InputError, match="patient_level=True"):
        RiskGroups.from_validation(cohort, saved)


def test_an_empty_imaging_score_makes_no_groups_out_of_covariates(cohort):
    empty = validation(["high", "high", "low", "low", "low", "low"], status="no_signal", reason="all models are empty")
    groups = RiskGroups.from_validation(cohort, empty)
    assert groups.status == "no_signal"
    assert groups.reason == "all models are empty"


def test_survives_save_and_load(cohort, tmp_path):
    samples = pd.DataFrame(
        {"patient": ["P0", "P1", "P2"], "score": [0.1, 1 / 3, np.pi], "group": ["low", "low", "high"]}
    )
    null = pd.DataFrame({0: ["low", None, "high"]}, index=pd.Index(["P0", "P1", "P2"], name="patient"))
    groups = make_groups(cohort, samples, source="out_of_fold", cuts=(1 / 3 + 1,), null_groups=null)
    groups.save(tmp_path / "g", patient_level=True)
    back = ra.load(tmp_path / "g")
    pd.testing.assert_frame_equal(back.table, groups.table, check_exact=True)
    pd.testing.assert_frame_equal(back.samples, groups.samples, check_exact=True)
    pd.testing.assert_frame_equal(back.null_groups, groups.null_groups, check_exact=True)
    assert (back.cut, back.source, back.labels) == (groups.cut, "out_of_fold", ("low", "high"))
    groups.save(tmp_path / "public")
    assert ra.load(tmp_path / "public").samples is None
    assert "P0" not in "".join(p.read_text() for p in (tmp_path / "public").iterdir())
