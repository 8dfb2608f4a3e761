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


def test_what_lies_far_out_has_one_wide_bin():
    values = np.append(np.linspace(0, 1, 200), [50.0, -30.0])
    found = cut_histogram(values, (values > 0.5).astype(float), np.ones(202, bool), ("low", "high"), (0.5,))
    width = found["right"] - found["left"]
    assert found.loc[width > 3 * width.median(), "n_patients"].tolist() == [1, 1]
    assert found["n_patients"].sum() == 202
    assert (found["left"].min(), found["right"].max()) == (-30.0, 50.0)
    assert found["right"].isin([0.5]).any()


def test_a_cut_among_few_values_is_an_edge():
    values = np.array([0.0] * 150 + [7.0])
    found = cut_histogram(values, (values > 3).astype(float), np.ones(151, bool), ("low", "high"), (3.0,))
    assert found["n_patients"].tolist() == [150, 1]
    assert (found.loc[found["group"] == "low", "right"] <= 3.0).all()
