"""The fitted score: the pipeline's promises, its labels, and its life after fitting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import ClinicalError, DesignError, InputError
from radassoc.base.settings import options
from radassoc.cohort.cohort import Cohort
from radassoc.kernels.cox_likelihood import partial_loglik
from radassoc.kernels.cox_path import solve_path
from radassoc.kernels.cox_risk import risk_sets
from radassoc.preparation.recipe import Preparation
from radassoc.survival.risk_score import RiskScore, fit_risk_score

Maker = Callable[..., Cohort]


@pytest.fixture(scope="module")
def cohort(planted_cohort: Cohort) -> Cohort:
    return planted_cohort


@pytest.fixture(scope="module")
def score(cohort: Cohort) -> RiskScore:
    return fit_risk_score(cohort, covariates=["age", "sex"], strata=(), n_folds=5, n_repeats=2, seed=3)


def test_a_planted_signal_is_found_with_its_sign(score: RiskScore) -> None:
    table = score.table.set_index("feature")
    assert score.status == "ok"
    assert table.loc["original_firstorder_F0", "coefficient"] > 0.3
    assert table.loc["original_firstorder_F2", "coefficient"] < -0.3
    assert table.loc["original_firstorder_F0", "selection_frequency"] == 1
    np.testing.assert_allclose(table["hazard_ratio"], np.exp(table["coefficient"]), rtol=1e-15)
    assert table.loc[["age", "sex=male"], "per"].tolist() == ["unit", "unit"]
    low, high = table.loc["original_firstorder_F0", ["resample_low", "resample_high"]]
    assert low < table.loc["original_firstorder_F0", "coefficient"] < high


def test_the_curve_agrees_with_a_slow_second_way(cohort: Cohort) -> None:
    """Refit each fold alone with labelled tools and take the grouped deviance by its definition."""
    from radassoc.preparation.steps import learn
    from radassoc.resampling.folds import repeated_folds

    recipe = Preparation(max_correlation=0.7)
    settings = {"n_folds": 4, "n_repeats": 2, "preparation": recipe, "seed": 5}
    fitted = fit_risk_score(cohort, covariates="age", strata=(), **settings)
    frame, outcome = cohort.patient_frame("radiomics"), cohort.outcome.table
    age = cohort.column("age").loc[frame.index].to_numpy()
    time, event = outcome["time"].loc[frame.index].to_numpy(), outcome["event"].loc[frame.index].to_numpy()
    folds = repeated_folds(2, 4, event=event, strata=np.zeros(len(age), dtype=int), seed=5, path=("fit", "inner"))
    lambdas = fitted.cv["lambda"].to_numpy()
    curves, errors = [], []
    for fold in folds:
        deviance, weight = np.zeros((4, len(lambdas))), np.zeros(4)
        for k in range(4):
            train = fold != k
            prepared = learn(recipe, frame[train])
            design = np.column_stack(
                [(age - age[train].mean()) / age[train].std(), prepared.transform(frame).to_numpy()]
            )
            factor = np.r_[0.0, np.ones(design.shape[1] - 1)]
            path = solve_path(
                np.asfortranarray(design[train]),
                risk_sets(time[train], event[train]),
                lambdas=lambdas,
                penalty_factor=factor,
                standardize=False,
            )
            for i, beta in enumerate(path.coefficients):
                whole = partial_loglik(design @ beta, risk_sets(time, event))[0]
                part = partial_loglik(design[train] @ beta, risk_sets(time[train], event[train]))[0]
                deviance[k, i] = -2 * (whole - part)
            weight[k] = event[~train].sum()
        mean = deviance.sum(axis=0) / weight.sum()
        spread = (weight[:, None] * (deviance / weight[:, None] - mean) ** 2).sum(axis=0) / weight.sum()
        curves.append(mean)
        errors.append(np.sqrt(spread / 3))
    np.testing.assert_allclose(fitted.cv["deviance"], np.mean(curves, axis=0), rtol=1e-8)
    np.testing.assert_allclose(fitted.cv["std_error"], np.mean(errors, axis=0), rtol=1e-8)
    assert fitted.chosen_lambda == lambdas[np.argmin(np.mean(curves, axis=0))]


def test_one_standard_error_is_sparser(cohort: Cohort) -> None:
    settings = {"n_folds": 5, "n_repeats": 2, "seed": 3}
    least, sparse = fit_risk_score(cohort, **settings), fit_risk_score(cohort, lambda_rule="1se", **settings)
    assert sparse.chosen_lambda > least.chosen_lambda
    cv = least.cv
    best = cv["deviance"].idxmin()
    allowed = cv["deviance"] <= cv.loc[best, "deviance"] + cv.loc[best, "std_error"]
    assert sparse.chosen_lambda == cv.loc[allowed, "lambda"].max()


def test_predictions_are_the_formula(cohort: Cohort, score: RiskScore) -> None:
    """Coefficients on the raw scale, missing values filled with training medians."""
    learned = score.preparation.table.set_index("feature")
    frame = cohort.patient_frame("radiomics")
    imaging = np.zeros(len(frame))
    for row in score.table[score.table["per"] == "SD"].itertuples():
        fill, center, scale = learned.loc[row.feature, ["fill", "center", "scale"]]
        imaging += row.coefficient * (frame[row.feature].fillna(fill).to_numpy() - center) / scale
    np.testing.assert_allclose(score.predict(cohort, part="imaging"), imaging, atol=1e-12)
    parts = score.predict(cohort, part="imaging") + score.predict(cohort, part="covariates")
    total = score.predict(cohort)
    np.testing.assert_allclose(total, parts, atol=1e-12)
    assert total.name == "risk_score"
    assert abs(total.mean()) < 0.2
    assert "(age - " in score.formula()


def test_same_answer_for_any_number_of_workers(cohort: Cohort) -> None:
    scores = []
    for n_jobs in (1, 2):
        with options(n_jobs=n_jobs):
            scores.append(fit_risk_score(cohort, covariates="age", n_folds=4, n_repeats=2))
    pd.testing.assert_frame_equal(scores[0].table, scores[1].table, check_exact=True)
    pd.testing.assert_frame_equal(scores[0].cv, scores[1].cv, check_exact=True)


def test_it_survives_saving(cohort: Cohort, score: RiskScore, tmp_path: Path) -> None:
    again = ra.load(score.save(tmp_path / "score.json"))
    for name in ("table", "cv", "path", "baseline", "coding", "stability"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(score, name), check_exact=True)
    pd.testing.assert_series_equal(again.predict(cohort), score.predict(cohort), check_exact=True)
    assert again.training == score.training
    assert dict(again.params) == dict(score.params)
    text = (tmp_path / "score.json").read_text()
    assert not any(patient in text for patient in cohort.patients)


def test_baseline_hazard_reproduces_the_number_of_deaths(cohort: Cohort, score: RiskScore) -> None:
    """Expected deaths under the Breslow estimate sum to the observed ones."""
    outcome, total = cohort.outcome.table, score.predict(cohort)
    baseline = score.baseline[score.baseline["model"] == "score"]
    hazard = baseline.set_index("time")["cumulative_hazard"]
    expected = hazard.loc[outcome["time"]].to_numpy() * np.exp(total.loc[outcome.index].to_numpy())
    assert expected.sum() == pytest.approx(outcome["event"].sum(), rel=1e-9)


def test_strata_have_their_own_baseline(cohort: Cohort) -> None:
    fitted = fit_risk_score(cohort, strata="site", n_folds=4, n_repeats=1)
    assert fitted.baseline["stratum"].unique().tolist() == ["a", "b", "(pooled)"]
    assert fitted.baseline["model"].unique().tolist() == ["score", "volume"]


def test_out_of_fold_scores_never_see_their_patient(cohort: Cohort, score: RiskScore) -> None:
    """Break one patient's row: models of other folds see it, the patient's own model does not."""
    before = score.out_of_fold(cohort)
    assert list(before.index) == list(cohort.patients)
    assert np.corrcoef(before, score.predict(cohort))[0, 1] > 0.5
    assert (before != score.predict(cohort)).all()


def test_out_of_fold_is_for_exactly_the_training_patients(cohort: Cohort, score: RiskScore, planted: Maker) -> None:
    with pytest.raises(DesignError, match="Of 90 patients 0 are among the score's 90 training patients"):
        score.out_of_fold(planted(prefix="Q"))
    with pytest.raises(DesignError, match="Of 60 patients 60 are"):
        score.out_of_fold(cohort.subset(cohort.patients[:60]))


def test_no_signal_is_a_valid_score(planted: Maker, tmp_path: Path) -> None:
    noise = planted(effect=0.0, seed=4)
    empty = fit_risk_score(noise, covariates="age", lambda_rule="1se", n_folds=5, n_repeats=2)
    assert empty.status == "no_signal"
    assert (empty.predict(noise, part="imaging") == 0).all()
    assert empty.predict(noise).nunique() > 10  # age still counts
    assert "age" in empty.formula()
    bare = fit_risk_score(noise, lambda_rule="1se", n_folds=5, n_repeats=2)
    assert bare.status == "no_signal"
    assert (bare.predict(noise) == 0).all()
    assert bare.formula() == "risk_score = 0"
    assert len(bare.baseline) > 0
    pd.testing.assert_frame_equal(ra.load(bare.save(tmp_path / "s")).table, bare.table, check_exact=True)


def test_missing_covariates_leave_patients_out_and_count_them(cohort: Cohort) -> None:
    age = cohort.clinical[["age"]]
    age.iloc[:7] = np.nan
    fitted = fit_risk_score(cohort.with_clinical(age), covariates="age", n_folds=4, n_repeats=1)
    assert fitted.provenance["counts"]["n_patients"] == 83
    assert fitted.provenance["counts"]["n_excluded"] == 7
    assert len(fitted.training) == 83


def test_a_new_category_in_other_patients_is_named(score: RiskScore, planted: Maker) -> None:
    others = planted(prefix="Q", seed=2)
    sex = others.clinical[["sex"]]
    sex.iloc[0, 0] = "unknown"
    with pytest.raises(ClinicalError, match="'sex' holds 'unknown', which no training patient has"):
        score.predict(others.with_clinical(sex))


def test_one_category_only_in_other_patients_is_fine(score: RiskScore, planted: Maker) -> None:
    others = planted(prefix="Q", seed=2)
    sex = others.clinical[["sex"]].assign(sex="male")
    assert score.predict(others.with_clinical(sex)).notna().all()


def test_folds_follow_the_events(cohort: Cohort) -> None:
    events = cohort.outcome.event
    few = cohort.subset([*events.index[events][:15], *events.index[~events]])
    fitted = fit_risk_score(few, n_repeats=1)
    assert fitted.params["n_folds"] == 10
    assert fitted.params["n_folds_used"] == 5


def test_too_few_events_are_refused(cohort: Cohort) -> None:
    events = cohort.outcome.event
    few = cohort.subset([*events.index[events][:8], *events.index[~events]])
    with pytest.raises(DesignError, match=r"8 events among \d+ patients are too few for a risk score"):
        fit_risk_score(few)
    assert fit_risk_score(few, force=True, n_repeats=1).params["force"] is True


@pytest.mark.parametrize(
    "wrong", [{"lambda_rule": "best"}, {"ties": "exact"}, {"l1_ratio": -0.1}, {"n_repeats": 0}, {"n_folds": 1}]
)
def test_settings_out_of_range_are_refused(cohort: Cohort, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        fit_risk_score(cohort, **wrong)  # type: ignore[arg-type]


def test_separated_covariates_do_not_stop_the_fit(cohort: Cohort) -> None:
    """Nobody with the marker dies: the covariate's likelihood has no maximum, and the score is still finite."""
    alive = cohort.outcome.event.index[~cohort.outcome.event][:12]
    marker = pd.DataFrame({"marker": 0.0}, index=cohort.patients)
    marker.loc[alive] = 1.0
    fitted = fit_risk_score(cohort.with_clinical(marker), covariates="marker", n_folds=4, n_repeats=1)
    assert np.isfinite(fitted.table["coefficient"]).all()
    assert fitted.table.set_index("feature").loc["marker", "coefficient"] < -3


@pytest.mark.real_data
def test_glioma(glioma: Cohort) -> None:
    fitted = fit_risk_score(glioma, covariates=["age", "idh_status", "grade"], n_repeats=2)
    counts = fitted.provenance["counts"]
    assert (counts["n_patients"], counts["n_events"]) == (77, 31)
    assert fitted.preparation.table["reason"].str.startswith("missing in").sum() > 200
    assert fitted.table.set_index("feature").loc["age", "coefficient"] > 0
