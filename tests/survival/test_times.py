"""Which times a performance is told at."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.base.errors import DesignError, InputError
from radassoc.survival._times import choose_times, prediction_times

MONTHS = np.arange(1.0, 61.0)  # one patient leaves each month
EVENT = np.arange(60) % 2 == 0


def test_whole_years_between_the_first_events_and_the_last_tenth() -> None:
    times, tau = choose_times(MONTHS, EVENT, "months")
    np.testing.assert_array_equal(times, [12, 24, 36])
    assert tau == 55  # six of sixty are still at risk


def test_units_are_those_of_the_cohort() -> None:
    days, _ = choose_times(MONTHS * 30.5, EVENT, "days")
    np.testing.assert_allclose(days, [365.25, 730.5, 1095.75])
    years, _ = choose_times(MONTHS / 12, EVENT, "years")
    np.testing.assert_allclose(years, [1, 2, 3])


def test_quartiles_where_no_year_fits() -> None:
    times, tau = choose_times(MONTHS / 10, EVENT, "months")
    assert tau == pytest.approx(5.5)
    died = (MONTHS / 10)[EVENT]
    assert set(times) <= set(died[died <= tau])
    assert len(times) == 3


def test_given_times_are_kept_in_order() -> None:
    times, tau = choose_times(MONTHS, EVENT, "months", times=(30, 10), tau=50)
    np.testing.assert_array_equal(times, [10, 30])
    assert tau == 50


@pytest.mark.parametrize("slip", [{"times": 0}, {"times": "year"}, {"times": ()}, {"tau": np.nan}, {"tau": -1}])
def test_what_is_no_time_is_refused(slip: dict) -> None:
    with pytest.raises(InputError, match="is no time"):
        choose_times(MONTHS, EVENT, "months", **slip)


@pytest.mark.parametrize("slip", [{"times": 365.25}, {"times": 0.5}, {"tau": 61}, {"tau": 0.5}])
def test_times_outside_the_follow_up_are_refused_with_what_is_there(slip: dict) -> None:
    with pytest.raises(DesignError, match="events up to it"):
        choose_times(MONTHS, EVENT, "months", **slip)


def test_a_single_late_event_gives_no_time_without_a_survivor() -> None:
    times, tau = choose_times(np.array([1.0, 2.0, 3.0]), np.array([False, False, True]), "months")
    assert tau == 3
    assert times.size == 0


def test_predictions_are_made_at_few_times_that_hold_the_asked_ones() -> None:
    time = np.arange(1.0, 1001.0)
    grid = prediction_times(time, np.array([365.25]), 900.5)
    assert {365.25, 900.5} <= set(grid)
    assert grid.size <= 102
    assert (np.diff(grid) > 0).all()
    assert grid[0] == 1
