import numpy as np
import pytest

from radassoc.kernels import rank_walk
from radassoc.kernels.enrichment import pack_sets, walk_scores
from radassoc.kernels.rank_walk import score_rows, set_sums, sort_keys, split_sets


def test_keys_sort_as_numbers_do_and_keep_the_order_of_equals(rng):
    R = rng.normal(size=(5, 300)).astype(np.float32)
    R[:, ::7] = 0.0
    R[0, 3], R[1, 5], R[2, 8] = -0.0, np.inf, -1e-40
    found = (sort_keys(R) & np.uint64(0xFFFFFFFF)).astype(int)
    np.testing.assert_array_equal(found, np.argsort(R, axis=1, kind="stable"))


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0, 2.0])
def test_scores_equal_those_in_double_precision(rng, weight):
    R = rng.normal(size=(4, 400)).astype(np.float32)
    R[:, ::9] = 0.0
    sets = pack_sets([rng.choice(400, size, replace=False) for size in (1, 5, 40, 200, 400)], 400)
    expected = walk_scores(R.astype(float), sets, weight=weight, stable=True)
    np.testing.assert_allclose(score_rows(R, split_sets(sets), weight=weight), expected, atol=2e-6)


def test_parts_change_no_bit(rng, monkeypatch):
    R = rng.normal(size=(3, 200)).astype(np.float32)
    sets = pack_sets([rng.choice(200, size, replace=False) for size in (5, 60, 7, 30, 80, 1)], 200)
    whole = score_rows(R, split_sets(sets))
    monkeypatch.setattr(rank_walk, "_HITS", 50)
    assert len(split_sets(sets)) > 2
    np.testing.assert_array_equal(score_rows(R, split_sets(sets)), whole)


def test_more_genes_than_half_a_word_counts(rng):
    R = rng.normal(size=(1, 70_000)).astype(np.float32)
    sets = pack_sets([rng.choice(70_000, 60, replace=False)], 70_000)
    np.testing.assert_allclose(
        score_rows(R, split_sets(sets)), walk_scores(R.astype(float), sets, stable=True), atol=2e-6
    )


def test_no_signal_scores_zero_and_no_set_gives_no_column():
    assert score_rows(np.zeros((1, 6), np.float32), split_sets(pack_sets([np.array([1, 4])], 6)))[0, 0] == 0.0
    assert score_rows(np.ones((2, 6), np.float32), split_sets(pack_sets([], 6))).shape == (2, 0)


def test_sums_of_scaled_rows(rng):
    rows, scale = rng.normal(size=(9, 4)), rng.random(9)
    sets = pack_sets([np.array([0, 3, 8]), np.array([5])], 9)
    np.testing.assert_allclose(set_sums(rows, sets), [rows[[0, 3, 8]].sum(axis=0), rows[5]])
    scaled = rows * scale[:, None]
    np.testing.assert_allclose(set_sums(rows, sets, scale=scale), [scaled[[0, 3, 8]].sum(axis=0), scaled[5]])
