import numpy as np

from radassoc.kernels.permutation import permuted_rows


def test_rows_are_permutations_that_stay_in_their_stratum(rng):
    strata = np.array([2, 0, 2, 0, 0, 1])
    rows = permuted_rows(strata, 200, rng)
    assert (np.sort(rows, axis=1) == np.arange(6)).all()
    assert (strata[rows] == strata).all()
    assert (rows[:, 5] == 5).all()


def test_every_order_is_equally_likely(rng):
    rows = permuted_rows(np.zeros(3, dtype=int), 6000, rng)
    _, counts = np.unique(rows, axis=0, return_counts=True)
    assert len(counts) == 6
    assert abs(counts - 1000).max() < 5 * np.sqrt(1000)
