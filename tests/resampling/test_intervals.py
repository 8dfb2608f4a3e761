"""Bootstrap intervals."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.resampling.intervals import FEWEST_RESAMPLES, detectable_effect, percentile_interval, shifted_interval


def test_percentile_interval_by_hand() -> None:
    assert percentile_interval(np.arange(101.0)) == pytest.approx((2.5, 97.5))
    assert percentile_interval(np.arange(101.0), level=0.9) == pytest.approx((5, 95))


def test_missing_resamples_are_left_out() -> None:
    values = np.append(np.arange(101.0), [np.nan, np.nan])
    assert percentile_interval(values) == pytest.approx((2.5, 97.5))


def test_few_resamples_give_no_interval() -> None:
    enough = np.append(np.linspace(0.5, 0.7, FEWEST_RESAMPLES), np.nan)
    assert np.isfinite(percentile_interval(enough)).all()
    assert np.isnan(percentile_interval(enough[1:])).all()
    assert np.isnan(shifted_interval(0.6, enough[1:], bounds=(0, 1))).all()
    assert np.isnan(percentile_interval(np.array([]))).all()


def test_the_shift_puts_the_mean_of_the_reruns_on_the_estimate() -> None:
    low, high = shifted_interval(0.7, 0.6 + 0.001 * np.arange(-50.0, 51.0))
    assert (low, high) == pytest.approx((0.7 - 0.0475, 0.7 + 0.0475))


def test_the_interval_stays_within_what_is_possible() -> None:
    assert shifted_interval(0.99, np.linspace(0.5, 0.9, 101), bounds=(0, 1))[1] == 1


def test_the_detectable_effect_has_eighty_percent_power():
    """Simulated: with this standard error a two-sided test at 5% finds the effect in four of five studies."""
    error = 0.03
    effect = detectable_effect(-1.959964 * error, 1.959964 * error)
    drawn = np.random.default_rng(0).normal(effect, error, 20_000)
    assert (np.abs(drawn) > 1.959964 * error).mean() == pytest.approx(0.8, abs=0.01)
    assert np.isnan(detectable_effect(np.nan, np.nan))
