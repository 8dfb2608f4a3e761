import numpy as np

from radassoc.kernels.correction import benjamini_hochberg
from radassoc.strata._interaction_rows import TOP, adjusted, kept_rows


def test_all_given_is_benjamini_hochberg():
    p = np.random.default_rng(0).random(500) ** 2
    np.testing.assert_allclose(adjusted(p, 500), benjamini_hochberg(p))


def test_a_histogram_stands_for_what_is_not_given():
    """Below the level exact; above it never too small and at most a bin too large."""
    rng = np.random.default_rng(1)
    p = np.concatenate([rng.random(20_000), rng.random(600) * 1e-3])
    whole = benjamini_hochberg(p)
    counts = np.bincount(np.minimum((p * 1000).astype(int), 999), minlength=1000)
    given = p[p <= 0.05]
    told = adjusted(given, len(p), counts, level=0.05)
    hits = whole[p <= 0.05]
    assert (hits < 0.05).sum() > 100
    np.testing.assert_allclose(told[hits < 0.05], hits[hits < 0.05])
    assert (told >= hits - 1e-12).all()
    assert (told <= hits + 0.03).all()
    high = adjusted(np.array([0.4, 0.05]), len(p), counts, level=0.05)
    assert high[0] >= whole[np.argmin(np.abs(p - 0.4))] - 1e-3


def test_which_rows_are_kept():
    p = np.array([0.3, 0.001, 0.2])
    assert kept_rows(p, np.array([0.3, 0.003, 0.3]), "significant", 0.05).tolist() == [1]
    assert kept_rows(p, p, "all", 0.05).tolist() == [1, 2, 0]
    assert len(kept_rows(np.linspace(0, 1, 500), np.ones(500), "top", 0.05)) == TOP
