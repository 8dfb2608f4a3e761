"""A frozen score in other patients."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.survival.cutpoint import fit_cutpoint
from radassoc.survival.evaluate import RiskEvaluation, evaluate_risk_score
from radassoc.survival.risk_score import RiskScore, fit_risk_score

Maker = Callable[..., Cohort]


def timeless(found: RiskEvaluation) -> pd.DataFrame:
    """Return the rows of measures without a time, by measure and model."""
    return found.table[found.table["time"].isna()].set_index(["measure", "model"])


@pytest.fixture(scope="module")
def score(planted_cohort: Cohort) -> RiskScore:
    return fit_risk_score(planted_cohort, covariates="age", n_folds=4, n_repeats=1)


@pytest.fixture(scope="module")
def others(planted: Maker) -> Cohort:
    return planted(seed=5, prefix="T")


@pytest.fixture(scope="module")
def evaluation(others: Cohort, score: RiskScore, planted_cohort: Cohort) -> RiskEvaluation:
    cut = fit_cutpoint(planted_cohort, score)
    return evaluate_risk_score(others, score, cutpoint=cut, n_bootstraps=200)


def test_a_planted_signal_holds_in_other_patients(evaluation: RiskEvaluation) -> None:
    table = timeless(evaluation)
    assert table.loc[("concordance", "score"), "estimate"] > 0.7
    assert table.loc[("concordance_difference", "score - covariates"), "ci_low"] > 0
    assert table.loc[("concordance_difference", "score - volume"), "ci_low"] > 0
    assert table.loc[("log_rank", "score"), "p_value"] < 0.001
    assert evaluation.source == "test"
    assert set(evaluation.samples["group"]) == {"low", "high"}


def test_concordance_and_slope_agree_with_lifelines(
    evaluation: RiskEvaluation, others: Cohort, score: RiskScore
) -> None:
    from lifelines import CoxPHFitter
    from lifelines.utils import concordance_index

    outcome, total = others.outcome.table, score.predict(others)
    table = timeless(evaluation)
    c = concordance_index(outcome["time"], -total.loc[outcome.index], outcome["event"])
    assert table.loc[("concordance", "score"), "estimate"] == pytest.approx(c, abs=1e-12)
    frame = outcome.assign(x=total)
    fitted = CoxPHFitter().fit(frame, "time", "event", fit_options={"precision": 1e-12})
    slope = table.loc[("calibration_slope", "score")]
    assert slope["estimate"] == pytest.approx(fitted.params_["x"], abs=1e-6)
    assert slope["ci_low"] < slope["estimate"] < slope["ci_high"]


class Age:
    """A clinical model made by hand."""

    def predict(self, cohort: Cohort) -> pd.Series:
        return 0.03 * (cohort.column("age").astype(float) - 60)

    def predict_survival(self, cohort: Cohort, times: np.ndarray) -> pd.DataFrame:
        hazard = np.exp(self.predict(cohort)) / 20
        return pd.DataFrame(np.exp(-np.outer(hazard, times)), index=hazard.index, columns=times)


@pytest.fixture(scope="module")
def judged(others: Cohort, score: RiskScore) -> RiskEvaluation:
    return evaluate_risk_score(
        others, score, clinical_model=Age(), strata="site", reclassification=(0.3, 0.6), n_bootstraps=30
    )


def test_every_model_stands_beside_the_score(judged: RiskEvaluation) -> None:
    table = timeless(judged)
    for rival, added in (("covariates", "imaging"), ("volume", "score"), ("clinical", "score")):
        row = table.loc[("likelihood_ratio", f"{rival} + {added}")]
        assert row["p_value"] < 1e-6
        assert row["ci_low"] < row["estimate"] < row["ci_high"]
        assert np.isnan(table.loc[("concordance_difference", f"score - {rival}"), "p_value"])
    assert judged.families[0].n_tests == 3
    assert table.loc[("brier_skill", "score"), "estimate"] > table.loc[("brier_skill", "clinical"), "estimate"]
    assert judged.params["clinical_model"] == "Age"


def test_absolute_risks_are_judged_at_each_time(judged: RiskEvaluation) -> None:
    table = judged.table
    assert judged.params["times"] == (12.0, 24.0, 36.0)
    for measure in ("auc", "brier", "observed_expected", "ici", "nri", "nri_categories", "idi"):
        assert set(table.loc[table["measure"] == measure, "time"]) == {12.0, 24.0, 36.0}, measure
    assert table.loc[table["measure"].isin(["ici", "e50", "e90"]), "ci_low"].isna().all()
    assert set(judged.calibration["model"]) == {"score", "covariates", "volume", "clinical"}
    assert {"treat all", "treat none"} < set(judged.decision["model"])
    assert set(judged.roc["model"]) == {"score", "imaging", "covariates", "volume", "clinical"}


def test_reclassification_comes_on_request_only(evaluation: RiskEvaluation) -> None:
    assert not evaluation.table["measure"].str.contains("nri|idi").any()


def test_patients_without_a_covariate_are_counted(others: Cohort, score: RiskScore) -> None:
    clinical = others.clinical.copy()
    clinical.loc[clinical.index[:7], "age"] = np.nan
    found = evaluate_risk_score(_with_clinical(others, clinical), score, n_bootstraps=0)
    assert found.left_out["n_patients"].sum() == 7
    assert set(found.table["n_patients"]) == {83}


def _with_clinical(cohort: Cohort, clinical: pd.DataFrame) -> Cohort:
    return Cohort.from_frames(
        radiomics=cohort.patient_frame("radiomics"),
        clinical=clinical,
        time="os_months",
        event="os_event",
        unit="months",
    )


def test_times_beyond_the_training_follow_up_are_refused_or_left(planted: Maker, others: Cohort) -> None:
    early = planted()
    clinical = early.clinical.copy()
    late = clinical["os_months"] > 20
    clinical.loc[late, "os_event"] = 0
    clinical["os_months"] = clinical["os_months"].clip(upper=20)
    short = fit_risk_score(_with_clinical(early, clinical), n_folds=4, n_repeats=1)
    found = evaluate_risk_score(others, short, n_bootstraps=0)
    assert found.params["times"] == (12.0,)
    assert found.params["tau"] <= 20
    with pytest.raises(DesignError, match="end of its training follow-up"):
        evaluate_risk_score(others, short, times=24, n_bootstraps=0)


def test_training_patients_are_refused_with_their_number(
    planted_cohort: Cohort, score: RiskScore, planted: Maker
) -> None:
    with pytest.raises(DesignError, match="90 of 90 patients took part in the training"):
        evaluate_risk_score(planted_cohort, score)


def test_only_a_fitted_score_can_be_evaluated(others: Cohort) -> None:
    with pytest.raises(InputError, match="A Series cannot be evaluated"):
        evaluate_risk_score(others, pd.Series(dtype=float))  # type: ignore[arg-type]


def test_too_few_events_are_refused(others: Cohort, score: RiskScore) -> None:
    alive = others.outcome.event.index[~others.outcome.event]
    with pytest.raises(DesignError, match="0 events"):
        evaluate_risk_score(others.subset(alive), score)


def test_an_empty_score_is_carried_through(planted: Maker) -> None:
    noise = planted(effect=0.0, seed=4)
    empty = fit_risk_score(noise, lambda_rule="1se", n_folds=5, n_repeats=2)
    found = evaluate_risk_score(planted(seed=6, prefix="T"), empty, n_bootstraps=20)
    assert found.status == "no_signal"
    table = timeless(found)
    assert table.loc[("concordance", "score"), "estimate"] == 0.5
    assert np.isnan(table.loc[("calibration_slope", "score"), "estimate"])


def test_it_survives_saving(evaluation: RiskEvaluation, tmp_path: Path) -> None:
    again = ra.load(evaluation.save(tmp_path / "e", patient_level=True))
    pd.testing.assert_frame_equal(again.table, evaluation.table, check_exact=True)
    pd.testing.assert_frame_equal(again.samples, evaluation.samples, check_exact=True)
    for name in ("roc", "calibration", "decision", "left_out"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(evaluation, name), check_exact=True)
    assert again.params["times"] == evaluation.params["times"]


@pytest.mark.slow
@pytest.mark.real_data
def test_lung_to_head_and_neck(lung_pair: tuple[Cohort, Cohort]) -> None:
    """Trained on lung1 and tested on hn1: about 0.59, volume alone about 0.63."""
    lung, neck = lung_pair
    found = evaluate_risk_score(neck, fit_risk_score(lung, n_repeats=1), n_bootstraps=50)
    table = timeless(found)["estimate"]
    assert 0.55 < table[("concordance", "score")] < 0.66
    assert 0.60 < table[("concordance", "volume")] < 0.66


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n_bootstraps": -1}, "n_bootstraps=-1"),
        ({"n_bootstraps": 2.5}, "whole number"),
        ({"cutpoint": 0.3}, "cutpoint=0.3"),
        ({"clinical_model": "age"}, "is no clinical model"),
        ({"reclassification": (0.5, 0.2)}, "no thresholds"),
        ({"reclassification": (0.0, 1.0)}, "no thresholds"),
        ({"times": -1}, "is no time"),
    ],
)
def test_slips_in_the_settings_are_named(
    others: Cohort, score: RiskScore, settings: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        evaluate_risk_score(others, score, **settings)
