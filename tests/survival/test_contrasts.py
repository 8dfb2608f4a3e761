"""Measures of out-of-fold predictions: pairs inside a fold, differences, curves."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.preparation.recipe import Preparation
from radassoc.resampling.metrics import harrell_c, integrated_brier
from radassoc.survival._contrasts import ORDER, Horizon, contrasts, frames, limits, with_differences
from radassoc.survival._nested import Nested, nested, nested_measures
from radassoc.survival._pipeline import Arrays, Settings
from radassoc.survival._times import prediction_times

SETTINGS = Settings(Preparation(), n_folds=4, n_repeats=1)


def make(n: int = 60) -> tuple[Arrays, Horizon, Nested]:
    rng = np.random.default_rng(4)
    X = rng.normal(size=(n, 8))
    Z = rng.normal(size=(n, 1))
    time = rng.exponential(np.exp(-1.5 * X[:, 0] - Z[:, 0])).round(2) + 0.01
    data = Arrays(X, Z, time, rng.random(n) < 0.7, rng.integers(0, 2, n), np.exp(X[:, 1]), np.arange(n))
    times, tau = np.quantile(time, [0.25, 0.5]), float(np.quantile(time, 0.8))
    horizon = Horizon(times, tau, prediction_times(time, times, tau))
    found = nested(data, SETTINGS, n_outer_folds=3, n_outer_repeats=2, path=("v",), times=horizon.grid)
    return data, horizon, found


@pytest.fixture(scope="module")
def made() -> tuple[Arrays, Horizon, Nested]:
    return make()


def test_values_are_those_of_each_repeat(made: tuple[Arrays, Horizon, Nested]) -> None:
    data, horizon, found = made
    told = contrasts(data, found, horizon)
    assert told.values.shape == (2, len(told.labels))
    cell = found.folds * 2 + data.strata
    for r in range(2):
        by_hand = harrell_c(data.time, data.event, found.scores[r], groups=cell[r])
        for i, model in enumerate(found.models):
            assert told.column("concordance", model)[r] == pytest.approx(by_hand[i], abs=1e-12)
            error = integrated_brier(data.time, data.event, found.survival[r, :, i], horizon.grid, tau=horizon.tau)
            assert told.column("integrated_brier", model)[r] == pytest.approx(float(error), abs=1e-12)
    np.testing.assert_allclose(nested_measures(data, found)[:, 0], told.column("concordance", "full"), atol=1e-12)


def test_differences_are_differences(made: tuple[Arrays, Horizon, Nested]) -> None:
    data, horizon, found = made
    told = contrasts(data, found, horizon)
    for rival in ("covariates", "volume"):
        for measure in ("concordance", "uno_concordance", "integrated_brier"):
            gain = told.column(f"{measure}_difference", f"full - {rival}")
            np.testing.assert_allclose(gain, told.column(measure, "full") - told.column(measure, rival))
    both = told.column("concordance_difference", "full - (covariates + volume)")
    np.testing.assert_allclose(both, told.column("concordance", "full") - told.column("concordance", found.models[3]))
    place = {(measure, model, time): i for i, (measure, model, time) in enumerate(told.labels)}
    t = float(horizon.times[1])
    gain = told.values[:, place["auc_difference", "full - volume", t]]
    np.testing.assert_allclose(
        gain, told.values[:, place["auc", "full", t]] - told.values[:, place["auc", "volume", t]]
    )


def test_rows_stand_in_the_order_of_the_table(made: tuple[Arrays, Horizon, Nested]) -> None:
    data, horizon, found = made
    measures = [label[0] for label in contrasts(data, found, horizon).labels]
    assert measures == sorted(measures, key=ORDER.index)
    assert set(measures) == set(ORDER)
    one = with_differences((("concordance", "full", np.nan),), np.array([[0.7]]))
    assert one.labels == (("concordance", "full", np.nan),)


def test_limits_hold_every_value(made: tuple[Arrays, Horizon, Nested]) -> None:
    data, horizon, found = made
    told = contrasts(data, found, horizon)
    for (measure, _, _), values in zip(told.labels, told.values.T, strict=True):
        low, high = limits(measure)
        assert ((values >= low) & (values <= high)).all()


def test_curves_come_from_the_same_predictions(made: tuple[Arrays, Horizon, Nested]) -> None:
    data, horizon, found = made
    drawn = frames(data, found, horizon)
    told = contrasts(data, found, horizon)
    areas = {
        (model, t): np.trapezoid(part["true_positive"], part["false_positive"])
        for (model, t), part in drawn["roc"].groupby(["model", "time"])
    }
    for t in horizon.times:
        for model in found.models:
            column = told.labels.index(("auc", model, float(t)))
            # folds weigh by their pairs over all repeats, not within each
            assert areas[model, t] == pytest.approx(told.values[:, column].mean(), abs=0.01)
    assert set(drawn["decision"]["model"]) == {*found.models, "treat all", "treat none"}
    groups = drawn["calibration"].query("group.str.isdigit()")
    # each patient counts once, whatever the number of repeats
    assert (groups.groupby(["model", "time"])["n"].sum() == 60).all()


def test_nobody_is_named_in_the_curves(made: tuple[Arrays, Horizon, Nested]) -> None:
    data, horizon, found = made
    assert frames(data, found, horizon)["roc"]["threshold"].isna().all()
