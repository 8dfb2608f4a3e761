from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.align import Aligned
from radassoc.survival._hazard_rows import arrays_of, hazard_rows


@pytest.fixture
def data():
    rng = np.random.default_rng(0)
    patients = pd.Index([f"P{i}" for i in range(60)])
    return Aligned(
        patients=patients,
        values={"group": pd.Series(np.arange(60.0) % 3, index=patients)},
        covariates=pd.DataFrame({"age": rng.normal(size=60)}, index=patients),
        covariate_names=("age",),
        strata=np.arange(60) % 2,
        strata_labels=("a", "b"),
        time=rng.exponential(size=60),
        event=rng.random(60) < 0.7,
        dropped=pd.DataFrame(),
    )


def test_measures_in_their_order(data):
    labels = ("low", "intermediate", "high")
    plain = [row["measure"] for row in hazard_rows(data, labels, adjusted=False, trend=True)]
    assert plain == ["log_rank", "log_rank_trend", "hazard_ratio", "hazard_ratio", "ph_test"]
    adjusted = [row["measure"] for row in hazard_rows(data, labels, adjusted=True, trend=False)]
    assert adjusted == ["stratified_log_rank", "adjusted_hazard_ratio", "adjusted_hazard_ratio", "adjusted_ph_test"]


def test_arrays(data):
    time, event, codes = arrays_of(data)
    assert (len(time), event.dtype, codes[:3].tolist()) == (60, bool, [0, 1, 2])
