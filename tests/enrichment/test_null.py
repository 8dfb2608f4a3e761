import numpy as np
import pytest

from radassoc.base.settings import options
from radassoc.enrichment._null import (
    gene_null,
    make_design,
    permuted_orders,
    permuted_values,
    sample_null,
    unit_values,
)
from radassoc.enrichment._rankings import Correlations, CoxScores, ModeratedT
from radassoc.kernels.enrichment import pack_sets, walk_scores

RNG = np.random.default_rng(2)
E = RNG.normal(size=(24, 70))
Z = RNG.normal(size=(24, 2))
STRATA = np.repeat([0, 1, 2], 8)
SETS = pack_sets([np.arange(10), np.arange(30, 36)], 70)


@pytest.mark.parametrize("ranked", [False, True])
def test_permuted_values_stay_free_of_covariates_and_strata(ranked):
    design = make_design(E, Z, STRATA, ranked=ranked)
    unit = unit_values(RNG.normal(size=(24, 1)), design)[:, 0]
    values = permuted_values(unit, design, n_permutations=20, seed=1)
    np.testing.assert_allclose(values @ design.Q, 0, atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(values, axis=1), 1)
    assert design.Q.shape[1] == 5
    assert design.df == 24 - 2 - 4


def test_without_covariates_residuals_only_change_places_within_strata():
    design = make_design(E, np.empty((24, 0)), STRATA, ranked=False)
    unit = unit_values(RNG.normal(size=(24, 1)), design)[:, 0]
    values = permuted_values(unit, design, n_permutations=30, seed=1)
    for stratum in range(3):
        inside = stratum == STRATA
        expected = np.tile(np.sort(unit[inside]), (30, 1))
        np.testing.assert_allclose(np.sort(values[:, inside], axis=1), expected, atol=1e-12)


def test_scores_equal_a_plain_loop():
    design = make_design(E, Z, STRATA, ranked=False)
    unit = unit_values(RNG.normal(size=(24, 1)), design)[:, 0]
    values = permuted_values(unit, design, n_permutations=120, seed=3)
    found = sample_null(Correlations(unit, design), values, SETS, weight=1.0)
    D = np.column_stack([np.ones(24), Z, STRATA == 1, STRATA == 2])
    residual = E - D @ np.linalg.lstsq(D, E, rcond=None)[0]
    for b in (0, 57, 119):
        r = np.array([np.corrcoef(values[b], residual[:, g])[0, 1] for g in range(70)])
        np.testing.assert_allclose(found.es[b], walk_scores(r[None], SETS)[0], atol=1e-5)
        np.testing.assert_allclose(found.means[b], [r[:10].mean(), r[30:36].mean()], atol=1e-12)


@pytest.mark.parametrize("kind", ["correlation", "t", "cox"])
def test_workers_change_no_bit(kind):
    design = make_design(E, Z, STRATA, ranked=False)
    unit = unit_values(RNG.normal(size=(24, 1)), design)[:, 0]
    if kind == "cox":
        ranking = CoxScores(RNG.exponential(size=24), RNG.random(24) < 0.8, design)
        values = permuted_orders(STRATA, n_permutations=170, seed=0)
    else:
        ranking = (Correlations if kind == "correlation" else ModeratedT)(unit, design)
        values = permuted_values(unit, design, n_permutations=170, seed=0)
    with options(n_jobs=1):
        one = sample_null(ranking, values, SETS, weight=1.0)
    with options(n_jobs=2):
        two = sample_null(ranking, values, SETS, weight=1.0)
    np.testing.assert_array_equal(one.es, two.es)
    np.testing.assert_array_equal(one.means, two.means)


def test_sets_of_one_size_share_their_random_draws_and_rankings_share_them_too():
    rankings = -np.sort(-RNG.normal(size=(2, 70)), axis=1)
    sizes = np.array([10, 6, 10])
    first, second = gene_null(rankings, sizes, n_permutations=50, weight=1.0, seed=0)
    np.testing.assert_array_equal(first.es[:, 0], first.es[:, 2])
    assert (first.es[:, 0] != first.es[:, 1]).any()
    assert first.means is None
    alone = gene_null(rankings[1:], sizes, n_permutations=50, weight=1.0, seed=0)[0]
    np.testing.assert_array_equal(second.es, alone.es)


def test_a_gene_without_variance_here_has_no_statistic():
    constant = E.copy()
    constant[:, 5] = 3.3
    assert (make_design(constant, Z, STRATA, ranked=False).genes[:, 5] == 0).all()
