import numpy as np
import pytest

from radassoc.kernels.cox_quadratic import CACHED, new_model, solve_model


def solved(H, score, l1, l2, capacity=None):
    m = len(score)
    model = new_model(capacity or m)
    model.H[:m, :m] = H
    model.score[:m], model.l1[:m], model.l2[:m] = score, l1, l2
    model.sizes[CACHED] = m
    solve_model(model)
    return model.b[:m]


def test_one_feature_is_soft_thresholding():
    b = solved(np.eye(3) * 2.0, [3.0, -3.0, 0.5], 1.0, 0.0)
    np.testing.assert_allclose(b, [1.0, -1.0, 0.0], atol=1e-10)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("l2", [0.0, 0.05])
def test_optimality_with_strong_correlation(seed, l2):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((80, 1)) + 0.3 * rng.standard_normal((80, 60))
    H, score = X.T @ X / 80, X.T @ rng.standard_normal(80) / 80
    l1 = np.full(60, 0.02)
    l1[:2] = 0.0  # unpenalised
    b = solved(H, score, l1, l2, capacity=70)
    gradient = score - H @ b - l2 * b
    on = b != 0
    assert on[:2].all()
    assert 2 < on.sum() < 60
    np.testing.assert_allclose(gradient[on], (l1 * np.sign(b))[on], atol=1e-9)
    assert (np.abs(gradient[~on]) <= l1[~on] * (1 + 1e-8)).all()


def test_duplicates_share_the_effect_of_one():
    H = np.array([[1.0, 1.0, 0.2], [1.0, 1.0, 0.2], [0.2, 0.2, 1.0]])
    single = solved(H[1:, 1:], [1.0, -0.5], 0.1, 0.0)
    double = solved(H, [1.0, 1.0, -0.5], 0.1, 0.0)
    np.testing.assert_allclose([double[:2].sum(), double[2]], single, atol=1e-8)


def test_a_feature_without_curvature_stays_out():
    H = np.diag([1.0, 0.0])
    b = solved(H, [1.0, 0.0], np.array([0.1, 0.0]), 0.0)
    np.testing.assert_allclose(b, [0.9, 0.0], atol=1e-9)
