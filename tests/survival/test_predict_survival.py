"""Absolute survival: against R survfit and lifelines, its steps, strata that training did not know, and its limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.cohort.cohort import Cohort
from radassoc.survival._predict_survival import stratum_labels
from radassoc.survival.risk_score import RiskScore, fit_risk_score

ORACLES = Path(__file__).resolve().parent.parent / "oracles"
QUICK: dict[str, Any] = {"n_folds": 4, "n_repeats": 1}


@pytest.fixture(scope="module")
def clinical(clinical_cohort: Cohort) -> Cohort:
    """The patients of the oracle, with a table of which the preparation keeps nothing: covariates alone."""
    nothing = pd.DataFrame({"flat": 1.0}, index=clinical_cohort.patients)
    return clinical_cohort.with_modality("radiomics", nothing)


def newcomers(told: dict[str, Any]) -> Cohort:
    rows = pd.DataFrame(told["new"], index=[f"N{i}" for i in range(len(told["new"]))]).assign(time=[1.0, 2, 3, 4])
    imaging = pd.DataFrame({"flat": 1.0}, index=rows.index)
    return Cohort.from_frames(
        radiomics=imaging, clinical=rows.assign(event=[0, 1, 0, 1]), time="time", event="event", unit="months"
    )


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("strata", ["strata", "plain"])
def test_equals_survfit(clinical: Cohort, ties: Any, strata: str) -> None:
    told = json.loads((ORACLES / "predict_survival.json").read_text())
    by = "centre" if strata == "strata" else ()
    score = fit_risk_score(clinical, covariates="age", strata=by, ties=ties, volume=None, **QUICK)
    found = score.predict_survival(newcomers(told), told["times"])
    np.testing.assert_allclose(found, told[ties][strata], atol=1e-7)
    assert found.columns.tolist() == told["times"]
    assert found.attrs["notes"] == ()
    last = max(told["last"].values()) if strata == "plain" else told["last"]["x"]
    edge = score.predict_survival(newcomers(told), [last, last + 0.5]).iloc[0]
    assert edge.notna().tolist() == [True, False]


@pytest.fixture(scope="module")
def score(planted_cohort: Cohort) -> RiskScore:
    return fit_risk_score(planted_cohort, covariates="age", strata="site", seed=2, **QUICK)


@pytest.fixture(scope="module")
def others(planted: Callable[..., Cohort]) -> Cohort:
    return planted(12, seed=4, prefix="T")


def test_by_the_definition(score: RiskScore, others: Cohort) -> None:
    """exp(-H0(t) exp(score)) with the last step at or before t, patient by patient."""
    times = [0.0, 3.0, 7.3, 20.0]
    found, values = score.predict_survival(others, times), score.predict(others)
    base = score.baseline[score.baseline["model"] == "score"]
    for patient, site in others.clinical["site"].items():
        own = base[base["stratum"] == site]
        for t in times:
            passed = own.loc[own["time"] <= t, "cumulative_hazard"]
            hazard = passed.iloc[-1] if len(passed) else 0.0
            assert found.loc[patient, t] == pytest.approx(np.exp(-hazard * np.exp(values[patient])), rel=1e-12)
    assert (found[0.0] == 1).all()


def test_it_falls_with_time_and_with_the_score(score: RiskScore, others: Cohort) -> None:
    found = score.predict_survival(others, np.linspace(0, 25, 40)).to_numpy()
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found, axis=1) <= 0).all()
    values, site = score.predict(others).to_numpy(), (others.clinical["site"] == "a").to_numpy()
    assert np.array_equal(np.argsort(-found[site, -1]), np.argsort(values[site]))


def test_mean_survival_of_a_stratum_follows_its_kaplan_meier(planted_cohort: Cohort, score: RiskScore) -> None:
    """In training patients, while few are censored, the mean prediction is near the product-limit estimate."""
    from radassoc.kernels.product_limit import product_limit

    outcome, site = planted_cohort.outcome.table, planted_cohort.clinical["site"]
    found = score.predict_survival(planted_cohort, 5.0)[5.0]
    for level in ("a", "b"):
        rows = outcome.loc[site.index[site == level]]
        curve = product_limit(rows["time"].to_numpy(), rows["event"].to_numpy())
        km = curve.survival[np.searchsorted(curve.time, 5.0, side="right") - 1]
        assert found[rows.index].mean() == pytest.approx(km, abs=0.03)


def test_a_stratum_not_seen_in_training_gets_the_pooled_hazard(score: RiskScore, others: Cohort) -> None:
    site = others.clinical[["site"]].astype(object)
    site.iloc[0], site.iloc[1] = "elsewhere", None
    moved = score.predict_survival(others.with_clinical(site), [5.0, 10.0])
    known = score.predict_survival(others, [5.0, 10.0])
    pooled = score.baseline[(score.baseline["model"] == "score") & (score.baseline["stratum"] == "(pooled)")]
    hazard = pooled.loc[pooled["time"] <= 10, "cumulative_hazard"].iloc[-1]
    expected = np.exp(-hazard * np.exp(score.predict(others).iloc[:2]))
    np.testing.assert_allclose(moved[10.0].iloc[:2], expected, rtol=1e-12)
    pd.testing.assert_frame_equal(moved.iloc[2:], known.iloc[2:])
    assert moved.attrs["notes"] == (
        "2 of 12 patients are in no stratum (site) of the training patients: pooled baseline hazard",
    )


def test_without_the_column_of_strata_all_are_pooled(score: RiskScore, others: Cohort) -> None:
    bare = Cohort.from_frames(
        radiomics=others.radiomics,
        clinical=others.clinical.drop(columns="site"),
        time="os_months",
        event="os_event",
        unit="months",
    )
    found = score.predict_survival(bare, 5.0)
    assert found.notna().all().all()
    assert "12 of 12 patients are in no stratum (site)" in found.attrs["notes"][0]


@pytest.mark.parametrize(
    ("values", "labels"),
    [([1, 2], ["1", "2"]), ([1.0, 2.0], ["1", "2"]), (["1", "2"], ["1", "2"]), ([1.0, None], ["1", ""])],
)
def test_numbers_are_labelled_alike_however_they_are_stored(
    others: Cohort, values: list[Any], labels: list[str]
) -> None:
    ward = pd.DataFrame({"ward": values * 6}, index=others.patients)
    cohort = others.with_clinical(ward)
    assert stratum_labels(cohort, ["ward"], cohort.patients).tolist() == labels * 6
    site = cohort.clinical["site"]
    both = [f"{a}, {b}" if b else "" for a, b in zip(site, labels * 6, strict=True)]
    assert stratum_labels(cohort, ["site", "ward"], cohort.patients).tolist() == both


def test_nothing_is_extrapolated(score: RiskScore, others: Cohort) -> None:
    base = score.baseline[score.baseline["model"] == "score"]
    last = base.groupby("stratum")["time"].max()
    late = float(last[["a", "b"]].max()) + 1
    found = score.predict_survival(others, [1.0, late])
    assert found[late].isna().all()
    assert found[1.0].notna().all()
    told = f"survival from time {late:g} on lies beyond the training follow-up for 12 of 12 patients: not extrapolated"
    assert found.attrs["notes"] == (told,)
    between = float(last[["a", "b"]].mean())
    shorter = last[["a", "b"]].idxmin()
    missing = score.predict_survival(others, between)[between].isna()
    assert (missing == (others.clinical["site"] == shorter).to_numpy()).all()


def test_training_patients_are_told_to_be_apparent(score: RiskScore, planted_cohort: Cohort) -> None:
    assert score.predict_survival(planted_cohort, 5.0).attrs["notes"] == (
        "90 of 90 patients trained the score: apparent, and too certain",
    )


@pytest.mark.parametrize("times", [[-1.0], [], [float("nan")], [[1.0, 2.0]], "soon", None, [float("inf")]])
def test_what_is_no_time(score: RiskScore, others: Cohort, times: Any) -> None:
    with pytest.raises(InputError, match=r"are no times(.|\n)*from 0 up, such as \[12, 24, 36\]"):
        score.predict_survival(others, times)


def test_patients_without_a_covariate_are_left_out(score: RiskScore, others: Cohort) -> None:
    age = others.clinical[["age"]]
    age.iloc[3] = np.nan
    found = score.predict_survival(others.with_clinical(age), 5.0)
    assert list(found.index) == [patient for i, patient in enumerate(others.patients) if i != 3]
