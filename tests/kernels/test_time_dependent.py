import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radassoc.kernels.censoring import censoring
from radassoc.kernels.time_dependent import brier, time_auc, time_roc


def slow_auc(time, event, score, t, cell, weight):
    """Every pair of a case and a control, one after the other."""
    before = censoring(time, event, weights=weight.astype(float)).before
    good = pairs = 0.0
    for i in range(len(time)):
        if not (event[i] and time[i] <= t and weight[i] > 0):
            continue
        for j in range(len(time)):
            if time[j] > t and cell[i] == cell[j]:
                pair = weight[i] / before[i] * weight[j]
                pairs += pair
                good += pair * ((score[i] > score[j]) + 0.5 * (score[i] == score[j]))
    return good / pairs if pairs else np.nan


@settings(max_examples=30, deadline=None)
@given(st.integers(3, 25), st.integers(0, 10_000))
def test_auc_equals_every_pair_counted(n, seed):
    rng = np.random.default_rng(seed)
    time, event = rng.integers(1, 9, n).astype(float), rng.random(n) < 0.7
    score, weights, cell = rng.integers(0, 5, n).astype(float), rng.integers(0, 3, (n, 3)), rng.integers(0, 2, n)
    times = np.array([2.0, 4.5, 7.0])
    wide = time_auc(time, event, score, times, cells=cell, weights=weights)
    narrow = time_auc(time, event, np.column_stack([score, -score]), times, cells=cell)
    ones = np.ones(n)
    for k, t in enumerate(times):
        for b in range(3):
            np.testing.assert_allclose(wide[k, b], slow_auc(time, event, score, t, cell, weights[:, b]), atol=1e-12)
        np.testing.assert_allclose(narrow[k, 0], slow_auc(time, event, score, t, cell, ones), atol=1e-12)
        np.testing.assert_allclose(narrow[k, 0] + narrow[k, 1], 1 if np.isfinite(narrow[k, 0]) else np.nan, atol=1e-12)


def test_auc_without_censoring_is_mann_whitney():
    from scipy.stats import mannwhitneyu

    rng = np.random.default_rng(8)
    time, score = rng.exponential(size=60), rng.normal(size=60).round(1)
    found = time_auc(time, np.ones(60, dtype=bool), score, np.array([0.7]))[0, 0]
    dead = time <= 0.7
    u = mannwhitneyu(score[dead], score[~dead]).statistic
    assert found == pytest.approx(u / (dead.sum() * (~dead).sum()), abs=1e-12)


def test_four_patients_by_hand():
    #            dead 1, lost 2, dead 3, alive 5
    time, event = np.array([1.0, 2.0, 3.0, 5.0]), np.array([True, False, True, False])
    score = np.array([2.0, 9.0, 0.0, 1.0])
    # cases by 4: weight 1 for the first (right), 1 / (2/3) for the third (wrong); the lost one counts nowhere
    found = time_auc(time, event, score, np.array([4.0, 5.0]))
    assert found[0, 0] == pytest.approx(1 / (1 + 1.5))
    assert np.isnan(found[1, 0])
    survival = np.array([[0.3], [0.5], [0.8], [0.9]])
    error = (0.3**2 + 1.5 * 0.8**2 + 1.5 * 0.1**2) / 4
    assert brier(time, event, survival, np.array([4.0]))[0] == pytest.approx(error)


def test_brier_without_censoring_is_a_mean():
    rng = np.random.default_rng(9)
    time, survival, times = rng.exponential(size=50), rng.random((50, 3)), np.array([0.3, 0.8, 1.5])
    found = brier(time, np.ones(50, dtype=bool), survival, times)
    np.testing.assert_allclose(found, ((survival - (time[:, None] > times)) ** 2).mean(axis=0))


def test_brier_of_multiplicities_is_that_of_copies():
    rng = np.random.default_rng(10)
    time, event, survival = rng.integers(1, 9, 40).astype(float), rng.random(40) < 0.6, rng.random((40, 2))
    times, rows = np.array([3.0, 6.0]), rng.integers(0, 40, 40)
    weights = np.bincount(rows, minlength=40)[:, None]
    direct = brier(time[rows], event[rows], survival[rows], times)
    np.testing.assert_allclose(brier(time, event, survival, times, weights=weights)[:, 0], direct)


def test_the_area_under_the_curve_is_the_auc():
    rng = np.random.default_rng(11)
    time, event, score = rng.exponential(size=80), rng.random(80) < 0.6, rng.normal(size=80).round(1)
    curve = time_roc(time, event, score, 0.6, before=censoring(time, event).before)
    assert np.trapezoid(curve.true_positive, curve.false_positive) == pytest.approx(
        time_auc(time, event, score, np.array([0.6]))[0, 0], abs=1e-12
    )
    assert not set(curve.threshold) & set(score)
    assert (curve.true_positive[[0, -1]] == [0, 1]).all()


def test_no_control_has_no_curve():
    time = np.array([1.0, 2.0])
    assert time_roc(time, np.array([True, True]), time, 3.0, before=np.ones(2)) is None
