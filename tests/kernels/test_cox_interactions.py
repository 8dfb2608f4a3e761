import numpy as np
import pytest

from radassoc.kernels.cox_fit import cox_maximum
from radassoc.kernels.cox_interactions import cox_interactions


def draw(n, k, seed):
    rng = np.random.default_rng(seed)
    group = rng.integers(0, k, size=n)
    X, Z = rng.normal(size=(n, 3)), rng.normal(size=(n, 2))
    return X, group, Z, np.ceil(8 * rng.exponential(size=n)), rng.random(n) < 0.7


@pytest.mark.parametrize("k", [2, 3])
@pytest.mark.parametrize("layered", [False, True])
def test_equals_a_separate_maximisation(k, layered):
    X, group, Z, time, event = draw(90, k, 1)
    strata = group if layered else None
    found = cox_interactions(X, group, Z, time, event, strata=strata)
    for j in range(3):
        own = np.column_stack([X[:, j] * (group == g) for g in range(k)])
        full = cox_maximum(np.column_stack([own, Z]), time, event, strata=strata)
        common = cox_maximum(np.column_stack([X[:, j], Z]), time, event, strata=strata)
        np.testing.assert_allclose(found.slopes[j], full.coefficients[:k], atol=1e-8)
        np.testing.assert_allclose(found.covariance[j], full.covariance[:k, :k], rtol=1e-6, atol=1e-9)
        assert found.common[j] == pytest.approx(common.coefficients[0], abs=1e-8)
        assert found.ratio[j] == pytest.approx(2 * (full.loglik - common.loglik), abs=1e-7)


def test_the_score_test_is_that_of_a_transformed_model():
    """With the common slope as an offset column, the score test of x:group alone; here by finite differences."""
    X, group, Z, time, event = draw(70, 2, 2)
    found = cox_interactions(X[:, :1], group, Z, time, event)
    design = np.column_stack([X[:, 0] * (group == 0), X[:, 0] * (group == 1), Z])
    common = cox_maximum(np.column_stack([X[:, 0], Z]), time, event).coefficients
    at = np.array([common[0], common[0], *common[1:]])

    def loglik(beta):
        eta, total = design @ beta, 0.0
        for t in np.unique(time[event]):
            dead = np.flatnonzero((time == t) & event)
            risk = np.exp(eta[time >= t]).sum()
            for share in np.arange(dead.size) / dead.size:
                total -= np.log(risk - share * np.exp(eta[dead]).sum())
            total += eta[dead].sum()
        return total

    h, eye = 1e-4, np.eye(4)
    score = np.array([(loglik(at + h * e) - loglik(at - h * e)) / (2 * h) for e in eye])

    def curvature(e, f):
        corners = loglik(at + h * (e + f)) - loglik(at + h * (e - f)) - loglik(at - h * (e - f))
        return -(corners + loglik(at - h * (e + f))) / (4 * h * h)

    information = np.array([[curvature(e, f) for e in eye] for f in eye])
    assert found.score[0] == pytest.approx(score @ np.linalg.solve(information, score), rel=1e-4)


def test_a_group_whose_deaths_a_column_orders_has_no_maximum():
    time = np.arange(1.0, 41.0)
    group = np.arange(40) % 2
    endless = np.where(group == 1, -time, np.sin(time))
    X = np.column_stack([endless / endless.std(), np.sin(time)])
    found = cox_interactions(X, group, np.empty((40, 0)), time, np.ones(40, bool), strata=group)
    assert np.isnan(found.slopes[0]).all()
    assert np.isfinite(found.slopes[1]).all()
    assert np.isnan(found.ratio[0])


def test_no_column_gives_no_row():
    _, group, Z, time, event = draw(20, 2, 3)
    assert cox_interactions(np.empty((20, 0)), group, Z, time, event).slopes.shape == (0, 2)
