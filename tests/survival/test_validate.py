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
from radassoc.survival._validation_rows import CORRECTED
from radassoc.survival.validate import RiskValidation, validate_risk_score

Maker = Callable[..., Cohort]
QUICK = {"n_folds": 4, "n_outer_folds": 4, "n_outer_repeats": 2, "n_bootstraps": 8, "n_permutations": 8, "seed": 2}


@pytest.fixture(scope="module")
def validation(planted_cohort: Cohort) -> RiskValidation:
    return validate_risk_score(planted_cohort, covariates=["age"], **{**QUICK, "n_bootstraps": 20})


def row(validation: RiskValidation, model: str, measure: str = "") -> pd.Series:
    """Return the row of a model; C, or the change in C, unless another measure is asked for."""
    wanted = measure or ("concordance_difference" if " - " in model else "concordance")
    table = validation.table
    return table[(table["measure"] == wanted) & (table["model"] == model)].iloc[0]


def test_a_planted_signal_adds_to_the_covariates(validation: RiskValidation) -> None:
    assert validation.volume == "original_shape_MeshVolume"
    full, gain = row(validation, "full - covariates"), row(validation, "full - volume")
    assert full["estimate"] > 0.05
    assert gain["estimate"] > 0.05
    assert full["p_value"] == pytest.approx(1 / 9)
    table = validation.table
    assert table["p_value"].notna().sum() == 1
    measured = table[table["interval"] == "rerun"]
    assert (measured["ci_low"] < measured["estimate"]).all()
    assert (measured["ci_high"] > measured["estimate"]).all()
    bare = table[table["interval"] == "none"]
    assert set(bare["model"]) == {"full (optimism-corrected)", "full (.632+)", "outer models"}
    assert bare["ci_low"].isna().all()


def test_every_measure_of_every_model_and_what_imaging_adds(validation: RiskValidation) -> None:
    table = validation.table
    models = ["full", "covariates", "volume", "covariates + volume"]
    gains = ["full - covariates", "full - volume", "full - (covariates + volume)"]
    for measure in ("concordance", "uno_concordance", "integrated_brier", "brier_skill", "calibration_slope"):
        found = table[(table["measure"] == measure) & ~table["model"].isin(CORRECTED)]
        assert found["model"].tolist() == models
        assert found["time"].isna().all()
    for measure in ("auc", "brier"):
        found = table[table["measure"] == measure]
        assert found["model"].tolist() == [m for m in models for _ in validation.params["times"]]
        assert found["time"].tolist() == [*validation.params["times"]] * 4
    for measure in ("concordance", "uno_concordance", "integrated_brier"):
        found = table[table["measure"] == f"{measure}_difference"]
        assert found["model"].tolist() == gains
        assert found["detectable"].notna().all()
    assert row(validation, "full", "brier_skill")["estimate"] > 0.05
    assert row(validation, "full - volume", "integrated_brier_difference")["ci_high"] < 0
    assert validation.params["times"] == (12.0, 24.0)
    assert validation.unit == "months"


def test_secondary_estimates_are_made_of_the_parts_in_resamples(validation: RiskValidation) -> None:
    parts = validation.resamples.query("measure == 'concordance' and model == 'full'").groupby("resample")["value"]
    seen, optimism, outside = (parts.get_group(name).to_numpy() for name in ("apparent", "optimism", "left_out"))
    assert len(optimism) == len(outside) == 20
    corrected = row(validation, "full (optimism-corrected)")
    assert corrected["estimate"] == pytest.approx(seen[0] - optimism.mean(), abs=1e-12)
    overfitting = (seen[0] - outside.mean()) / (seen[0] - 0.5)
    weight = 0.632 / (1 - 0.368 * overfitting)
    plus = row(validation, "full (.632+)")
    assert plus["estimate"] == pytest.approx((1 - weight) * seen[0] + weight * outside.mean(), abs=1e-12)
    assert np.isnan(corrected["ci_low"])
    errors = [row(validation, model, "integrated_brier")["estimate"] for model in ("full", *CORRECTED)]
    assert np.ptp(errors) < 0.03


def test_curves_hold_no_patient(validation: RiskValidation) -> None:
    assert validation.roc["threshold"].isna().all()
    assert set(validation.decision["model"]) >= {"full", "covariates", "volume", "covariates + volume"}
    assert set(validation.calibration["time"]) == set(validation.params["times"])


def test_estimates_are_means_of_the_repeats_and_differences_agree(validation: RiskValidation) -> None:
    repeats = validation.resamples.query("resample == 'outer_repeat' and measure.str.match('concordance')")
    repeats = repeats.groupby("model")["value"].mean()
    for model, value in repeats.items():
        assert row(validation, str(model))["estimate"] == pytest.approx(value, abs=1e-12)
    assert repeats["full"] - repeats["covariates"] == pytest.approx(repeats["full - covariates"], abs=1e-12)


@pytest.mark.slow
def test_the_p_value_counts_the_permutations(planted: Maker) -> None:
    noise = planted(effect=0.0, seed=11)
    found = validate_risk_score(noise, **{**QUICK, "n_permutations": 15, "n_bootstraps": 0})
    null = found.resamples.query("resample == 'permutation'")["value"].to_numpy()
    observed = found.resamples.query("resample == 'outer_repeat' and model == 'full' and measure == 'concordance'")
    observed = observed["value"].mean()
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


@pytest.mark.slow
def test_same_answer_for_any_number_of_workers(planted_cohort: Cohort) -> None:
    found = []
    for n_jobs in (1, 2):
        with options(n_jobs=n_jobs):
            found.append(validate_risk_score(planted_cohort, **{**QUICK, "n_bootstraps": 3, "n_permutations": 3}))
    for name in ("table", "samples", "null_samples", "null_groups", "resamples", "calibration"):
        pd.testing.assert_frame_equal(getattr(found[0], name), getattr(found[1], name), check_exact=True)


def test_it_survives_saving_without_patients_unless_asked(validation: RiskValidation, tmp_path: Path) -> None:
    plain = ra.load(validation.save(tmp_path / "plain"))
    for name in ("samples", "null_samples", "null_imaging", "null_groups"):
        assert getattr(plain, name) is None
    pd.testing.assert_frame_equal(plain.table, validation.table, check_exact=True)
    pd.testing.assert_frame_equal(plain.decision, validation.decision, check_exact=True)
    assert plain.params["preparation"].max_missing == 0.2
    whole = ra.load(validation.save(tmp_path / "whole", patient_level=True))
    for name in ("samples", "null_samples", "null_groups", "resamples", "roc", "calibration", "decision"):
        pd.testing.assert_frame_equal(getattr(whole, name), getattr(validation, name), check_exact=True)


def test_conditional_interval_is_labelled(planted_cohort: Cohort) -> None:
    settings = {**QUICK, "n_bootstraps": 60, "n_permutations": 0}
    found = validate_risk_score(planted_cohort, interval="conditional", **settings)
    measured = found.table[found.table["measure"] != "share_empty"]
    assert set(measured["interval"]) == {"conditional"}
    assert not set(found.table["model"]) & set(CORRECTED)
    assert found.families == ()
    assert found.null_samples is None
    assert found.table["p_value"].isna().all()
    assert ((measured["ci_low"] < measured["estimate"]) & (measured["estimate"] < measured["ci_high"])).all()


@pytest.mark.parametrize(
    ("cut", "n_groups", "labels"),
    [
        ("quantiles", 3, {"low", "intermediate", "high"}),
        ("quantiles", 4, {"Q1", "Q2", "Q3", "Q4"}),
        ("maxstat", 2, None),
    ],
)
def test_other_cuts(planted_cohort: Cohort, cut: str, n_groups: int, labels: set[str] | None) -> None:
    settings = {**QUICK, "n_bootstraps": 0, "n_permutations": 2, "n_outer_repeats": 1}
    found = validate_risk_score(planted_cohort, cut=cut, n_groups=n_groups, **settings)  # type: ignore[arg-type]
    labels = labels or {"low", "high"}
    assert set(found.samples["group"]) == labels
    assert set(found.null_groups.stack().dropna()) <= labels
    assert (found.params["cut"], found.params["n_groups"]) == (cut, n_groups)
    if labels == {"low", "high"}:
        return
    means = found.samples.groupby("group")["score"].mean()
    assert means[max(labels) if n_groups == 4 else "high"] > means[min(labels) if n_groups == 4 else "low"]


def test_times_and_tau_are_kept(planted_cohort: Cohort) -> None:
    settings = {**QUICK, "n_bootstraps": 0, "n_permutations": 0, "n_outer_repeats": 1}
    found = validate_risk_score(planted_cohort, times=[6, 18], tau=20.0, **settings)
    assert found.params["times"] == (6.0, 18.0)
    assert found.params["tau"] == 20.0
    assert set(found.table["time"].dropna()) == {6.0, 18.0}
    with pytest.raises(DesignError, match="times"):
        validate_risk_score(planted_cohort, times=[1000.0], **settings)


@pytest.mark.slow
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


@pytest.mark.slow
def test_pure_noise_without_covariates_can_be_empty(planted: Maker) -> None:
    noise = planted(effect=0.0, seed=4)
    settings = {**QUICK, "n_bootstraps": 3, "n_permutations": 3, "lambda_rule": "1se"}
    found = validate_risk_score(noise, **settings)
    assert found.status == "no_signal"
    assert row(found, "full")["estimate"] == 0.5
    assert np.isnan(row(found, "full", "calibration_slope")["estimate"])
    null = found.resamples.query("resample == 'permutation'")["value"]
    assert row(found, "full")["p_value"] == (1 + (null >= 0.5).sum()) / 4
    assert found.samples["group"].isna().all()
    assert found.table.set_index("measure").loc["share_empty", "estimate"] == 1


def test_too_few_events_are_refused(planted_cohort: Cohort) -> None:
    events = planted_cohort.outcome.event
    few = planted_cohort.subset([*events.index[events][:6], *events.index[~events]])
    with pytest.raises(DesignError, match="6 events"):
        validate_risk_score(few)


@pytest.mark.parametrize(
    "wrong",
    [
        {"interval": "wald"},
        {"n_permutations": -1},
        {"n_outer_repeats": 0},
        {"cut": "best"},
        {"n_groups": 1},
        {"n_groups": 3},
    ],
)
def test_settings_out_of_range_are_refused(planted_cohort: Cohort, wrong: dict[str, object]) -> None:
    told = "makes two groups" if wrong == {"n_groups": 3} else next(iter(wrong))
    with pytest.raises(InputError, match=told):
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
    for seed in range(40):
        noise = planted(60, 30, effect=0.0, seed=1000 + seed)
        found = validate_risk_score(
            noise,
            covariates="age",
            **{**QUICK, "n_outer_repeats": 1, "n_bootstraps": 0, "n_permutations": 19, "seed": seed},
        )
        hits += row(found, "full - covariates")["p_value"] <= 0.1
    assert hits / 40 <= 0.1 + 2 * np.sqrt(0.1 * 0.9 / 40)


@pytest.mark.real_data
@pytest.mark.slow
def test_lung_is_where_the_field_found_it(lung_pair: tuple[Cohort, Cohort]) -> None:
    """Nested C about 0.57 to 0.59, volume alone about 0.59: nothing near the published 0.8."""
    settings = {"n_outer_repeats": 4, "n_permutations": 0, "interval": "none"}
    found = validate_risk_score(lung_pair[0], **settings)
    assert 0.54 < row(found, "full")["estimate"] < 0.62
    assert 0.57 < row(found, "volume")["estimate"] < 0.61
