"""p-values of many splits: how they are put together, who is tested, and one split done slowly."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from radassoc.kernels.cox_fit import cox_maximum
from radassoc.preparation.recipe import Preparation
from radassoc.resampling.folds import make_folds
from radassoc.survival._pipeline import Arrays, Settings, learn_model
from radassoc.survival.split_inference import aggregate, selected_columns, split_and_test

PRICE = 1 - np.log(0.05)
SETTINGS = Settings(Preparation(), n_folds=4, n_repeats=1, seed=2)


def make_arrays(n: int = 150, p: int = 6, *, effect: float = 1.2, q: int = 1, seed: int = 0) -> Arrays:
    rng = np.random.default_rng(seed)
    X, Z = rng.normal(size=(n, p)), rng.normal(size=(n, q))
    time = rng.exponential(np.exp(-effect * X[:, 0]))
    X[rng.random(X.shape) < 0.02] = np.nan
    return Arrays(X, Z, time, rng.random(n) < 0.7, rng.integers(0, 2, n), np.full(n, np.nan), np.arange(n))


def test_by_hand() -> None:
    """Of 20 splits half have p = 0.001: the median costs 0.001 / 0.5, the smallest 0.001 / 0.05."""
    p = np.ones((20, 2))
    p[:10, 0] = 0.001
    p[7, 1] = 0.0001
    np.testing.assert_allclose(aggregate(p), [PRICE * 0.002, PRICE * 0.002], rtol=1e-14)


def test_equals_the_definition_on_a_fine_grid() -> None:
    """Meinshausen et al. (2009), 2.2: inf over gamma in [0.05, 1) of the empirical gamma-quantile over gamma."""
    rng = np.random.default_rng(0)
    for n_splits in (1, 7, 20, 50, 60, 140):
        p = rng.random((n_splits, 30)) ** 4
        grid = np.unique(np.append(np.linspace(0.05, 1, 4001), np.arange(1, n_splits + 1) / n_splits))
        grid = grid[grid >= 0.05]
        quantile = np.quantile(p, grid, axis=0, method="inverted_cdf")
        expected = np.minimum(1, PRICE * (quantile / grid[:, None]).min(axis=0))
        np.testing.assert_allclose(aggregate(p), expected, rtol=1e-3)
        assert (aggregate(p) <= expected + 1e-12).all()


def test_close_to_the_formula_of_hdi() -> None:
    """R hdi looks at gamma = 0.06, 0.08 .. 0.98 of 50 splits, interpolates quantiles, and pays for 0.06 upwards."""
    p = 0.001 + 0.02 * np.random.default_rng(1).random((50, 200))
    gamma = np.arange(3, 50) / 50
    hdi = np.minimum(1, (np.quantile(p, gamma, axis=0) / gamma[:, None]).min(axis=0) * (1 - np.log(0.06)))
    ratio = aggregate(p) / hdi
    assert 0.75 < ratio.min() <= ratio.max() <= PRICE / (1 - np.log(0.06)) + 1e-12
    assert abs(np.median(ratio) - 1) < 0.05


@pytest.mark.parametrize("shared", [0.0, 0.9, 1.0])
def test_uniform_p_values_stay_valid_however_they_depend(shared: float) -> None:
    from scipy.special import ndtr

    rng = np.random.default_rng(4)
    z = np.sqrt(shared) * rng.normal(size=20_000) + np.sqrt(1 - shared) * rng.normal(size=(20, 20_000))
    found = aggregate(ndtr(z))
    for level in (0.01, 0.05, 0.2):
        assert (found <= level).mean() <= level + 2 * np.sqrt(level / 20_000)


def test_order_and_number_of_copies_do_not_matter() -> None:
    p = np.random.default_rng(2).random((20, 5))
    np.testing.assert_array_equal(aggregate(p), aggregate(p[::-1]))
    np.testing.assert_allclose(aggregate(p), aggregate(np.repeat(p, 3, axis=0)), rtol=1e-12)


def make_path(place: int) -> Any:
    """A path of one covariate and four columns (of 10), of which 0, 1, 3 and 2 are not 0 in turn."""
    coefficients = np.array([[1, 0, 0, 0, 0], [1, 0, 2, 0, 0], [1, 3, 2, 0, 1], [1, 3, 2, 0, 0]], dtype=float)
    learned = SimpleNamespace(columns=np.array([2, 5, 7, 9]))
    return SimpleNamespace(
        n_covariates=1, coefficients=coefficients, place=place, prepared=SimpleNamespace(learned=learned)
    )


@pytest.mark.parametrize(
    ("place", "n_events", "expected"),
    [
        (0, 100, []),
        (1, 100, [5]),
        (2, 100, [2, 5, 9]),
        (3, 100, [2, 5]),
        (2, 20, [2, 5, 9]),  # 20 events bear 4 coefficients
        (2, 19, [5]),  # 3 coefficients, one of them the covariate's
        (3, 15, [2, 5]),
        (2, 4, [5]),  # always one
    ],
)
def test_no_more_features_than_the_events_of_the_other_half_bear(
    place: int, n_events: int, expected: list[int]
) -> None:
    assert selected_columns(make_path(place), n_events).tolist() == expected


def test_equals_splits_done_slowly() -> None:
    """Select in one half, test in the other by an unpenalised Cox model on raw features: the scale has no say."""
    from scipy.special import ndtr

    data = make_arrays(100)
    found = split_and_test(data, SETTINGS, 2, ("x",))
    plain, family, size = np.ones((2, 6)), np.ones((2, 6)), []
    for b in range(2):
        half = make_folds(2, event=data.event, strata=data.strata, seed=2, path=("x", "split", b))
        first, second = (data.take(np.flatnonzero(half == side)) for side in (0, 1))
        model = learn_model(first, SETTINGS, ("x", "split", b))
        columns = selected_columns(model, int(second.event.sum()))
        gaps = np.nanmedian(first.X, axis=0)
        raw = np.where(np.isnan(second.X), gaps, second.X)[:, columns]
        fit = cox_maximum(np.hstack([second.Z, raw]), second.time, second.event, strata=second.strata)
        z = fit.coefficients[1:] / np.sqrt(np.diag(fit.covariance))[1:]
        plain[b, columns] = 2 * ndtr(-np.abs(z))
        family[b, columns] = np.minimum(1, plain[b, columns] * len(columns))
        size.append(len(columns))
    np.testing.assert_allclose(found.p_value, aggregate(plain), rtol=1e-6)
    np.testing.assert_allclose(found.p_adjusted, aggregate(family), rtol=1e-6)
    assert found.n_selected.tolist() == size
    assert min(size) > 0


def test_a_strong_signal_is_found_and_noise_is_not() -> None:
    found = split_and_test(make_arrays(200, 10), SETTINGS, 6, ("x",))
    assert found.p_adjusted[0] < 0.01
    assert found.p_adjusted[1:].min() > 0.05
    assert (found.p_value <= found.p_adjusted).all()


@pytest.mark.slow
def test_separation_in_the_testing_half_is_no_evidence() -> None:
    """Nobody with the marker dies: its coefficient has no end, and a Wald p says nothing."""
    data = make_arrays(80, 2, effect=0.0, q=0)
    marker = (np.arange(80) % 4 == 0).astype(float)
    event = data.event & (marker == 0)
    found = split_and_test(data._replace(X=marker[:, None], event=event), SETTINGS, 4, ("x",))
    assert found.n_selected.max() == 1
    assert found.p_value.tolist() == [1.0]


def test_nothing_selected_is_p_1() -> None:
    constant = make_arrays(60, 3, q=0)
    found = split_and_test(constant._replace(X=np.ones((60, 3))), SETTINGS, 2, ("x",))
    assert found.p_value.tolist() == found.p_adjusted.tolist() == [1.0, 1.0, 1.0]
    assert found.n_selected.tolist() == [0, 0]
