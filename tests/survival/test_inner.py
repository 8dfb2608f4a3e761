"""The inner cross-validation: sums by hand, the deviance death by death, the choice of lambda."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.kernels.cox_risk import risk_sets
from radassoc.preparation.recipe import Preparation
from radassoc.survival._design import prepare
from radassoc.survival._inner import Curve, Measure, choose_lambda, concordance_measure, cross_validate, summarise
from radassoc.survival._lockstep import cross_validate_together
from radassoc.survival._pipeline import Arrays, Settings

SETTINGS = Settings(Preparation(), n_folds=3, n_repeats=2)


def make_arrays(n: int = 45, p: int = 8, *, q: int = 1, seed: int = 0) -> Arrays:
    rng = np.random.default_rng(seed)
    X, Z = rng.normal(size=(n, p)), rng.normal(size=(n, q))
    time = rng.permutation(np.arange(1.0, n + 1)) * np.exp(-X[:, 0])
    X[rng.random(X.shape) < 0.04] = np.nan
    return Arrays(X, Z, time, rng.random(n) < 0.7, rng.integers(0, 2, n), np.full(n, np.nan), np.arange(n))


def loglik(eta: np.ndarray, data: Arrays, rows: np.ndarray) -> float:
    """Partial log likelihood of some patients, death by death; no tied times."""
    total = 0.0
    for i in np.flatnonzero(rows & data.event):
        at_risk = rows & (data.strata == data.strata[i]) & (data.time >= data.time[i])
        total += eta[i] - np.log(np.exp(eta[at_risk]).sum())
    return total


def test_summary_by_hand() -> None:
    """Folds of 1 and 3 events: mean (2 + 3 * 6) / 4 = 5; error sqrt((1 * 9 + 3 * 1) / 4 / (2 - 1))."""
    values = np.array([[[2.0], [6.0]], [[4.0], [4.0]]])
    found = summarise(values, np.array([[1.0, 3.0], [2.0, 2.0]]))
    np.testing.assert_allclose(found.repeats, [[5.0], [4.0]])
    np.testing.assert_allclose(found.mean, [4.5])
    np.testing.assert_allclose(found.std_error, [(np.sqrt(3.0) + 0.0) / 2])


def test_the_error_does_not_vanish_with_repeats() -> None:
    rng = np.random.default_rng(0)
    values, weight = rng.normal(size=(4, 5, 1)), np.ones((4, 5))
    few, many = summarise(values, weight), summarise(np.tile(values, (50, 1, 1)), np.ones((200, 5)))
    np.testing.assert_allclose(few.std_error, many.std_error)


def test_a_fold_without_weight_has_no_value() -> None:
    values = np.array([[[1.0], [3.0], [999.0]]])
    assert summarise(values, np.array([[1.0, 1.0, 0.0]])).mean.tolist() == [2.0]


@pytest.mark.parametrize(
    ("loss", "error", "least", "sparse"),
    [
        ([5.0, 4.0, 3.0, 4.0], [9, 9, 1.0, 9], 2, 1),
        ([5.0, 3.0, 3.0], [9, 0.5, 9], 1, 1),  # of equal losses the larger lambda
        ([3.9, 4.5, 3.0], [9, 9, 1.0], 2, 0),  # the largest lambda within the error, whatever lies between
        ([1.0, 2.0], [0.1, 9], 0, 0),
    ],
)
def test_choice(loss: list[float], error: list[float], least: int, sparse: int) -> None:
    measure = Measure(np.array(loss), np.array(error), np.empty(0))
    assert choose_lambda(measure, "min") == least
    assert choose_lambda(measure, "1se") == sparse


def make_folds(n: int) -> np.ndarray:
    return np.stack([np.random.default_rng(r).permutation(np.arange(n) % 3) for r in range(2)])


@pytest.mark.parametrize("ratio", [1.0, 0.5])
def test_deviance_death_by_death(ratio: float) -> None:
    """Scores of every refit from its kept coefficients, then full minus training likelihood."""
    data, settings = make_arrays(), SETTINGS._replace(l1_ratio=ratio)
    folds, lambdas = make_folds(45), np.array([0.5, 0.1, 0.02])
    risk = risk_sets(data.time, data.event, strata=data.strata)
    curve = cross_validate(data, folds, lambdas, settings, risk)
    deviance = np.zeros((2, 3))
    everybody = np.ones(45, dtype=bool)
    for r, fold in enumerate(folds):
        for k in range(3):
            refit, train = curve.refits[3 * r + k], fold != k
            prepared = prepare(data.take(np.flatnonzero(train)), settings)
            unit = np.zeros((45, 8))
            unit[:, prepared.learned.columns] = prepared.learned.transform(data.X)
            for j in range(3):
                here = refit.place == j
                eta = (data.Z - prepared.center) @ refit.covariates[j] + unit[:, refit.column[here]] @ refit.value[here]
                np.testing.assert_allclose(curve.scores[r, ~train, j], eta[~train], atol=1e-10)
                deviance[r, j] += -2 * (loglik(eta, data, everybody) - loglik(eta, data, train))
    np.testing.assert_allclose(curve.measure.repeats, deviance / data.event.sum(), rtol=1e-9)
    np.testing.assert_array_equal(curve.deviance, curve.measure.mean)


def test_ridge_deviance_by_a_quasi_newton_method() -> None:
    """Each training fold minimised by scipy; of its features, all of them, no refit is kept."""
    from scipy.optimize import minimize

    data, folds, lam = make_arrays(24, 3), make_folds(24)[:1], 0.2
    settings = SETTINGS._replace(l1_ratio=0.0)
    risk = risk_sets(data.time, data.event, strata=data.strata)
    curve = cross_validate(data, folds, np.array([9.0, lam]), settings, risk)
    deviance = 0.0
    for k in range(3):
        train = folds[0] != k
        design = prepare(data.take(np.flatnonzero(train)), settings).design(data)

        def loss(beta: np.ndarray, train: np.ndarray = train, design: np.ndarray = design) -> float:
            return -loglik(design @ beta, data, train) / train.sum() + lam / 2 * (beta[1:] ** 2).sum()

        eta = design @ minimize(loss, np.zeros(4), tol=1e-10).x
        np.testing.assert_allclose(curve.scores[0, ~train, 1], eta[~train], atol=1e-4)
        deviance += -2 * (loglik(eta, data, np.ones(24, dtype=bool)) - loglik(eta, data, train))
    np.testing.assert_allclose(curve.measure.repeats[0, 1], deviance / data.event.sum(), rtol=1e-4)
    assert all(refit.column.size == 0 for refit in curve.refits)


def test_one_fold_after_the_other_equals_all_in_lockstep() -> None:
    data, lambdas, folds = make_arrays(), np.geomspace(0.3, 0.01, 12), make_folds(45)
    slow = cross_validate(data, folds, lambdas, SETTINGS, risk_sets(data.time, data.event, strata=data.strata))
    quick = cross_validate_together(data, folds, lambdas, SETTINGS)
    np.testing.assert_allclose(quick.scores, slow.scores, atol=1e-7)
    np.testing.assert_allclose(quick.deviance, slow.deviance, rtol=1e-8)
    np.testing.assert_allclose(quick.measure.std_error, slow.measure.std_error, rtol=1e-7)


def test_a_wild_left_out_value_leaves_a_finite_curve() -> None:
    """A left-out patient at 1e6 standard deviations would push all other relative risks below the smallest number."""
    data = make_arrays(q=0)
    data.X[3, 0] = 1e6
    risk = risk_sets(data.time, data.event, strata=data.strata)
    for ratio in (1.0, 0.0):
        curve = cross_validate(data, make_folds(45), np.array([0.3, 0.02]), SETTINGS._replace(l1_ratio=ratio), risk)
        assert np.isfinite(curve.deviance).all()
        assert np.isfinite(curve.scores).all()


def test_a_fold_without_events_and_nothing_penalised() -> None:
    data = make_arrays(p=3)
    constant = data._replace(X=np.ones((45, 3)))
    folds = np.where(data.event, 0, 1)[None, :]
    folds[0, np.flatnonzero(data.event)[:15]] = 2
    risk = risk_sets(data.time, data.event, strata=data.strata)
    curve = cross_validate(constant, folds, np.ones(1), SETTINGS, risk)
    assert np.isfinite(curve.deviance).all()
    assert all(refit.column.size == 0 for refit in curve.refits)


def pairs_of(data: Arrays, score: np.ndarray, rows: np.ndarray) -> tuple[float, float]:
    """Concordant (ties one half) and comparable pairs of the same stratum; no tied times."""
    good = all_pairs = 0.0
    for i in np.flatnonzero(rows & data.event):
        for j in np.flatnonzero(rows & (data.strata == data.strata[i]) & (data.time > data.time[i])):
            all_pairs += 1
            good += 1.0 if score[i] > score[j] else 0.5 * (score[i] == score[j])
    return good, all_pairs


def test_concordance_pair_by_pair() -> None:
    data, folds = make_arrays(), make_folds(45)
    scores = np.random.default_rng(3).normal(size=(2, 45, 2)).round(1)
    curve = Curve(Measure(*np.empty((3, 0))), folds, scores, [])
    found = concordance_measure(data, curve)
    for r in range(2):
        for j in range(2):
            counts = [pairs_of(data, scores[r, :, j], folds[r] == k) for k in range(3)]
            assert found.repeats[r, j] == pytest.approx(sum(c[0] for c in counts) / sum(c[1] for c in counts))


def test_without_a_comparable_pair_it_is_a_coin() -> None:
    data = make_arrays(6)
    alone = data._replace(strata=np.arange(6))
    curve = Curve(Measure(*np.empty((3, 0))), np.array([[0, 0, 1, 1, 2, 2]]), np.ones((1, 6, 2)), [])
    found = concordance_measure(alone, curve)
    assert found.mean.tolist() == [0.5, 0.5]
    assert found.std_error.tolist() == [0.0, 0.0]
