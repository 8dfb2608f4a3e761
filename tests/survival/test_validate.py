"""Nested validation: what it says, that it can be repeated, and that noise gives no finding."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError, InputError
from radassoc.base.settings import options
from radassoc.cohort.cohort import Cohort
from radassoc.survival.validate import RiskValidation, validate_risk_score

Maker = Callable[..., Cohort]
QUICK = {"n_folds": 4, "n_outer_folds": 4, "n_outer_repeats": 2, "n_bootstraps": 8, "n_permutations": 8, "seed": 2}


@pytest.fixture(scope="module")
def validation(planted_cohort: Cohort) -> RiskValidation:
    return validate_risk_score(planted_cohort, covariates=["age"], **{**QUICK, "n_bootstraps": 20})


def row(validation: RiskValidation, model: str) -> pd.Series:
    return validation.table.set_index("model").loc[model]


def test_a_planted_signal_adds_to_the_covariates(validation: RiskValidation) -> None:
    assert validation.volume == "original_shape_MeshVolume"
    full, gain = row(validation, "full - covariates"), row(validation, "full - volume")
    assert full["estimate"] > 0.05
    assert gain["estimate"] > 0.05
    assert full["p_value"] == pytest.approx(1 / 9)
    table = validation.table
    assert table["p_value"].notna().sum() == 1
    measured = table[table["measure"] != "share_empty"]
    assert (measured["ci_low"] < measured["estimate"]).all()
    assert (measured["ci_high"] > measured["estimate"]).all()
    assert set(measured["interval"]) == {"rerun"}


def test_estimates_are_means_of_the_repeats_and_differences_agree(validation: RiskValidation) -> None:
    repeats = validation.resamples.query("resample == 'outer_repeat'").groupby("model")["value"].mean()
    for model, value in repeats.items():
        assert row(validation, model)["estimate"] == pytest.approx(value, abs=1e-12)
    assert repeats["full"] - repeats["covariates"] == pytest.approx(repeats["full - covariates"], abs=1e-12)


def test_the_p_value_counts_the_permutations(planted: Maker) -> None:
    noise = planted(effect=0.0, seed=11)
    found = validate_risk_score(noise, **{**QUICK, "n_permutations": 15, "n_bootstraps": 0})
    null = found.resamples.query("resample == 'permutation'")["value"].to_numpy()
    observed = found.resamples.query("resample == 'outer_repeat' and model == 'full'")["value"].mean()
    expected = (np.sum(np.round(null, 12) >= np.round(observed, 12)) + 1) / 16
    assert row(found, "full")["p_value"] == expected
    assert expected > 0.05


def test_samples_and_null_samples_are_the_same_patients(validation: RiskValidation, planted_cohort: Cohort) -> None:
    samples = validation.samples
    assert samples["patient"].tolist() == list(planted_cohort.patients)
    assert set(samples["group"]) == {"low", "high"}
    for name in ("null_samples", "null_imaging", "null_groups"):
        frame = getattr(validation, name)
        assert frame.shape == (90, 8)
        assert list(frame.index) == samples["patient"].tolist()
    assert np.corrcoef(samples["score"], samples["imaging_score"])[0, 1] > 0.5
    # permuted imaging leaves the covariates' part in the total
    assert not np.allclose(validation.null_samples, validation.null_imaging)


def test_same_answer_for_any_number_of_workers(planted_cohort: Cohort) -> None:
    found = []
    for n_jobs in (1, 2):
        with options(n_jobs=n_jobs):
            found.append(validate_risk_score(planted_cohort, **{**QUICK, "n_bootstraps": 3, "n_permutations": 3}))
    for name in ("table", "samples", "null_samples", "null_groups", "resamples"):
        pd.testing.assert_frame_equal(getattr(found[0], name), getattr(found[1], name), check_exact=True)


def test_it_survives_saving_without_patients_unless_asked(validation: RiskValidation, tmp_path: Path) -> None:
    plain = ra.load(validation.save(tmp_path / "plain"))
    for name in ("samples", "null_samples", "null_imaging", "null_groups"):
        assert getattr(plain, name) is None
    pd.testing.assert_frame_equal(plain.table, validation.table, check_exact=True)
    assert plain.params["preparation"].max_missing == 0.2
    whole = ra.load(validation.save(tmp_path / "whole", patient_level=True))
    for name in ("samples", "null_samples", "null_imaging", "null_groups", "resamples"):
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(validation, name), check_exact=True)


def test_conditional_interval_is_labelled(planted_cohort: Cohort) -> None:
    settings = {**QUICK, "n_bootstraps": 200, "n_permutations": 0}
    found = validate_risk_score(planted_cohort, interval="conditional", **settings)
    measured = found.table[found.table["measure"] != "share_empty"]
    assert set(measured["interval"]) == {"conditional"}
    assert found.families == ()
    assert found.null_samples is None
    assert found.table["p_value"].isna().all()
    assert ((measured["ci_low"] < measured["estimate"]) & (measured["estimate"] < measured["ci_high"])).all()


def test_few_bootstraps_give_no_interval_and_say_so(planted_cohort: Cohort) -> None:
    for interval in ("rerun", "conditional"):
        settings = {**QUICK, "interval": interval, "n_bootstraps": 2, "n_permutations": 0}
        found = validate_risk_score(planted_cohort, **settings)
        assert set(found.table["interval"]) == {"none"}
        assert found.table[["ci_low", "ci_high"]].isna().all(axis=None)
        assert "needs 20 usable bootstrap samples, and 2 of 2 were" in found.reason
        assert found.params["n_bootstraps_used"] == 2


def test_no_interval_on_request(planted_cohort: Cohort) -> None:
    found = validate_risk_score(planted_cohort, interval="none", **{**QUICK, "n_permutations": 0})
    assert set(found.table["interval"]) == {"none"}
    assert found.table["ci_low"].isna().all()


def test_pure_noise_without_covariates_can_be_empty(planted: Maker) -> None:
    noise = planted(effect=0.0, seed=4)
    settings = {**QUICK, "n_bootstraps": 3, "n_permutations": 3, "lambda_rule": "1se"}
    found = validate_risk_score(noise, **settings)
    assert found.status == "no_signal"
    assert row(found, "full")["estimate"] == 0.5
    null = found.resamples.query("resample == 'permutation'")["value"]
    assert row(found, "full")["p_value"] == (1 + (null >= 0.5).sum()) / 4
    assert found.samples["group"].isna().all()
    assert found.table.set_index("measure").loc["share_empty", "estimate"] == 1


def test_too_few_events_are_refused(planted_cohort: Cohort) -> None:
    events = planted_cohort.outcome.event
    few = planted_cohort.subset([*events.index[events][:6], *events.index[~events]])
    with pytest.raises(DesignError, match="6 events"):
        validate_risk_score(few)


@pytest.mark.parametrize("wrong", [{"interval": "wald"}, {"n_permutations": -1}, {"n_outer_repeats": 0}])
def test_settings_out_of_range_are_refused(planted_cohort: Cohort, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        validate_risk_score(planted_cohort, **wrong)  # type: ignore[arg-type]


@pytest.mark.slow
def test_processes_give_the_same_answer_as_threads(planted_cohort: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = {**QUICK, "n_bootstraps": 3, "n_permutations": 3}
    threads = validate_risk_score(planted_cohort, **settings)
    monkeypatch.setattr("radassoc.survival._reruns._MANY", 1)
    with options(n_jobs=2):
        processes = validate_risk_score(planted_cohort, **settings)
    pd.testing.assert_frame_equal(processes.table, threads.table, check_exact=True)
    pd.testing.assert_frame_equal(processes.null_samples, threads.null_samples, check_exact=True)


@pytest.mark.slow
def test_the_permutation_test_is_calibrated(planted: Maker) -> None:
    """Outcome depends on age, imaging is noise: P(p <= 0.1) must not exceed 0.1 by two standard errors."""
    hits = 0
    for seed in range(200):
        noise = planted(60, 30, effect=0.0, seed=1000 + seed)
        found = validate_risk_score(
            noise,
            covariates="age",
            **{**QUICK, "n_outer_repeats": 1, "n_bootstraps": 0, "n_permutations": 19, "seed": seed},
        )
        hits += row(found, "full - covariates")["p_value"] <= 0.1
    assert hits / 200 <= 0.1 + 2 * np.sqrt(0.1 * 0.9 / 200)


@pytest.mark.real_data
@pytest.mark.slow
def test_lung_is_where_the_field_found_it(lung_pair: tuple[Cohort, Cohort]) -> None:
    """Nested C about 0.57 to 0.59, volume alone about 0.59: nothing near the published 0.8."""
    settings = {"n_outer_repeats": 4, "n_permutations": 0, "interval": "none"}
    found = validate_risk_score(lung_pair[0], **settings)
    assert 0.54 < row(found, "full")["estimate"] < 0.62
    assert 0.57 < row(found, "volume")["estimate"] < 0.61
