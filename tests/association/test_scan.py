from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr, rankdata, spearmanr
from scipy.stats import t as t_distribution

from radassoc.association._groups import Tables
from radassoc.association._pair_scan import Settings
from radassoc.association._scan import scan
from radassoc.base.settings import options


def run(X, Y, Z=None, *, ranked=True, n_permutations=200, seed=0):
    Z = np.empty((len(X), 0)) if Z is None else Z
    settings = Settings(ranked, 0.95, n_permutations, seed)
    return scan(Tables(X, Y, Z, ranked), "spearman" if ranked else "pearson", settings)


def permuted(found):
    return found.p_value_from == "permutation"


@pytest.mark.parametrize("kind", ["spearman", "pearson", "partial_spearman", "partial_pearson"])
def test_equals_r(oracles, kind):
    data = pd.read_csv(oracles / "correlation_input.csv")
    known = pd.read_csv(oracles / "correlation.csv").set_index("kind").loc[kind]
    Z = data[["z", "u"]].to_numpy(float) if "partial" in kind else None
    found = run(data[["x"]].to_numpy(float), data[["y"]].to_numpy(float), Z, ranked="spearman" in kind)
    values = [found.estimate[0, 0], found.statistic[0, 0], found.p[0, 0]]
    np.testing.assert_allclose(values, known[["estimate", "statistic", "p_value"]].astype(float), rtol=1e-10)


@pytest.mark.parametrize(("ranked", "reference"), [(True, spearmanr), (False, pearsonr)])
def test_equals_scipy_with_ties(ranked, reference):
    rng = np.random.default_rng(1)
    X, Y = np.round(rng.normal(size=(40, 4)), 1), np.round(rng.normal(size=(40, 5)), 1)
    found = run(X, Y, ranked=ranked)
    for i in range(4):
        for j in range(5):
            expected = reference(X[:, i], Y[:, j])
            assert found.estimate[i, j] == pytest.approx(expected[0], abs=1e-12)
            assert found.p[i, j] == pytest.approx(expected[1], rel=1e-10)


def test_missing_values_one_pair_at_a_time():
    """Pairs are ranked anew on their own patients, as a loop over pairs would do it."""
    rng = np.random.default_rng(2)
    X, Y, Z = rng.normal(size=(45, 6)), rng.normal(size=(45, 4)), np.round(rng.normal(size=(45, 2)))
    X[rng.random(X.shape) < 0.15] = np.nan
    Y[:9, 0] = Y[30:, 2] = np.nan
    found = run(X, Y, Z)
    for i in range(6):
        for j in range(4):
            rows = ~np.isnan(X[:, i]) & ~np.isnan(Y[:, j])
            ranks = [rankdata(column) for column in (X[rows, i], Y[rows, j], *Z[rows].T)]
            D = np.column_stack([np.ones(rows.sum()), ranks[2], ranks[3]])
            rx, ry = (v - D @ np.linalg.lstsq(D, v, rcond=None)[0] for v in ranks[:2])
            r, df = np.corrcoef(rx, ry)[0, 1], rows.sum() - 4
            assert found.n[i, j] == rows.sum()
            assert found.estimate[i, j] == pytest.approx(r, abs=1e-10)
            if not permuted(found)[i, j]:
                p = 2 * t_distribution.sf(abs(r) * np.sqrt(df / (1 - r**2)), df)
                assert found.p[i, j] == pytest.approx(p, rel=1e-9)


def test_few_patients_are_permuted():
    """With five patients, all 120 orders can be counted by hand."""
    x, y = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.array([2.0, 1.0, 3.0, 5.0, 4.0])
    r = abs(np.corrcoef(x, y)[0, 1])
    exact = np.mean([abs(np.corrcoef(x, order)[0, 1]) >= r - 1e-9 for order in permutations(y)])
    found = run(x[:, None], y[:, None], n_permutations=40_000)
    assert permuted(found).all()
    assert found.p[0, 0] == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 40_000))
    assert found.log10_p[0, 0] == pytest.approx(np.log10(found.p[0, 0]))


def test_heavy_ties_are_permuted_on_either_side():
    rng = np.random.default_rng(4)
    X, Y = rng.normal(size=(40, 3)), rng.normal(size=(40, 4))
    X[:31, 1] = 0.0  # nine others
    Y[:30, 2] = 0.0  # ten others
    Y[:35, 3] = 5.0
    found = permuted(run(X, Y))
    assert found[1].all()
    assert found[:, 3].all()
    assert found.sum() == 4 + 3 - 1


def test_permutation_p_agrees_with_t_where_both_hold():
    rng = np.random.default_rng(5)
    X, Y, Z = rng.normal(size=(19, 2)), rng.normal(size=(19, 30)), rng.normal(size=(19, 2))
    Y[:, :10] += X[:, :1]
    found = run(X, Y, Z, ranked=False, n_permutations=4000)
    df = 19 - 4
    p = 2 * t_distribution.sf(abs(found.statistic), df)
    assert permuted(found).all()
    assert abs(found.p - p).max() < 0.05
    assert np.corrcoef(found.p.ravel(), p.ravel())[0, 1] > 0.995


def test_what_cannot_be_tested_is_missing():
    rng = np.random.default_rng(6)
    X, Y = rng.normal(size=(30, 3)), rng.normal(size=(30, 2))
    X[:, 0] = 4.2
    X[4:, 1] = np.nan
    Z = np.exp(X[:, [2]])
    found = run(X, Y, Z)
    assert np.isnan(found.estimate).all()
    assert np.isnan(found.p).all()
    assert found.n.tolist() == [[30, 30], [4, 4], [30, 30]]


def test_workers_change_nothing():
    rng = np.random.default_rng(7)
    X, Y = rng.normal(size=(15, 5)), rng.normal(size=(15, 8))
    answers = []
    for n_jobs in (1, 2):
        with options(n_jobs=n_jobs):
            answers.append(run(X, Y).p)
    np.testing.assert_array_equal(*answers)
