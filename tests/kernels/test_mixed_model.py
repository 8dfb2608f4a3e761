import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize_scalar

from radassoc.kernels.correlation import basis
from radassoc.kernels.mixed_model import random_intercept


@pytest.fixture
def samples(oracles):
    frame = pd.read_csv(oracles / "repeats_input.csv")
    X, Y = frame[["x1", "x2", "x3"]].to_numpy(), frame[["y1", "y2", "y3"]].to_numpy()
    return X, Y, frame[["z1", "z2"]].to_numpy(), frame["id"].to_numpy()


@pytest.mark.parametrize("adjusted", [0, 1])
def test_equals_lmertest(samples, oracles, adjusted):
    X, Y, Z, cluster = samples
    expected = pd.read_csv(oracles / "repeats.csv").query("covariates == @adjusted")
    found = random_intercept(X, Y, basis(Z[:, : 2 * adjusted]), cluster)
    for values, name, rtol in (
        (found.slope, "mixed_slope", 1e-5),
        (found.std_error, "mixed_error", 1e-5),
        (found.df, "mixed_df", 1e-5),
    ):
        np.testing.assert_allclose(values, expected[name].to_numpy().reshape(3, 3), rtol=rtol)
    np.testing.assert_allclose(found.icc, expected["icc"].to_numpy().reshape(3, 3), atol=1e-6)


def test_the_likelihood_written_out(samples):
    """Whole matrices and a search along the ratio of variances."""
    X, Y, Z, cluster = samples
    D, same = np.column_stack([np.ones(len(X)), Z, X[:, 0]]), (cluster[:, None] == cluster).astype(float)

    def fit(ratio):
        V = np.eye(len(D)) + ratio * same
        W = np.linalg.inv(V)
        A = D.T @ W @ D
        beta = np.linalg.solve(A, D.T @ W @ Y[:, 0])
        rest = Y[:, 0] - D @ beta
        variance = rest @ W @ rest / (len(D) - 4)
        deviance = (len(D) - 4) * np.log(variance) + np.linalg.slogdet(V)[1] + np.linalg.slogdet(A)[1]
        return deviance, beta[3], np.sqrt(variance * np.linalg.inv(A)[3, 3])

    best = minimize_scalar(lambda r: fit(r)[0], bounds=(0, 20), method="bounded", options={"xatol": 1e-10}).x
    found = random_intercept(X[:, :1], Y[:, :1], basis(Z), cluster)
    assert found.icc[0, 0] == pytest.approx(best / (1 + best), abs=1e-6)
    assert found.slope[0, 0] == pytest.approx(fit(best)[1], abs=1e-6)
    assert found.std_error[0, 0] == pytest.approx(fit(best)[2], abs=1e-6)


def test_balanced_patients_compare_like_t_of_means():
    """A column of patients, four samples each: the mixed model is the t test of the patients' means."""
    rng = np.random.default_rng(1)
    cluster = np.repeat(np.arange(12), 4)
    x, y = rng.normal(size=12)[cluster], (rng.normal(size=12)[cluster] * 2 + rng.normal(size=48))
    found = random_intercept(x[:, None], y[:, None], basis(np.empty((48, 0))), cluster)
    mean_x, mean_y = (v.reshape(12, 4).mean(axis=1) for v in (x, y))
    D = np.column_stack([np.ones(12), mean_x])
    beta, rest = np.linalg.lstsq(D, mean_y, rcond=None)[:2]
    error = np.sqrt(rest[0] / 10 * np.linalg.inv(D.T @ D)[1, 1])
    assert found.slope[0, 0] == pytest.approx(beta[1], abs=1e-9)
    assert found.std_error[0, 0] == pytest.approx(error, rel=1e-6)
    assert found.df[0, 0] == pytest.approx(10, rel=1e-5)


def test_without_difference_between_patients_it_is_ordinary_regression(samples):
    X, _, _, cluster = samples
    rng = np.random.default_rng(3)
    y = rng.normal(size=len(X))
    place = np.unique(cluster, return_inverse=True)[1]
    y -= (np.bincount(place, y) / np.bincount(place))[place]  # no patient differs
    found = random_intercept(X[:, 2:], y[:, None], basis(np.empty((len(X), 0))), cluster)
    assert found.icc[0, 0] == 0
    assert found.df[0, 0] == len(X) - 2


def test_constant_columns_have_no_answer(samples):
    X, Y, Z, cluster = samples
    found = random_intercept(
        np.column_stack([Z[:, 0], X[:, 0]]), np.column_stack([Y[:, 0], np.ones(len(Y))]), basis(Z), cluster
    )
    assert np.isnan(found.slope[0]).all()
    assert np.isnan(found.slope[1, 1])
    assert np.isfinite(found.slope[1, 0])
