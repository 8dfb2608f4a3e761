"""Reclassification, for those who ask."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.kernels.product_limit import product_limit
from radassoc.survival._reclassification import reclassification

TIME = np.array([1.0, 2.0, 3.0, 8.0, 9.0, 9.0])
OLD = np.array([0.2, 0.4, 0.6, 0.3, 0.3, 0.7])
NEW = np.array([0.5, 0.3, 0.7, 0.1, 0.3, 0.8])


def test_by_hand_without_censoring() -> None:
    found = reclassification(TIME, np.ones(6, dtype=bool), OLD, NEW, 5.0, thresholds=(0.35,))
    assert found["nri_events"] == pytest.approx((1 - 1 + 1) / 3)
    assert found["nri_nonevents"] == pytest.approx((1 + 0 - 1) / 3)
    assert found["nri"] == pytest.approx(1 / 3)
    assert found["idi"] == pytest.approx((0.3 - 0.1 + 0.1) / 3 - (-0.2 + 0 + 0.1) / 3)
    # the first crosses 0.35 upwards, the second downwards
    assert found["nri_categories"] == pytest.approx(0)


def test_kaplan_meier_form_agrees_where_censoring_is_light() -> None:
    """Pencina's form takes Kaplan-Meier risks of those up and down: another estimator of the same."""
    rng = np.random.default_rng(1)
    n = 4000
    x = rng.normal(size=n)
    death, lost = rng.exponential(np.exp(-x)), rng.uniform(0.5, 4, n)
    time, event = np.minimum(death, lost), death <= lost
    old, new = np.full(n, 0.5), 1 - np.exp(-np.exp(x) * 0.4)

    def died(inside: np.ndarray) -> float:
        curve = product_limit(time[inside], event[inside])
        return 1 - curve.survival[np.searchsorted(curve.time, 0.6, side="right") - 1]

    up, down = new > old, new < old
    case = up.mean() * died(up), down.mean() * died(down)
    control = up.mean() - case[0], down.mean() - case[1]
    pencina = (case[0] - case[1]) / sum(case) + (control[1] - control[0]) / sum(control)
    assert reclassification(time, event, old, new, 0.6)["nri"] == pytest.approx(pencina, abs=0.01)


def test_multiplicities_are_copies() -> None:
    rng = np.random.default_rng(2)
    time, event = rng.integers(1, 9, 40).astype(float), rng.random(40) < 0.7
    old, new, rows = rng.random(40), rng.random(40), rng.integers(0, 40, 40)
    weights = np.bincount(rows, minlength=40)[:, None]
    wide = reclassification(time, event, old, new, 5.0, thresholds=(0.3, 0.6), weights=weights)
    direct = reclassification(time[rows], event[rows], old[rows], new[rows], 5.0, thresholds=(0.3, 0.6))
    for name, value in direct.items():
        np.testing.assert_allclose(wide[name], [value])


def test_the_same_risks_change_nothing() -> None:
    found = reclassification(TIME, np.ones(6, dtype=bool), OLD, OLD, 5.0, thresholds=(0.5,))
    assert all(value == 0 for value in found.values())
