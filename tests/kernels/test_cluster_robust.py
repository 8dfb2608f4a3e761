import numpy as np
import pandas as pd
import pytest
from scipy.linalg import sqrtm

from radassoc.kernels.cluster_robust import cluster_fit, design_of, webb_weights, wild_bootstrap_p
from radassoc.kernels.correlation import basis


@pytest.fixture
def samples(oracles):
    frame = pd.read_csv(oracles / "repeats_input.csv")
    X, Y = frame[["x1", "x2", "x3"]].to_numpy(), frame[["y1", "y2", "y3"]].to_numpy()
    return X, Y, frame[["z1", "z2"]].to_numpy(), frame["id"].to_numpy()


@pytest.mark.parametrize("adjusted", [0, 1])
def test_equals_clubsandwich(samples, oracles, adjusted):
    X, Y, Z, cluster = samples
    expected = pd.read_csv(oracles / "repeats.csv").query("covariates == @adjusted")
    design = design_of(X, basis(Z[:, : 2 * adjusted]), cluster)
    found = cluster_fit(design, Y)
    for values, name in ((found.slope, "slope"), (found.std_error, "std_error")):
        np.testing.assert_allclose(values, expected[name].to_numpy().reshape(3, 3), rtol=1e-9)
    np.testing.assert_allclose(np.repeat(design.df, 3), expected["df"], rtol=1e-9)


def test_the_formula_written_out(samples):
    """Whole matrices: A = (I - H_gg)^(-1/2), V = sum of A e e' A, df from the trace of P and of P P."""
    X, Y, Z, cluster = samples
    D = np.column_stack([np.ones(len(X)), Z, X[:, 0]])
    bread = np.linalg.inv(D.T @ D)
    M = np.eye(len(D)) - D @ bread @ D.T
    g, meat = [], np.zeros((4, 4))
    for c in np.unique(cluster):
        rows = cluster == c
        adjust = np.linalg.inv(np.real(sqrtm(M[np.ix_(rows, rows)])))
        half = D[rows].T @ adjust @ (M @ Y[:, 0])[rows]
        meat += np.outer(half, half)
        g.append(M[:, rows] @ adjust @ D[rows] @ bread[:, 3])
    P = np.array(g) @ np.array(g).T
    design = design_of(X[:, :1], basis(Z), cluster)
    assert cluster_fit(design, Y).std_error[0, 0] == pytest.approx(np.sqrt((bread @ meat @ bread)[3, 3]))
    assert design.df[0] == pytest.approx(np.trace(P) ** 2 / (P**2).sum())


def test_a_covariate_that_makes_a_patient_certain_is_no_obstacle(samples):
    X, Y, _, cluster = samples
    Q = basis((cluster == 3).astype(float)[:, None])
    design = design_of(X, Q, cluster)
    assert np.isfinite(cluster_fit(design, Y).std_error).all()
    assert np.isfinite(design.df).all()


def test_explained_columns_have_no_answer(samples):
    X, Y, Z, cluster = samples
    design = design_of(np.column_stack([Z[:, 0], np.ones(len(Z)), X[:, 0]]), basis(Z), cluster)
    found = cluster_fit(design, Y)
    assert np.isnan(found.slope[:2]).all()
    assert np.isnan(wild_bootstrap_p(design, Y, webb_weights(20, 14, np.random.default_rng(0)))[:2]).all()
    assert np.isfinite(found.slope[2]).all()


def test_wild_bootstrap_by_refitting(samples):
    """Each draw: fitted values under the null + signed residuals, fitted anew."""
    X, Y, Z, cluster = samples
    Q, x = basis(Z), X[:, 1:2]
    design, weights = design_of(x, Q, cluster), webb_weights(60, 14, np.random.default_rng(5))
    fitted = Q @ (Q.T @ Y[:, :1])
    place = np.unique(cluster, return_inverse=True)[1]
    drawn = fitted + (Y[:, :1] - fitted) * weights[:, place].T
    fits, real = cluster_fit(design, drawn), cluster_fit(design, Y[:, :1])
    beyond = (np.abs(fits.slope / fits.std_error) >= np.abs(real.slope / real.std_error)).sum()
    assert wild_bootstrap_p(design, Y[:, :1], weights)[0, 0] == pytest.approx((1 + beyond) / 61)


def test_webb_weights_have_mean_zero_and_variance_one():
    weights = webb_weights(20_000, 3, np.random.default_rng(1))
    assert abs(weights.mean()) < 0.02
    assert abs(weights.var() - 1) < 0.02
    assert np.unique(np.round(weights**2, 12)).tolist() == [0.5, 1.0, 1.5]
