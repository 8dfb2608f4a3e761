import json
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from radassoc.association._binary import scan_binary
from radassoc.association._pair_scan import Settings
from radassoc.kernels.rank_tests import normal_tails

XS = ["x1", "x2", "x3"]


@pytest.fixture
def frame(oracles):
    return pd.read_csv(oracles / "pairings.csv")


@pytest.fixture
def oracle(oracles):
    return json.loads((oracles / "pairings.json").read_text())


def test_without_covariates_it_is_wilcox_test(frame, oracle):
    y = frame[["y"]].to_numpy(float)
    found = scan_binary(frame[XS].to_numpy(), y, np.empty((90, 0)), two_classes=False, settings=Settings())
    np.testing.assert_allclose(found.p[:, 0], oracle["wilcox_p"], rtol=1e-10)
    assert set(found.estimate_kind.ravel()) == {"auc"}
    assert ((found.ci_low < found.estimate) & (found.estimate < found.ci_high)).all()


def test_with_covariates_it_is_the_rao_test_of_ranks(frame, oracle):
    """times sqrt((n - q) / n), which without covariates makes Mann-Whitney of it."""
    Z = frame[["age", "z"]].to_numpy(float)
    y = frame[["y"]].to_numpy(float)
    found = scan_binary(frame[XS].to_numpy(), y, Z, two_classes=False, settings=Settings())
    np.testing.assert_allclose(found.statistic[:, 0], np.array(oracle["rao_z"]) * np.sqrt(87 / 90), rtol=1e-8)
    np.testing.assert_allclose(found.p, 2 * stats.t.sf(np.abs(found.statistic), 86))
    assert set(found.p_value_from.ravel()) == {"score"}
    assert found.estimate[0, 0] > 0
    assert found.ci_low[0, 0] > 0


def test_values_instead_of_ranks_move_with_an_outlier(frame):
    X, y, Z = frame[["x1"]].to_numpy().copy(), frame[["y"]].to_numpy(float), frame[["age"]].to_numpy(float)
    X[np.argmax(X)] *= 50
    by_rank, by_value = (
        scan_binary(X, y, Z, two_classes=False, settings=Settings(ranked=ranked)).p[0, 0] for ranked in (True, False)
    )
    assert by_rank < 1e-4
    assert by_value > 1e-3


def test_two_classes_are_chi_square_with_n_less_one(frame, oracle):
    x, y = frame[["mark"]].to_numpy(float), frame[["y"]].to_numpy(float)
    found = scan_binary(x, y, np.empty((90, 0)), two_classes=True, settings=Settings())
    assert found.statistic[0, 0] ** 2 == pytest.approx(oracle["chisq_2x2"] * 89 / 90)
    counts = pd.crosstab(x[:, 0], y[:, 0]).to_numpy() + 0.5
    expected = np.log(counts[1, 1] * counts[0, 0] / counts[1, 0] / counts[0, 1])
    assert found.estimate[0, 0] == pytest.approx(expected, abs=1e-5)


def test_small_expected_counts_are_exact(oracle):
    x = np.r_[np.zeros(80), np.ones(10)]
    y = np.stack([np.r_[np.zeros(60), np.ones(20), np.zeros(10 - k), np.ones(k)] for k in range(2, 8)], axis=1)
    found = scan_binary(x[:, None], y, np.empty((90, 0)), two_classes=True, settings=Settings())
    assert set(found.p_value_from.ravel()) == {"fisher"}
    np.testing.assert_allclose(found.p[0], oracle["fisher"], rtol=1e-6)


def test_fewer_than_five_in_a_class_are_refused():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(40, 2)), np.zeros((40, 2))
    y[:4, 0], y[:5, 1] = 1, 1
    for Z in (np.empty((40, 0)), rng.normal(size=(40, 1))):
        found = scan_binary(X, y, Z, two_classes=False, settings=Settings(n_permutations=99))
        assert np.isnan(found.p[:, 0]).all()
        assert (found.estimate_kind[:, 0] == "").all()
        assert np.isfinite(found.p[:, 1]).all()
        assert set(found.p_value_from[:, 1]) == {"permutation"}


def test_permutations_come_near_the_whole_enumeration():
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=12), np.repeat([0.0, 1.0], [7, 5])
    x += y
    ranks = np.argsort(np.argsort(x)) + 1.0
    sums = np.array([ranks[list(chosen)].sum() for chosen in combinations(range(12), 5)])
    exact = (np.abs(sums - 32.5) >= abs(ranks[7:].sum() - 32.5) - 1e-9).mean()
    found = scan_binary(x[:, None], y[:, None], np.empty((12, 0)), two_classes=False, settings=Settings())
    assert found.p[0, 0] == pytest.approx(exact, abs=4 * np.sqrt(exact * (1 - exact) / 10_000))


def test_missing_values_leave_out_only_their_patients():
    rng = np.random.default_rng(2)
    X, y, Z = rng.normal(size=(60, 3)), (rng.random((60, 2)) < 0.5) * 1.0, rng.normal(size=(60, 1))
    X[:7, 1], y[50:, 1] = np.nan, np.nan
    for given in (Z, Z[:, :0]):
        found = scan_binary(X, y, given, two_classes=False, settings=Settings())
        assert found.n.tolist() == [[60, 50], [53, 43], [60, 50]]
        rows = slice(7, 50)
        alone = scan_binary(X[rows, 1:2], y[rows, 1:], given[rows], two_classes=False, settings=Settings())
        assert found.p[1, 1] == alone.p[0, 0]
        assert found.estimate[1, 1] == pytest.approx(alone.estimate[0, 0], abs=1e-9)


def test_separated_classes_have_a_finite_odds_ratio():
    rng = np.random.default_rng(3)
    y = np.repeat([0.0, 1.0], 15)
    found = scan_binary(
        (y + rng.random(30) / 9)[:, None], y[:, None], rng.normal(size=(30, 1)), two_classes=False, settings=Settings()
    )
    assert 0 < found.ci_low[0, 0] < found.estimate[0, 0] < found.ci_high[0, 0] < 50


def test_a_column_that_is_a_covariate_has_no_answer():
    rng = np.random.default_rng(4)
    Z, y = rng.normal(size=(40, 2)), (rng.random((40, 1)) < 0.5) * 1.0
    found = scan_binary(np.column_stack([Z[:, 0], rng.normal(size=40)]), y, Z, two_classes=False, settings=Settings())
    assert np.isnan(found.p[0, 0])
    assert np.isfinite(found.p[1, 0])


def test_tails_agree_with_the_statistic(frame):
    found = scan_binary(
        frame[XS].to_numpy(), frame[["y"]].to_numpy(float), np.empty((90, 0)), two_classes=False, settings=Settings()
    )
    np.testing.assert_allclose(found.log10_p, normal_tails(found.statistic)[1])
