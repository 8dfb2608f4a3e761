import numpy as np
from scipy.stats import spearmanr

from radassoc.association._groups import Tables
from radassoc.association._max_statistic import familywise, smallest_p, within
from radassoc.base.seeds import generator
from radassoc.kernels.correlation import basis, midranks, residual_units
from radassoc.kernels.permutation import permuted_rows
from radassoc.kernels.tails import correlation_p

RNG = np.random.default_rng(13)
X, Y, Z = RNG.normal(size=(30, 3)), RNG.normal(size=(30, 5)), RNG.normal(size=(30, 1))


def rows(n, count):
    return permuted_rows(np.zeros(n, dtype=int), count, generator(0, "association", "largest"))


def test_the_smallest_p_of_each_permutation_one_by_one():
    found = smallest_p(Tables(X, Y, Z, ranked=False), 20, 0)
    Q = basis(Z)
    left, right = residual_units(X, Q), residual_units(Y, Q)
    expected = []
    for order in rows(30, 20):
        r = residual_units(left[order], Q).T @ right
        expected.append(np.log10(correlation_p(np.abs(r).max(keepdims=True).ravel(), 27.0)[0]))
    np.testing.assert_allclose(found, np.sort(expected), rtol=1e-5)


def test_rank_residuals_given_covariates_change_sign_one_by_one():
    holes = X.copy()
    holes[:4, 2] = np.nan
    found = smallest_p(Tables(holes, Y, Z, ranked=True), 20, 0)
    signs = generator(0, "association", "largest").choice([-1.0, 1.0], (20, 30))
    expected = np.zeros(20)
    for seen, columns in ((np.arange(30), [0, 1]), (np.arange(4, 30), [2])):
        Q = basis(midranks(Z[seen]))
        left, right = (residual_units(midranks(V), Q) for V in (holes[np.ix_(seen, columns)], Y[seen]))
        for b in range(20):
            r = np.abs(residual_units(left * signs[b, seen, None], Q).T @ right).max()
            expected[b] = min(expected[b], np.log10(correlation_p(np.array([r]), len(seen) - 3.0)[0]))
    np.testing.assert_allclose(found, np.sort(expected), rtol=1e-5)


def test_missing_values_and_one_table_against_itself():
    holes = X.copy()
    holes[:5, 1] = np.nan
    found = smallest_p(Tables(holes, Y, Z[:, :0], ranked=True), 15, 0)
    expected = []
    for order in rows(30, 15):
        smallest = 1.0
        for i in range(3):
            seen = np.flatnonzero(~np.isnan(holes[:, i]))
            moved = within(order[None, :], seen)[0]
            for j in range(5):
                smallest = min(smallest, spearmanr(holes[seen, i][moved], Y[seen, j])[1])
        expected.append(np.log10(smallest))
    np.testing.assert_allclose(found, np.sort(expected), rtol=1e-4)
    itself = smallest_p(Tables(Y, Y, Z[:, :0], ranked=False, same=True), 15, 0)
    assert (itself > -5).all()


def test_permutations_of_those_present_are_uniform():
    """All orders of three present patients come equally often."""
    inside = within(permuted_rows(np.zeros(5, dtype=int), 6000, RNG), np.array([0, 2, 3]))
    counts = np.unique(inside, axis=0, return_counts=True)[1]
    assert len(counts) == 6
    assert np.abs(counts - 1000).max() < 4 * np.sqrt(1000)


def test_familywise_counts_permutations_that_reach_it():
    found = familywise(np.array([-5.0, -2.0, np.nan]), np.array([-3.0, -2.0, -1.0]))
    np.testing.assert_allclose(found, [0.25, 0.75, np.nan])


def test_pairs_whose_t_is_not_trusted_take_no_part():
    few, tied = RNG.normal(size=(30, 1)), np.r_[np.zeros(26), 1.0, 2.0, 3.0, 4.0][:, None]
    few[7:] = np.nan
    added = Tables(np.hstack([X, few, tied]), Y, Z[:, :0], ranked=True)
    np.testing.assert_array_equal(smallest_p(added, 30, 0), smallest_p(Tables(X, Y, Z[:, :0], ranked=True), 30, 0))
