import numpy as np
import pytest

from radassoc.kernels.group_slopes import GroupSlopes, equal_slopes, f_tails
from radassoc.strata._interaction_estimates import Estimates, joint_wald, merged


def test_independent_slopes_give_welch():
    b, v, df = np.array([1.0, 2.0, 4.0]), np.array([0.5, 0.25, 1.0]), np.array([9.0, 19.0, 4.0])
    statistic, p = joint_wald(b[None], np.diag(v)[None], df[None])
    found = equal_slopes(GroupSlopes(b[:, None, None], v[:, None, None], df), pooled=False)
    assert statistic[0] == pytest.approx(found.statistic[0, 0])
    assert p[0] == pytest.approx(f_tails(found)[0, 0])


def test_two_correlated_slopes_give_the_square_of_t():
    covariance = np.array([[[0.5, 0.1], [0.1, 0.3]]])
    statistic, _ = joint_wald(np.array([[1.0, 2.0]]), covariance, np.full((1, 2), 10.0))
    assert statistic[0] == pytest.approx(1 / (0.5 + 0.3 - 0.2))


def test_what_has_no_covariance_has_no_test():
    statistic, p = joint_wald(np.full((1, 2), np.nan), np.full((1, 2, 2), np.nan), np.full((1, 2), 10.0))
    assert np.isnan(statistic[0])
    assert np.isnan(p[0])


def test_nothing_merged_has_no_rows():
    nothing = merged([], 3)
    assert isinstance(nothing, Estimates)
    assert nothing.slopes.shape == (0, 3)
    assert nothing.gaps.shape == (0, 2)
