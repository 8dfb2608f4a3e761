import numpy as np

from radassoc.kernels.cox_quadratic import CACHED
from radassoc.kernels.cox_risk import risk_sets
from radassoc.kernels.cox_state import grow, new_batch


def test_growing_keeps_what_was_there():
    risk = risk_sets(np.array([1.0, 2.0, 3.0]), np.array([1, 0, 1]))
    batch = new_batch(2, risk, 2, np.zeros(2))
    batch.beta[1, 0], batch.feature[1, 0], batch.rows[1] = 1.5, 4, 7.0
    batch.H[1, 0, 0], batch.sizes[1, CACHED] = 2.0, 1
    larger = grow(batch._asdict(), 5)
    assert larger.feature.tolist() == [[0] * 5, [4, 0, 0, 0, 0]]
    assert larger.beta[1].tolist() == [1.5, 0, 0, 0, 0]
    assert (larger.rows[1, :2] == 7.0).all()
    assert not larger.rows[0].any()
    assert larger.H.shape == (2, 5, 5)
    assert larger.H[1, 0, 0] == 2.0
    assert larger.eta is batch.eta
    assert larger.sizes[1, CACHED] == 1
    assert grow(larger._asdict(), 400).feature.shape == (2, 13)
