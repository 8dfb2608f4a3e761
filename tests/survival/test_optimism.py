"""Optimism and .632+: the published formulas by hand, and who is measured where."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.preparation.recipe import Preparation
from radassoc.resampling.metrics import harrell_c, integrated_brier
from radassoc.survival._optimism import (
    _blind,
    apparent,
    bootstrap_model,
    optimism_corrected,
    point_632_plus,
)
from radassoc.survival._pipeline import Arrays, Settings, learn_model

SETTINGS = Settings(Preparation(), n_folds=4, n_repeats=1)


def make_arrays(n: int = 60) -> Arrays:
    rng = np.random.default_rng(8)
    X = rng.normal(size=(n, 6))
    time = rng.exponential(np.exp(-1.2 * X[:, 0]))
    return Arrays(X, np.empty((n, 0)), time, rng.random(n) < 0.7, np.zeros(n, int), X[:, 1], np.arange(n))


def test_optimism_by_hand() -> None:
    """Harrell: apparent 0.80; bootstraps 0.85, 0.79 on their samples and 0.70, 0.72 on all: optimism 0.15 and 0.07."""
    assert optimism_corrected(0.80, np.array([0.85, 0.79]), np.array([0.70, 0.72])) == pytest.approx(0.69)


@pytest.mark.parametrize(
    ("apparent_error", "left_out", "blind", "expected"),
    [
        # R = (.35 - .20) / (.50 - .20) = .5, w = .632 / .816, .20 + w .15
        (0.20, 0.35, 0.50, 0.20 + 0.632 / 0.816 * 0.15),
        # no overfitting: R = 0, the .632 estimate
        (0.30, 0.25, 0.50, 0.368 * 0.30 + 0.632 * 0.25),
        # left-out patients worse than chance count as chance: R = 1
        (0.10, 0.60, 0.50, 0.50),
        # an empty model knows nothing anywhere
        (0.50, 0.50, 0.50, 0.50),
        # apparent already worse than no information
        (0.55, 0.60, 0.50, 0.368 * 0.55 + 0.632 * 0.50),
    ],
)
def test_632_plus_by_hand(apparent_error: float, left_out: float, blind: float, expected: float) -> None:
    assert point_632_plus(apparent_error, left_out, blind) == pytest.approx(expected, abs=1e-12)
    # formulas 24, 28 and 29 of Efron & Tibshirani, written as they are there
    if left_out <= blind and left_out > apparent_error:
        r = (left_out - apparent_error) / (blind - apparent_error)
        plain = 0.368 * apparent_error + 0.632 * left_out
        theirs = plain + (left_out - apparent_error) * 0.368 * 0.632 * r / (1 - 0.368 * r)
        assert point_632_plus(apparent_error, left_out, blind) == pytest.approx(theirs, abs=1e-12)


def test_no_information_is_the_mean_over_all_pairs() -> None:
    data = make_arrays(20)
    grid = np.unique(data.time)[:10]
    tau = float(grid[-1])
    alive = np.sort(np.random.default_rng(1).random((20, 10)), axis=1)[:, ::-1]
    everybody = [integrated_brier(data.time, data.event, np.tile(row, (20, 1)), grid, tau=tau) for row in alive]
    assert _blind(data, alive, grid, tau) == pytest.approx(np.mean(everybody), abs=1e-12)


def test_each_bootstrap_model_is_measured_on_its_sample_on_all_and_on_those_left_out() -> None:
    data = make_arrays()
    rows = np.random.default_rng(2).integers(0, 60, 60)
    grid = np.unique(data.time)[:40]
    tau = float(grid[-1])
    found = bootstrap_model(data, rows, SETTINGS, ("b",), grid, tau)
    model = learn_model(data.take(rows)._replace(copies=rows), SETTINGS, ("b",))
    score = model.imaging(data.X)
    left_out = np.flatnonzero(~np.isin(np.arange(60), rows))
    for place, part in enumerate((rows, np.arange(60), left_out)):
        assert found[place, 0] == harrell_c(data.time[part], data.event[part], score[part])[0]
    assert found[0, 0] > found[2, 0]
    assert found[0, 1] < found[2, 1]


def test_nobody_left_out_with_an_event_gives_no_value() -> None:
    data = make_arrays()
    rows = np.resize(np.flatnonzero(data.event), 60)
    found = bootstrap_model(data, rows, SETTINGS, ("b",), np.unique(data.time)[:9], float(np.median(data.time)))
    assert np.isnan(found[2]).all()


def test_the_apparent_values_are_those_of_the_model_of_all_patients() -> None:
    data = make_arrays()
    grid = np.unique(data.time)[:40]
    found = apparent(data, SETTINGS, grid, float(grid[-1]))
    score = learn_model(data, SETTINGS, ("apparent",)).imaging(data.X)
    assert found.values[0] == harrell_c(data.time, data.event, score)[0]
    assert found.no_information[0] == 0.5
    assert found.values[1] < found.no_information[1]
