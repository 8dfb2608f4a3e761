import numpy as np
import pytest

from radassoc.enrichment._pathway_methods import ALONE, first_component, score_alone


def test_singscore_by_hand():
    # ranks 1, 3, 3 (ties share the lowest), 5, 2: the pair has mean rank 4, between 1.5 and 4.5
    X = np.array([[0.0, 2.0, 2.0, 9.0, 1.0]])
    np.testing.assert_allclose(score_alone(X, [np.array([1, 3])], "singscore"), [[(4 - 1.5) / 3 - 0.5]])
    assert score_alone(X, [np.arange(5)], "singscore").tolist() == [[0.0]]


def test_ssgsea_is_the_sum_of_its_walk():
    """A slow second implementation, gene by gene down the sample; ties as R has them."""
    rng = np.random.default_rng(3)
    x = np.round(rng.normal(size=60), 1)
    inside = np.isin(np.arange(60), rng.choice(60, 9, replace=False))
    rank = np.array([int(((x < value).sum() + 1 + (x <= value).sum()) / 2) for value in x])
    down = sorted(range(60), key=lambda g: (-x[g], g))
    hit = miss = score = 0.0
    for g in down:
        hit += rank[g] ** 0.25 / (rank[inside] ** 0.25).sum() if inside[g] else 0.0
        miss += 0.0 if inside[g] else 1 / (~inside).sum()
        score += hit - miss
    np.testing.assert_allclose(score_alone(x[None, :], [np.flatnonzero(inside)], "ssgsea"), [[score]], rtol=1e-10)


def test_the_component_points_where_its_genes_point_on_average():
    rng = np.random.default_rng(1)
    Z = rng.normal(size=(20, 1)) + 0.3 * rng.normal(size=(20, 4))
    loading, share = first_component(Z - Z.mean(axis=0))
    assert (loading > 0).all()
    assert 0.8 < share < 1
    opposite, _ = first_component(np.column_stack([Z[:, 0], -Z[:, 0]]))
    np.testing.assert_allclose(np.abs(opposite), np.sqrt(0.5))


@pytest.mark.parametrize("method", list(ALONE))
def test_samples_with_different_gaps_are_scored_each_by_itself(method):
    rng = np.random.default_rng(2)
    X = rng.normal(size=(5, 30))
    X[1, 3] = X[2, 3] = X[3, 9] = np.nan
    sets = [np.arange(6), np.array([3, 20])]
    together = score_alone(X, sets, method)
    for i in range(5):
        np.testing.assert_array_equal(together[[i]], score_alone(X[[i]], sets, method))
    np.testing.assert_array_equal(np.isnan(together[:, 1]), [False, True, True, False, False])
