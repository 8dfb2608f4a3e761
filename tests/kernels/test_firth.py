import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import log_expit
from scipy.stats import chi2

from radassoc.kernels.firth import firth_columns


def penalised(beta, D, y):
    """The penalised log likelihood, written out."""
    eta = D @ beta
    chance = 1 / (1 + np.exp(-eta))
    information = D.T @ (D * (chance * (1 - chance))[:, None])
    return log_expit(np.where(y > 0, eta, -eta)).sum() + 0.5 * np.linalg.slogdet(information)[1]


@pytest.fixture(scope="module")
def problem():
    rng = np.random.default_rng(0)
    design = np.column_stack([np.ones(60), rng.normal(size=(60, 2))])
    X, y = rng.normal(size=(60, 3)), (rng.random(60) < 0.3).astype(float)
    return (X - X.mean(axis=0)) / X.std(axis=0), y, design


def test_maximum_and_profile_by_brute_force(problem):
    X, y, design = problem
    found = firth_columns(X, y, design, 0.95)
    for j in (0, 2):
        D = np.column_stack([X[:, j], design])
        best = minimize(lambda b, D=D: -penalised(b, D, y), np.zeros(4), method="BFGS", options={"gtol": 1e-8})

        def below(value, D=D, best=best):
            rest = minimize(lambda c: -penalised(np.append(value, c), D, y), best.x[1:], method="BFGS")
            return 2 * (rest.fun - best.fun) - chi2.ppf(0.95, 1)

        assert found.log_odds_ratio[j] == pytest.approx(best.x[0], abs=1e-5)
        assert found.low[j] == pytest.approx(brentq(below, best.x[0] - 3, best.x[0]), abs=1e-4)
        assert found.high[j] == pytest.approx(brentq(below, best.x[0], best.x[0] + 3), abs=1e-4)


def test_two_by_two_is_half_a_patient_more_in_each_cell():
    """Without covariates Firth's odds ratio of two classes is that of the counts + 1/2; here 1 of 10 and 8 of 20."""
    x, y = np.repeat([1.0, 0.0], [10, 20]), np.r_[1, np.zeros(9), np.ones(8), np.zeros(12)]
    found = firth_columns(x[:, None], y, np.ones((30, 1)), 0.95)
    assert found.log_odds_ratio[0] == pytest.approx(np.log((1.5 / 9.5) / (8.5 / 12.5)), abs=1e-6)


def test_separation_stays_finite():
    x, y = np.r_[np.linspace(-2, -1, 15), np.linspace(1, 2, 15)], np.repeat([0.0, 1.0], 15)
    found = firth_columns(x[:, None], y, np.ones((30, 1)), 0.95)
    assert 1 < found.log_odds_ratio[0] < 10
    assert 0 < found.low[0] < found.log_odds_ratio[0] < found.high[0]


def test_no_columns():
    assert firth_columns(np.empty((10, 0)), np.repeat([0, 1], 5), np.ones((10, 1)), 0.95).low.size == 0
