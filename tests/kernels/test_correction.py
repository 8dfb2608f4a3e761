import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from radassoc.kernels.correction import benjamini_hochberg, permutations_needed


@settings(deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_equals_scipy(p):
    np.testing.assert_allclose(benjamini_hochberg(np.array(p)), false_discovery_control(p), rtol=1e-12)


def test_missing_tests_are_not_counted_and_shape_is_kept():
    p = np.array([[0.01, np.nan], [0.02, 0.5]])
    np.testing.assert_allclose(benjamini_hochberg(p), [[0.03, np.nan], [0.03, 0.5]])


def test_nothing_to_correct():
    assert benjamini_hochberg(np.array([])).shape == (0,)
    assert np.isnan(benjamini_hochberg(np.array([np.nan]))).all()


def test_needed_permutations_reach_the_level_and_one_fewer_does_not():
    needed = permutations_needed(50, 0.05)
    assert 1 / (needed + 1) * 50 <= 0.05 < 1 / needed * 50
