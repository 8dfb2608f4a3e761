import numpy as np
import pandas as pd

from radassoc.base.seeds import generator
from radassoc.enrichment._slopes import compare_slopes, equal_slopes_null, make_side, set_means
from radassoc.kernels.enrichment import pack_sets, walk_scores
from radassoc.kernels.permutation import permuted_rows


def test_four_patients_by_hand():
    values, none = np.array([0.0, 1.0, 2.0, 3.0]), np.empty((4, 0))
    genes = np.array([[0.0, 1.0, 2.0, 4.0], [1.0, 1.0, 2.0, 2.0]]).T
    sides = tuple(make_side(factor * genes, values, none, np.zeros(4, dtype=int)) for factor in (1.0, 3.0))
    found = compare_slopes(sides)
    np.testing.assert_allclose(found.slopes, [[1.3, 0.4], [3.9, 1.2]])
    # residual sum of squares 0.3 of the first gene: its variance is 0.3 / 2 / 5, nine times that in the second group
    np.testing.assert_allclose(found.variances[:, 0], [0.03, 0.27])
    np.testing.assert_allclose(found.statistic[0], 2.6 / np.sqrt(0.3))


def test_a_value_that_the_covariates_explain_has_no_length():
    rng = np.random.default_rng(2)
    z = rng.normal(size=(12, 1))
    for values in (3 * z[:, 0] + 1, np.full(12, 0.1)):
        assert make_side(rng.normal(size=(12, 2)), values, z, np.zeros(12, dtype=int)).length == 0


def test_set_means():
    sets = pack_sets([np.array([0, 2]), np.array([1])], 3)
    np.testing.assert_array_equal(set_means(np.array([[1.0, 5.0, 3.0]]), sets), [[2.0, 5.0]])


def test_permuted_scores_equal_a_refit_of_every_gene():
    """Slow second way: build each permuted table, refit both groups by least squares, rank, walk."""
    rng = np.random.default_rng(1)
    told = pd.DataFrame({"score": rng.normal(size=70), "age": rng.normal(size=70)})
    told["sex"], told["site"] = np.repeat(["female", "male"], (40, 30)), rng.choice(["a", "b"], size=70)
    X = rng.normal(size=(70, 120))
    X[:, :20] += 1.2 * np.outer(told["score"] * (told["sex"] == "male"), np.ones(20))
    inside = [(told["sex"] == sex).to_numpy() for sex in ("female", "male")]
    strata = (told["site"] == "b").to_numpy().astype(int)
    sides = tuple(
        make_side(X[rows], told["score"].to_numpy()[rows], told[["age"]].to_numpy()[rows], strata[rows])
        for rows in inside
    )
    sets = pack_sets([np.arange(15), np.arange(40, 60)], X.shape[1])
    null = equal_slopes_null(sides, sets, weight=1.0, n=6, seed=4)

    group = inside[1].astype(float)
    nuisance = np.column_stack([np.ones(len(X)), told["age"], strata])
    full = np.column_stack([nuisance, nuisance * group[:, None]])
    reduced = np.column_stack([full, told["score"]])
    fit = reduced @ np.linalg.lstsq(reduced, X, rcond=None)[0]
    orders = [permuted_rows(strata[rows], 6, generator(4, "compare_enrichment", g)) for g, rows in enumerate(inside)]
    for b in range(6):
        left = np.zeros_like(X)
        for rows, order in zip(inside, orders, strict=True):
            left[rows] = (X - fit)[rows][np.argsort(order[b])]  # the design goes one way, the residuals back
        again = fit + left - reduced @ np.linalg.lstsq(reduced, left, rcond=None)[0]
        slopes, variances, own = [], [], []
        for rows in inside:
            D = np.column_stack([told["score"][rows], nuisance[rows]])
            beta = np.linalg.lstsq(D, again[rows], rcond=None)[0]
            rss = ((again[rows] - D @ beta) ** 2).sum(axis=0)
            slopes.append(beta[0])
            variances.append(rss / (rows.sum() - 4) * np.linalg.inv(D.T @ D)[0, 0])
            t = beta[0] / np.sqrt(variances[-1])
            own.append(t / np.sqrt(t**2 + rows.sum() - 4))
        t = (slopes[1] - slopes[0]) / np.sqrt(variances[0] + variances[1])
        np.testing.assert_allclose(null.es[b], walk_scores(t[None], sets)[0], atol=1e-10)
        np.testing.assert_allclose(null.means[b], [t[:15].mean(), t[40:60].mean()], atol=1e-10)
        np.testing.assert_allclose(null.own[:, b], walk_scores(np.array(own), sets), atol=1e-10)
