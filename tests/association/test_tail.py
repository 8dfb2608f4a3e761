import numpy as np

from radassoc.association._tail import tail_of
from radassoc.kernels.scan import N_BINS, bin_edges, bins_of
from radassoc.kernels.tails import correlation_p

RNG = np.random.default_rng(11)
R = np.tanh(RNG.normal(size=20_000) / 5).astype(np.float32)


def counts(r):
    return np.bincount(bins_of(r), minlength=N_BINS)


def test_counts_at_the_edges_are_exact():
    tail = tail_of({40: counts(R)})
    p = np.sort(correlation_p(np.minimum(bin_edges()[:-1], 1.0), 40.0))
    np.testing.assert_allclose(tail.p, p)
    own = np.sort(correlation_p(R.astype(float), 40.0))
    np.testing.assert_array_equal(tail.below, np.searchsorted(own, tail.p * (1 + 1e-9), side="right"))
    assert tail.n_tests == 20_000


def test_other_degrees_of_freedom_are_counted_in_proportion():
    few = R[:3000]
    tail = tail_of({40: counts(R), 25: counts(few)})
    own = np.sort(np.r_[correlation_p(R.astype(float), 40.0), correlation_p(few.astype(float), 25.0)])
    assert tail.n_tests == 23_000
    assert np.abs(tail.below - np.searchsorted(own, tail.p, side="right")).max() < 5


def test_edges_for_counts():
    tail = tail_of({40: counts(R)})
    edge = tail.edge_for(500)
    own = correlation_p(R.astype(float), 40.0)
    assert (own <= edge).sum() <= 500
    assert (own <= edge * 1.05).sum() > 450
    assert tail_of({}).n_tests == 0
