import numpy as np
import pytest

from radassoc.base.jit import jit
from radassoc.kernels.cox_features import new_features
from radassoc.kernels.cox_risk import KERNEL
from radassoc.kernels.cox_screen import (
    add_violators,
    keep_strong,
    largest_lambdas,
    new_screen,
    set_residual,
    update_gradients,
)

N_FITS = 3


@jit(**KERNEL)
def update(features, shift, screen, residual, total, solved):
    for f in solved:
        set_residual(screen, f, residual[f], total[f])
    update_gradients(features, shift, screen, solved)


def table(seed=0, gaps=False):
    """Return features of all sizes, residuals that sum to zero, totals, shifts, and each fit's own gradients."""
    rng = np.random.default_rng(seed)
    Z = rng.standard_normal((200, 50)) * rng.uniform(1e-3, 1e3, (200, 1))
    Z -= Z.mean(axis=1, keepdims=True)
    missing = (rng.random((200, 50)) < 0.1) & gaps
    gapped = np.flatnonzero(missing.any(axis=1))
    shift = rng.standard_normal((N_FITS, gapped.size)) * Z.std(axis=1)[gapped]
    residual = rng.standard_normal((N_FITS, 50))
    residual -= residual.mean(axis=1, keepdims=True)
    total = np.array([50.0, 40.0, 45.0])
    gradient = Z @ residual.T
    gradient[gapped] += shift.T * (missing[gapped] @ residual.T)
    largest = np.zeros(200)
    largest[gapped] = np.abs(shift).max(axis=0)
    features = new_features(Z, missing, largest) if gaps else new_features(Z)
    return features, shift, residual, total, gradient / total


def bounds(features, screen):
    return np.abs(screen.gradient) + features.margin[:, None] * screen.length


@pytest.mark.parametrize("gaps", [False, True])
def test_the_bound_is_above_the_gradient_and_close(gaps):
    features, shift, residual, total, gradient = table(gaps=gaps)
    screen = new_screen(np.ones((200, N_FITS)), 50)
    update(features, shift, screen, residual, total, np.array([0, 1]))
    assert not screen.gradient[:, 2].any()
    update(features, shift, screen, residual, total, np.array([2]))
    bound = bounds(features, screen)
    assert (bound >= np.abs(gradient)).all()
    assert (bound - np.abs(gradient) <= 3 * features.margin[:, None] * screen.length).all()
    update(features, shift, screen, residual, total, np.arange(N_FITS))
    assert (bounds(features, screen) >= np.abs(gradient)).all()


@pytest.mark.parametrize("gaps", [False, True])
def test_violators_are_those_above_their_penalty(gaps):
    features, shift, residual, total, gradient = table(1, gaps)
    odd = np.arange(200)[:, None] % 2
    limit = np.abs(gradient) * np.where(odd, 1 + 2e-5, 1 - 2e-5)  # single precision cannot tell
    limit[8], limit[9] = np.inf, 0.0
    screen = new_screen(limit, 50)
    update(features, shift, screen, residual, total, np.arange(N_FITS))
    screen.strong[1, :2], screen.n_strong[1] = [0, 4], 2
    screen.is_strong[[0, 4], 1] = True
    screen.threshold[:] = [1.0, 1.0, np.inf]  # the last fit is not asked
    found = np.zeros(N_FITS, bool)
    assert add_violators(features, shift, screen, residual, total, found)
    assert found.tolist() == [True, True, False]
    wanted = sorted([j for j in range(0, 200, 2) if j != 8] + [9])
    assert sorted(screen.strong[0, : screen.n_strong[0]].tolist()) == wanted
    assert sorted(screen.strong[1, : screen.n_strong[1]].tolist()) == wanted
    assert screen.n_strong[2] == 0
    assert not add_violators(features, shift, screen, residual, total, found)


def test_strong_rule_by_hand():
    features = new_features(np.zeros((5, 3)))
    screen = new_screen(np.array([1.0, 1.0, 1.0, 0.0, np.inf])[:, None], 3)
    screen.gradient[:, 0] = [1.0, 0.85, 0.7, 0.1, 9.0]
    for threshold, wanted in ((0.8, [0, 1, 3]), (0.0, [0, 1, 2, 3]), (3e38, [3])):
        screen.threshold[0] = threshold
        keep_strong(features, screen)
        assert screen.strong[0, : screen.n_strong[0]].tolist() == wanted
        assert np.flatnonzero(screen.is_strong[:, 0]).tolist() == wanted
    screen.threshold[0] = np.inf
    keep_strong(features, screen)
    assert screen.n_strong[0] == 1  # as it was


def test_largest_lambdas():
    features, shift, residual, total, gradient = table(2)
    limit = np.full((200, N_FITS), 2.0)
    limit[:3] = [[0.0], [np.inf], [0.5]]
    screen = new_screen(limit, 50)
    update(features, shift, screen, residual, total, np.arange(N_FITS))
    out = np.empty(N_FITS)
    largest_lambdas(features, screen, out)
    wanted = np.abs(gradient[2:] / limit[2:]).max(axis=0)
    assert (out >= wanted).all()
    np.testing.assert_allclose(out, wanted, rtol=1e-3)
