import numpy as np

from radassoc.association._mixed import mixed
from radassoc.kernels.correlation import basis
from radassoc.kernels.mixed_model import random_intercept


def test_it_is_the_kernel_and_p_comes_from_t():
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(10), 3)
    X, Y, Q = rng.normal(size=(30, 2)), rng.normal(size=(30, 3)), basis(np.empty((30, 0)))
    found, kernel = mixed(X, Y, Q, codes), random_intercept(X, Y, Q, codes)
    np.testing.assert_array_equal(found.slope, kernel.slope)
    np.testing.assert_array_equal(found.df, kernel.df)
    assert np.isnan(found.p).all()
