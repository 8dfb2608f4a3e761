"""The baseline hazard against lifelines and by hand, and what a stratum without events gets."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.survival._baseline import POOLED, baseline_hazard
from radassoc.survival._pipeline import Arrays


def make_arrays(time: list[float], event: list[int], strata: list[int]) -> Arrays:
    n = len(time)
    empty = np.empty((n, 0))
    rest = (np.full(n, np.nan), np.arange(n))
    return Arrays(empty, empty, np.array(time), np.array(event, dtype=bool), np.array(strata), *rest)


def test_steps_by_hand() -> None:
    """Four patients of one stratum, deaths at 1 and 3: steps 1/4 and 1/2 without scores."""
    base = baseline_hazard(np.zeros(4), make_arrays([1, 2, 3, 4], [1, 0, 1, 0], [0] * 4))
    found = base.cumulative(np.array([0.0, np.log(2)]), np.array([0, 0]), np.array([0.5, 1, 2.9, 3, 99]))
    steps = np.array([0, 0.25, 0.25, 0.75, 0.75])
    np.testing.assert_allclose(found, [steps, 2 * steps], atol=1e-15)
    assert base.follow_up(np.array([0, 7])).tolist() == [4.0, 4.0]


def test_a_stratum_that_training_does_not_know_is_pooled() -> None:
    data = make_arrays([1, 2, 3, 4, 5, 6], [1, 0, 1, 1, 0, 0], [0, 0, 0, 1, 1, 2])
    base = baseline_hazard(np.zeros(6), data)
    assert base.own(np.array([0, 1, 2, 9])).tolist() == [0, 1, POOLED, POOLED]
    pooled = 1 / 6 + 1 / 4 + 1 / 3
    found = base.cumulative(np.zeros(3), np.array([0, 2, 9]), np.array([4.0]))
    np.testing.assert_allclose(found[:, 0], [1 / 3 + 1, pooled, pooled])
    assert base.follow_up(np.array([0, 9])).tolist() == [3.0, 6.0]


@pytest.mark.parametrize("seed", range(3))
def test_equals_a_sum_over_risk_sets(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 40
    time, event = rng.integers(1, 12, n).astype(float), rng.random(n) < 0.6
    strata, score = rng.integers(0, 2, n), rng.normal(size=n)
    base = baseline_hazard(score, make_arrays(time.tolist(), event.tolist(), strata.tolist()))
    for code in (0, 1):
        inside = strata == code
        for t in (3.0, 7.5):
            deaths = np.flatnonzero(inside & event & (time <= t))
            by_hand = sum(1 / np.exp(score[inside & (time >= time[i])]).sum() for i in deaths)
            found = base.cumulative(np.array([0.3]), np.array([code]), np.array([t]))[0, 0]
            np.testing.assert_allclose(found, by_hand * np.exp(0.3), rtol=1e-12)
