import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radassoc.kernels.enrichment import (
    draw_sets,
    familywise_p,
    gsea_q,
    normalise,
    pack_sets,
    random_set_scores,
    same_sign_p,
    walk,
    walk_scores,
)


def slow_score(statistic, members, weight):
    """Walk every gene, hit or not, as the paper writes it."""
    order = np.argsort(-statistic, kind="stable")
    inside = np.isin(order, members)
    step = np.where(inside, np.abs(statistic[order]) ** weight, 0.0)
    running = np.cumsum(step / step.sum() - ~inside / (~inside).sum())
    return running[np.abs(running).argmax()]


def test_by_hand():
    # ranking 3, 2, 1, -1, -2 with genes 0 and 2 in the set: 3/4, then a miss of 1/3, then 1/4 up to 2/3
    R = np.array([[3.0, 2.0, 1.0, -1.0, -2.0]])
    assert walk_scores(R, pack_sets([np.array([0, 2])], 5))[0, 0] == pytest.approx(0.75)
    positions, before, after = walk(R[0], np.array([True, False, True, False, False]))
    assert positions.tolist() == [0, 2]
    np.testing.assert_allclose(before, [0.0, 0.75 - 1 / 3])
    np.testing.assert_allclose(after, [0.75, 1 - 1 / 3])


@pytest.mark.parametrize("weight", [0.0, 1.0, 2.0])
def test_equals_gseapy(oracles, weight):
    ranking = pd.read_csv(oracles / "prerank_input.csv", index_col="gene")["statistic"]
    sets = pd.read_csv(oracles / "prerank_sets.csv", index_col="pathway")["genes"].str.split(";")
    known = pd.read_csv(oracles / "prerank.csv").query("weight == @weight").set_index("pathway")["es"]
    packed = pack_sets([ranking.index.get_indexer(members) for members in sets], len(ranking))
    found = walk_scores(ranking.to_numpy()[None, :], packed, weight=weight)[0]
    np.testing.assert_allclose(found, known[sets.index], atol=1e-5)


@settings(deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.0, 0.5, 1.0]))
def test_equals_the_slow_walk(seed, weight):
    rng = np.random.default_rng(seed)
    R = rng.normal(size=(3, 25))
    members = [rng.choice(25, size, replace=False) for size in (1, 4, 12)]
    found = walk_scores(R, pack_sets(members, 25), weight=weight)
    for row in range(3):
        for s, member in enumerate(members):
            assert abs(found[row, s]) == pytest.approx(abs(slow_score(R[row], member, weight)), abs=1e-12)


def test_turning_the_ranking_turns_the_score(rng):
    R = rng.normal(size=(4, 60))
    sets = pack_sets([rng.choice(60, 9, replace=False)], 60)
    np.testing.assert_allclose(walk_scores(-R, sets), -walk_scores(R, sets), atol=1e-12)


def test_a_ranking_without_any_signal_scores_zero():
    assert walk_scores(np.zeros((1, 6)), pack_sets([np.array([1, 4])], 6))[0, 0] == 0.0


def test_walk_agrees_with_the_score(rng):
    ranking = np.sort(rng.normal(size=80))[::-1]
    members = np.isin(np.arange(80), rng.choice(80, 11, replace=False))
    _, before, after = walk(ranking, members)
    score = walk_scores(ranking[None, :], pack_sets([np.flatnonzero(members)], 80))[0, 0]
    assert score == pytest.approx(after.max() if after.max() >= -before.min() else before.min())


def test_random_sets_are_distinct_sorted_and_uniform(rng):
    draws = draw_sets(4000, 3, 8, rng)
    assert (np.diff(draws, axis=1) > 0).all()
    counts = np.bincount(draws.ravel(), minlength=8)
    assert abs(counts - 1500).max() < 5 * np.sqrt(1500)


def test_random_set_scores_equal_walk_scores(rng):
    ranking = np.sort(rng.normal(size=50))[::-1]
    draws = draw_sets(20, 7, 50, rng)
    expected = walk_scores(np.tile(ranking, (1, 1)), pack_sets(list(draws), 50))[0]
    np.testing.assert_allclose(random_set_scores(ranking[None, :], draws)[0], expected, atol=1e-6)


def test_many_rankings_walk_the_same_random_sets(rng):
    rankings = -np.sort(-rng.normal(size=(3, 50)), axis=1)
    draws = draw_sets(15, 6, 50, rng)
    each = np.concatenate([random_set_scores(row[None, :], draws, weight=2.0) for row in rankings])
    np.testing.assert_array_equal(random_set_scores(rankings, draws, weight=2.0), each)


def test_familywise_p_by_hand():
    null = np.array([[1.5, 0.2, -0.1], [-0.9, 0.3, 1.0], [0.1, -2.5, 0.3]])
    p = familywise_p(np.array([2.0, -1.0, np.nan]), null)
    np.testing.assert_allclose(p, [2 / 4, 4 / 4, np.nan])


def test_normalised_by_mean_null_of_the_same_sign_and_set():
    null = np.array([[0.2, -0.5], [0.4, -0.3], [-0.1, -0.4]])
    nes, null_nes = normalise(np.array([0.6, 0.3]), null)
    np.testing.assert_allclose(nes, [2.0, np.nan])
    np.testing.assert_allclose(null_nes[:, 0], [0.2 / 0.3, 0.4 / 0.3, -1.0])


def test_p_counts_the_same_sign_only():
    null = np.array([[0.2], [0.4], [0.6], [-0.9]])
    assert same_sign_p(np.array([0.4]), null)[0] == pytest.approx(3 / 4)
    assert same_sign_p(np.array([-0.95]), null)[0] == pytest.approx(1 / 2)
    assert same_sign_p(np.array([0.0]), null)[0] == 1.0


def test_q_by_hand():
    # observed 2 and 1, null 0.5, 1.5, 2.5, 0.7: at 2: (1/4)/(1/2); at 1: (2/4)/(2/2)
    q = gsea_q(np.array([2.0, 1.0, -1.0]), np.array([[0.5, 1.5], [2.5, 0.7]]))
    np.testing.assert_allclose(q, [0.5, 0.5, np.nan])
