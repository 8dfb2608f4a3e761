from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.survival.comparison import CURVE_COLUMNS, MEDIAN_COLUMNS
from radassoc.survival.curves import survival_curves


def test_eight_patients_by_hand():
    # low: dies at 5, censored at 6, 8, 9; high: die at 1, 2 (two of them), censored at 4
    time = np.array([5.0, 6, 8, 9, 1, 2, 2, 4])
    event = np.array([1, 0, 0, 0, 1, 1, 1, 0], dtype=bool)
    curves, medians = survival_curves(time, event, np.repeat([0, 1], 4), ["low", "high"])
    assert list(curves.columns) == list(CURVE_COLUMNS)
    high = curves[curves["group"] == "high"]
    assert high["time"].tolist() == [0, 1, 2, 4]
    assert high["survival"].tolist() == pytest.approx([1, 0.75, 0.25, 0.25])
    assert high["at_risk"].tolist() == [4, 4, 3, 1]
    assert high["events"].tolist() == [0, 1, 2, 0]
    assert high["censored"].tolist() == [0, 0, 0, 1]
    assert medians["median"].tolist()[1] == 2
    assert np.isnan(medians["median"][0])
    assert medians[["n_patients", "n_events"]].to_numpy().tolist() == [[4, 1], [4, 3]]


def test_a_group_without_patients_has_no_curve():
    curves, medians = survival_curves(np.array([1.0]), np.array([True]), np.array([1]), ["low", "high"])
    assert medians["group"].tolist() == ["high"]
    assert set(curves["group"]) == {"high"}


def test_nobody_at_all():
    curves, medians = survival_curves(np.empty(0), np.empty(0, dtype=bool), np.empty(0, dtype=int), ["a"])
    assert (len(curves), len(medians)) == (0, 0)
    assert list(medians.columns) == list(MEDIAN_COLUMNS)


def test_median_agrees_with_lifelines():
    from lifelines import KaplanMeierFitter

    rng = np.random.default_rng(5)
    time, event = rng.integers(1, 40, 80).astype(float), rng.random(80) < 0.7
    curves, medians = survival_curves(time, event, np.zeros(80, dtype=int), ["all"])
    fit = KaplanMeierFitter().fit(time, event)
    theirs = pd.Series(fit.survival_function_["KM_estimate"])
    np.testing.assert_allclose(curves["survival"], theirs.reindex(curves["time"]), atol=1e-12)
    assert medians["median"].item() == fit.median_survival_time_
