import numpy as np

from radassoc.kernels.cox_quadratic import CACHED
from radassoc.kernels.cox_risk import risk_sets
from radassoc.kernels.cox_state import grow, new_fit


def test_growing_keeps_what_was_there_and_shares_the_coefficients():
    risk = risk_sets(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1]))
    fit = new_fit(6, risk, 2)
    assert not fit.beta.any()
    fit.beta[4] = 1.5
    fit.cache.feature[0], fit.cache.place[4], fit.cache.rows[:] = 4, 0, 7.0
    fit.model.H[0, 0], fit.model.sizes[CACHED] = 2.0, 1
    larger = grow(fit, 5)
    assert larger.beta is fit.beta
    assert larger.cache.feature.tolist() == [4, 0, 0, 0, 0]
    assert larger.cache.place[4] == 0
    assert (larger.cache.rows[:2] == 7.0).all()
    assert larger.model.H[0, 0] == 2.0
    assert larger.model.H.shape == (5, 5)
    assert larger.model.sizes[CACHED] == 1
