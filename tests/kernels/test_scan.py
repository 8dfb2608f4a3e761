import numpy as np
import pytest

from radassoc.kernels.scan import (
    N_BINS,
    bin_edges,
    bins_of,
    largest_products,
    pair_products,
    scan_rows,
    single_error,
)

RNG = np.random.default_rng(3)


def units(rows, n=50):
    X = RNG.normal(size=(rows, n))
    return X / np.linalg.norm(X, axis=1, keepdims=True)


X, Y = units(300), units(2300)
R = X @ Y.T
SINGLE = X.astype(np.float32), Y.astype(np.float32)


@pytest.mark.parametrize("threshold", [0.0, 0.3, 0.5])
def test_everything_from_the_threshold_on_is_found(threshold):
    found, counts, n_found = scan_rows(*SINGLE, np.zeros(300, dtype=int), threshold, most=R.size)
    assert n_found == len(found)
    mask = np.zeros(R.shape, dtype=bool)
    mask[found[:, 0], found[:, 1]] = True
    assert mask.sum() == len(found)
    assert mask[np.abs(R) >= threshold + single_error(50)].all()
    assert not mask[np.abs(R) < threshold - single_error(50)].any()
    assert counts.sum() == R.size


def test_counts_are_those_of_the_bins():
    _, counts, _ = scan_rows(*SINGLE, np.zeros(300, dtype=int), 0.9, most=1)
    known = np.bincount(bins_of(SINGLE[0] @ SINGLE[1].T).ravel(), minlength=N_BINS)
    assert np.abs(np.cumsum(counts) - np.cumsum(known)).max() <= 5  # products summed in another order
    edges = bin_edges()
    assert len(edges) == N_BINS + 1
    at = np.array([0.0, 1e-7, 0.25, 0.37, 1.0], dtype=np.float32)
    assert ((edges[bins_of(at)] <= at) & (at < edges[bins_of(at) + 1])).all()


def test_each_row_from_its_first_column():
    first = np.linspace(0, 2300, 300).astype(int)
    found, counts, n_found = scan_rows(*SINGLE, first, 0.0, most=R.size)
    assert n_found == counts.sum() == (2300 - first).sum()
    assert (found[:, 1] >= first[found[:, 0]]).all()
    largest = largest_products(*SINGLE, first)
    expected = [np.abs(R[i, first[i] :]).max(initial=0) for i in range(300)]
    np.testing.assert_allclose(largest, expected, atol=1e-6)


def test_without_room_pairs_are_still_counted():
    found, _, n_found = scan_rows(*SINGLE, np.zeros(300, dtype=int), 0.3, most=10)
    assert len(found) == 10
    assert n_found > 10


def test_products_do_not_depend_on_what_else_is_asked():
    i, j = RNG.integers(0, 300, 500), RNG.integers(0, 2300, 500)
    r = pair_products(X, Y, i, j)
    np.testing.assert_allclose(r, R[i, j], atol=1e-15)
    assert r[7] == pair_products(X, Y, i[7:8], j[7:8])[0]
    assert pair_products(X, X, np.arange(300), np.arange(300)).max() <= 1.0
