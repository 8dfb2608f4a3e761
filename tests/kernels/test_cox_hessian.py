import numpy as np
import pytest

from radassoc.kernels.cox_hessian import fill_hessian, times_hessian
from radassoc.kernels.cox_likelihood import evaluate, new_moments
from radassoc.kernels.cox_risk import risk_sets


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("off", [(), ("entry",), ("entry", "strata", "weights")])
def test_products_equal_the_brute_hessian(brute_cox, ties, off):
    study = brute_cox(seed=4, ties=ties)
    for name in off:
        study = study.without(name)
    risk = risk_sets(study.time, study.event, **study.arguments())
    eta, at = study.X[:, 1], new_moments(risk)
    evaluate(eta, risk, at)
    W = study.hessian(eta)
    x, out, work = np.ascontiguousarray(study.X[:, 0]), np.empty(len(eta)), np.empty((2, risk.n_deaths.size))
    times_hessian(x, out, risk, at, *work)
    np.testing.assert_allclose(out, W @ x, atol=1e-10)


@pytest.mark.slow
def test_a_matrix_that_grows_equals_one_filled_at_once(brute_cox):
    study = brute_cox(seed=5, p=130)
    risk = risk_sets(study.time, study.event, **study.arguments())
    at, rows = new_moments(risk), np.ascontiguousarray(study.X.T)
    evaluate(np.zeros(40), risk, at)
    whole, grown = np.zeros((130, 130)), np.zeros((130, 130))
    fill_hessian(rows, whole, 0, 130, risk, at)
    for start, stop in ((0, 3), (3, 110), (110, 130)):
        fill_hessian(rows, grown, start, stop, risk, at)
    np.testing.assert_allclose(grown, whole, atol=1e-12)
    np.testing.assert_array_equal(whole, whole.T)
    expected = study.X.T @ study.hessian(np.zeros(40)) @ study.X / study.weights.sum()
    np.testing.assert_allclose(whole, expected, atol=1e-10)
