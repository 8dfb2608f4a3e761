import numpy as np
import pytest

from radassoc.enrichment._null import make_design, unit_values
from radassoc.enrichment._rankings import Correlations, CoxScores, ModeratedT
from radassoc.kernels.enrichment import pack_sets

RNG = np.random.default_rng(6)
N, GENES = 30, 50
E, Z, STRATA = RNG.normal(size=(N, GENES)), RNG.normal(size=(N, 1)), np.repeat([0, 1], 15)
DESIGN = make_design(E, Z, STRATA, ranked=False)
UNIT = unit_values(RNG.normal(size=(N, 1)), DESIGN)[:, 0]
SETS = pack_sets([np.arange(8), np.arange(20, 45)], GENES)


@pytest.mark.parametrize("kind", [Correlations, ModeratedT])
def test_the_value_itself_as_a_block_gives_what_was_observed(kind):
    ranking = kind(UNIT, DESIGN)
    ranking.prepare(SETS)
    rows, means = ranking.block(UNIT[None, :], SETS)
    np.testing.assert_allclose(rows[0], ranking.statistic, atol=1e-5)
    np.testing.assert_allclose(means[0], ranking.means(SETS), atol=1e-5)


def test_the_identity_gives_the_cox_scores_observed():
    ranking = CoxScores(RNG.exponential(size=N), RNG.random(N) < 0.8, DESIGN)
    rows, means = ranking.block(np.arange(N)[None, :], SETS)
    np.testing.assert_allclose(rows[0], ranking.statistic, atol=1e-5)
    np.testing.assert_allclose(means[0], ranking.means(SETS), atol=1e-5)
    np.testing.assert_allclose(ranking.residual_sums(SETS)[0], DESIGN.genes[:, :8].sum(axis=1), atol=1e-12)


def test_residual_sums_are_those_of_a_regression_on_value_and_covariates():
    D = np.column_stack([np.ones(N), Z, STRATA, UNIT])
    left = E - D @ np.linalg.lstsq(D, E, rcond=None)[0]
    left /= np.linalg.norm(left, axis=0)
    expected = [left[:, :8].sum(axis=1), left[:, 20:45].sum(axis=1)]
    np.testing.assert_allclose(Correlations(UNIT, DESIGN).residual_sums(SETS), expected, atol=1e-10)


def test_exact_rotation_p_of_one_gene_is_its_own():
    alone = pack_sets([np.array([g]) for g in range(5)], GENES)
    ranking = Correlations(UNIT, DESIGN)
    np.testing.assert_allclose(ranking.rotation_p(alone), ranking.p[:5], rtol=1e-9)
