from __future__ import annotations

import numpy as np

from radassoc.survival._cut_histogram import cut_histogram


def test_no_bin_holds_two_groups():
    rng = np.random.default_rng(0)
    values, event = rng.normal(size=200).round(1), rng.random(200) < 0.5
    codes = (values > 0.35).astype(float)
    found = cut_histogram(values, codes, event, ("low", "high"), (0.35,))
    assert found["n_patients"].sum() == 200
    assert found["n_events"].sum() == event.sum()
    assert not found.duplicated(["left"]).any()
    assert (found.loc[found["group"] == "low", "right"] <= 0.35).all()
    assert (found.loc[found["group"] == "high", "left"] >= 0.35).all()


def test_one_value_and_none():
    one = cut_histogram(np.array([3.0, 3.0]), np.zeros(2), np.ones(2, bool), ("low", "high"), ())
    assert one[["left", "right", "n_patients"]].to_numpy().tolist() == [[2.5, 3.5, 2]]
    assert len(cut_histogram(np.empty(0), np.empty(0), np.empty(0, bool), ("low",), ())) == 0
