"""Stability selection: q and the bound, clusters, who enters first, and complementary halves done slowly."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.kernels.cox_path import solve_path
from radassoc.kernels.cox_risk import risk_sets
from radassoc.preparation.recipe import Preparation
from radassoc.resampling.folds import make_folds
from radassoc.survival import risk_score
from radassoc.survival._pipeline import Arrays, Block, Settings
from radassoc.survival.stability import (
    THRESHOLD,
    Stability,
    cluster_columns,
    first_clusters,
    select_stable,
    size_of_bound,
)

SETTINGS = Settings(Preparation(max_correlation=None), seed=5)


def make_arrays(n: int = 120, p: int = 20, *, effect: float = 1.0, copies: int = 0, seed: int = 0) -> Arrays:
    """Feature 0 drives survival; ``copies`` further features nearly repeat it."""
    rng = np.random.default_rng(seed)
    X, Z = rng.normal(size=(n, p)), rng.normal(size=(n, 1))
    for j in range(1, copies + 1):
        X[:, j] = X[:, 0] + 0.2 * rng.normal(size=n)
    time = rng.exponential(np.exp(-effect * X[:, 0] - 0.5 * Z[:, 0]))
    return Arrays(X, Z, time, rng.random(n) < 0.7, rng.integers(0, 2, n), np.full(n, np.nan), np.arange(n))


@pytest.mark.parametrize(("bound", "p", "q"), [(1.0, 200, 10), (1.0, 199, 9), (2.0, 100, 10), (0.5, 4, 1), (1.0, 2, 1)])
def test_q_is_the_largest_that_holds_the_bound(bound: float, p: int, q: int) -> None:
    assert size_of_bound(bound, p) == q
    assert q**2 / ((2 * THRESHOLD - 1) * p) <= bound < (q + 1) ** 2 / ((2 * THRESHOLD - 1) * p)


@pytest.mark.parametrize("bound", [0.01, 8.0, 100.0])
def test_a_bound_too_small_or_without_meaning_is_refused(bound: float) -> None:
    with pytest.raises(InputError, match=r"with 8 clusters of features(.|\n)*at least 0.25 and less than 8"):
        size_of_bound(bound, 8)


@pytest.mark.parametrize("p", [0, 1])
def test_one_cluster_has_nothing_to_select_from(p: int) -> None:
    with pytest.raises(DesignError, match=rf"leaves {p} penalised features(.|\n)*stability=0"):
        size_of_bound(1.0, p)


def test_clusters_by_hand() -> None:
    """Columns 0, 2 and 4 (its negative) are one; 1 is alone; 3 is 0.6 away from 0: no cluster."""
    rng = np.random.default_rng(0)
    base = np.linalg.qr(np.column_stack([np.ones(50), rng.normal(size=(50, 4))]))[0][:, 1:]
    a, b, c, d = base.T
    X = np.column_stack([a, b, 0.9 * a + np.sqrt(0.19) * c, 0.6 * a + 0.8 * d, -a])
    assert cluster_columns(X).tolist() == [0, 1, 0, 2, 0]
    assert cluster_columns(5 + 100 * X).tolist() == [0, 1, 0, 2, 0]
    assert cluster_columns(X[:, :1]).tolist() == [0]
    assert cluster_columns(X[:, :0]).tolist() == []


def test_every_pair_of_a_cluster_correlates_as_promised() -> None:
    """Complete linkage: a chain of neighbours is not one cluster, although each link is strong."""
    walk = np.cumsum(np.random.default_rng(1).normal(size=(60, 15)), axis=1)
    cluster = cluster_columns(walk)
    r = np.abs(np.corrcoef(walk.T))
    same = cluster[:, None] == cluster[None, :]
    assert r[same].min() >= 0.7
    assert 1 < cluster.max() + 1 < 15
    for one in range(cluster.max() + 1):
        for other in range(one):
            assert r[np.ix_(cluster == one, cluster == other)].min() < 0.7


@pytest.mark.parametrize(
    ("order", "q", "expected"),
    [([3, 0, 1], 1, [3]), ([3, 1, 0, 2], 2, [3, 1, 0]), ([3, 1, 0, 2], 9, [3, 1, 0, 2]), ([], 2, [])],
)
def test_first_clusters_by_hand(order: list[int], q: int, expected: list[int]) -> None:
    cluster = np.array([0, 1, 2, 1])
    assert first_clusters(np.array(order, dtype=int), cluster, q).tolist() == expected


def test_equals_halves_done_slowly() -> None:
    """Order of entry on each half's path; frequencies of 3 pairs; both halves of a pair make up everybody."""
    data = make_arrays(copies=2)
    found = select_stable(data, SETTINGS, 3, 1.0, ("x",))
    unit = (data.X - data.X.mean(axis=0)) / data.X.std(axis=0)
    Z = (data.Z - data.Z.mean(axis=0)) / data.Z.std(axis=0)
    cluster = cluster_columns(unit)
    assert cluster[:4].tolist() == [0, 0, 0, 1]
    q = int(np.sqrt(0.5 * (cluster.max() + 1)))
    own, whole = np.zeros(20), np.zeros(20)
    for pair in range(3):
        side = make_folds(2, event=data.event, strata=data.strata, seed=5, path=("x", "stability", pair))
        assert np.bincount(side).tolist() == [60, 60]
        for rows in (side == 0, side == 1):
            risk = risk_sets(data.time[rows], data.event[rows], strata=data.strata[rows])
            path = solve_path(
                np.asfortranarray(np.hstack([Z, unit])[rows]),
                risk,
                penalty_factor=np.append(0.0, np.ones(20)),
                standardize=False,
            ).coefficients[:, 1:]
            chosen: list[int] = []
            for step in path:
                new = [j for j in np.argsort(-np.abs(step)) if step[j] != 0 and j not in chosen]
                for j in new:
                    if len({*cluster[chosen], cluster[j]}) <= q:
                        chosen.append(j)
                    elif len(set(cluster[chosen])) == q:
                        break
                if len(set(cluster[chosen])) == q:
                    break
            first = chosen[: 1 + next(i for i in range(len(chosen)) if len(set(cluster[chosen[: i + 1]])) == q)]
            own[first] += 1
            whole[np.isin(cluster, cluster[first])] += 1
    assert found.q == q
    np.testing.assert_array_equal(found.cluster, cluster)
    np.testing.assert_allclose(found.own, own / 6)
    np.testing.assert_allclose(found.frequency, whole / 6)


def test_twins_share_what_either_of_them_earns() -> None:
    """Alone the twins take turns; their cluster is chosen in every half, and noise is not."""
    found = select_stable(make_arrays(copies=1), SETTINGS, 8, 1.0, ("x",))
    assert found.frequency[:2].tolist() == [1.0, 1.0]
    assert found.own[:2].min() < 1
    assert found.stable.tolist() == [True, True] + [False] * 18
    told = found.told()
    assert (told["q"], told["n_clusters"]) == (3, 19)
    assert told["expected_false"] == pytest.approx(9 / (0.5 * 19))
    assert told["expected_false"] <= 1


def test_at_most_q_clusters_are_chosen_in_a_half() -> None:
    """Without signal frequencies sum to q at most, over clusters; the bound rests on it."""
    found = select_stable(make_arrays(effect=0.0, p=40), SETTINGS, 5, 2.0, ("x",))
    _, first = np.unique(found.cluster, return_index=True)
    assert found.q == 6
    assert 0.9 * found.q <= found.frequency[first].sum() <= found.q + 1e-12
    assert found.stable.sum() <= 2


def test_features_without_penalty_are_no_candidates() -> None:
    """They are in the model from the start: their place on the path says nothing."""
    data = make_arrays()
    blocks = (Block(2, 0.0, Preparation()), Block(18, 1.0, Preparation()))
    found = select_stable(data, SETTINGS._replace(blocks=blocks), 2, 1.0, ("x",))
    np.testing.assert_array_equal(found.columns, np.arange(2, 20))


def test_a_screen_is_redone_in_each_half() -> None:
    """Only ``screen`` features can be chosen in a half, but over halves more are."""
    data = make_arrays(effect=0.0)
    found = select_stable(data, SETTINGS._replace(screen=2), 5, 4.0, ("x",))
    assert found.q == 6
    assert found.own.sum() <= 2 + 1e-12
    assert np.count_nonzero(found.own) > 2


def test_stable_begins_at_three_quarters() -> None:
    two = np.array([0, 1])
    found = Stability(two, two, two * 0.0, np.array([0.75, 0.7499]), 1)
    assert found.stable.tolist() == [True, False]


def test_a_bound_that_cannot_be_held_is_refused_before_anything_long(
    planted_cohort: Cohort, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the cross-validation ran first")

    monkeypatch.setattr(risk_score, "learn_model", never)
    with pytest.raises(InputError, match=r"stability_bound=0\.01 cannot be held"):
        risk_score.fit_risk_score(planted_cohort, stability=2, stability_bound=0.01)
