import numpy as np
import pytest
from scipy import stats

from radassoc.kernels.group_slopes import equal_slopes, f_tails, group_slopes, make_part


def draw(seed=0, sizes=(25, 14, 18)):
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    n = len(group)
    return rng.normal(size=(n, 2)), rng.normal(size=(n, 3)), rng.normal(size=(n, 2)), group


def least_squares(y, X):
    """Return coefficients, their covariance with one residual variance, and the one of HC3."""
    inverse = np.linalg.inv(X.T @ X)
    b = inverse @ X.T @ y
    e, lever = y - X @ b, np.einsum("ij,jk,ik->i", X, inverse, X)
    meat = (X * ((e / (1 - lever)) ** 2)[:, None]).T @ X
    return b, inverse * (e @ e) / (len(y) - X.shape[1]), inverse @ meat @ inverse


def parts_of(X, Y, Z, group):
    return [make_part(X[group == g], Y[group == g], Z[group == g]) for g in np.unique(group)]


def design(x, Z, group):
    inside = [group == g for g in np.unique(group)]
    return np.column_stack([*(x * rows for rows in inside), *inside, *(Z * rows[:, None] for rows in inside)])


@pytest.mark.parametrize("k", [2, 3])
def test_pooled_equals_one_least_squares_fit(k):
    X, Y, Z, group = (a[: sum((25, 14, 18)[:k])] for a in draw())
    found = group_slopes(parts_of(X, Y, Z, group), "pooled")
    test = equal_slopes(found, pooled=True)
    b, covariance, _ = least_squares(Y[:, 2], design(X[:, 1], Z, group).astype(float))
    np.testing.assert_allclose(found.slopes[:, 1, 2], b[:k], rtol=1e-9)
    np.testing.assert_allclose(found.variances[:, 1, 2], np.diag(covariance)[:k], rtol=1e-9)
    contrast = np.column_stack([-np.ones(k - 1), np.eye(k - 1)])
    told = contrast @ b[:k]
    wanted = told @ np.linalg.solve(contrast @ covariance[:k, :k] @ contrast.T, told) / (k - 1)
    assert test.statistic[1, 2] == pytest.approx(wanted, rel=1e-9)
    assert f_tails(test)[1, 2] == pytest.approx(stats.f.sf(wanted, k - 1, len(Y) - 4 * k), rel=1e-9)


def test_hc3_equals_the_sandwich():
    X, Y, Z, group = draw(1)
    found = group_slopes(parts_of(X, Y, Z, group), "hc3")
    for g in range(3):
        rows = group == g
        D = np.column_stack([X[rows, 1], np.ones(rows.sum()), Z[rows]])
        assert found.variances[g, 1, 0] == pytest.approx(least_squares(Y[rows, 0], D)[2][0, 0], rel=1e-9)


def test_two_groups_give_the_square_of_welch():
    X, Y, Z, group = (a[:39] for a in draw(2))
    found = group_slopes(parts_of(X, Y, Z, group), "unequal")
    test = equal_slopes(found, pooled=False)
    v, df = found.variances[:, 0, 0], found.df
    t = np.diff(found.slopes[:, 0, 0])[0] / np.sqrt(v.sum())
    assert df.tolist() == [25 - 3 - 1, 14 - 3 - 1]
    assert test.statistic[0, 0] == pytest.approx(t**2)
    assert test.df_2[0, 0] == pytest.approx(v.sum() ** 2 / (v**2 / df).sum())


def test_welch_of_three_groups_is_that_of_means():
    """Slopes with equal sums of squares are means: R's oneway.test on 1951's formula, by hand."""
    found = type(group_slopes(parts_of(*draw(3)), "unequal"))(
        np.array([1.0, 2.0, 4.0])[:, None, None], np.array([0.5, 0.25, 1.0])[:, None, None], np.array([9.0, 19.0, 4.0])
    )
    w = np.array([2.0, 4.0, 1.0])
    mean = (w @ [1, 2, 4]) / 7
    spread = ((1 - w / 7) ** 2 / found.df).sum()
    wanted = (w @ (np.array([1, 2, 4]) - mean) ** 2) / 2 / (1 + 2 / 8 * spread)
    test = equal_slopes(found, pooled=False)
    assert test.statistic[0, 0] == pytest.approx(wanted)
    assert test.df_2[0, 0] == pytest.approx(8 / (3 * spread))


def test_columns_without_variation_in_a_group_have_no_slope():
    X, Y, Z, group = draw(4)
    X[group == 1, 0] = 3.0
    Y[group == 2, 1] = 5.0
    found = group_slopes(parts_of(X, Y, Z, group), "unequal")
    assert np.isnan(found.slopes[1, 0]).all()
    assert np.isfinite(found.slopes[0]).all()
    test = equal_slopes(found, pooled=False)
    assert np.isnan(test.statistic[0]).all()
    assert np.isfinite(test.statistic[1, 0])
