from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.align import Aligned
from radassoc.survival._adjusted_curves import ADJUSTED_COLUMNS, adjusted_survival


def aligned(n=160, *, seed=0, confounding=1.5, strata=1, event=None):
    """Age decides both the group and survival; the group itself does nothing."""
    rng = np.random.default_rng(seed)
    age = rng.normal(size=n)
    codes = (rng.random(n) < 1 / (1 + np.exp(-confounding * age))).astype(float)
    death, censor = rng.exponential(10 * np.exp(-age)), rng.uniform(5, 40, n)
    patients = pd.Index([f"P{i}" for i in range(n)])
    return Aligned(
        patients=patients,
        values={"group": pd.Series(codes, index=patients)},
        covariates=pd.DataFrame({"age": age}, index=patients),
        covariate_names=("age",),
        strata=rng.integers(0, strata, n),
        strata_labels=tuple("abc"[:strata]),
        time=np.minimum(death, censor).round(2) + 0.01,
        event=(death <= censor) if event is None else np.full(n, event),
        dropped=pd.DataFrame(),
    )


def test_confounding_is_taken_away():
    found = adjusted_survival(aligned(n=400), ["low", "high"], np.array([5.0]))
    low, high, difference = found.landmarks
    assert difference["measure"] == "adjusted_survival_difference"
    assert difference["estimate"] == pytest.approx(high["estimate"] - low["estimate"])
    assert difference["ci_low"] < 0 < difference["ci_high"]
    assert abs(difference["estimate"]) < 0.1
    assert low["ci_low"] < low["estimate"] < low["ci_high"]


def test_curves_fall_from_one_and_end_with_the_groups_follow_up():
    data = aligned(strata=2)
    found = adjusted_survival(data, ["low", "high"], np.array([5.0, 100.0]))
    assert list(found.curves.columns) == list(ADJUSTED_COLUMNS)
    codes = data.values["group"].to_numpy()
    for code, (_, curve) in zip((1, 0), found.curves.groupby("group"), strict=True):
        assert curve["survival"].iloc[0] == 1.0
        assert (curve["survival"].diff().dropna() <= 0).all()
        assert curve["time"].max() == data.time[codes == code].max()
        inside = curve.dropna()
        assert (inside["ci_low"] <= inside["survival"]).all()
        assert (inside["survival"] <= inside["ci_high"]).all()
    beyond = [row for row in found.landmarks if row["time"] == 100]
    assert all(np.isnan(row["estimate"]) and row["reason"] for row in beyond)


def test_why_there_are_none():
    assert "no event" in adjusted_survival(aligned(event=False), ["low", "high"], np.empty(0)).reason
    data = aligned()
    data.values["group"][:] = 0.0
    alone = adjusted_survival(data, ["low", "high"], np.empty(0))
    assert "one group" in alone.reason
    assert alone.curves.empty
