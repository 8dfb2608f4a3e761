"""Net benefit of treating by predicted risk."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.survival._decision import decision_rows, net_benefit


def test_vickers_formula_in_r(oracles: Path) -> None:
    patients = pd.read_csv(oracles / "performance.csv")
    told = json.loads((oracles / "performance.json").read_text())["decision"]
    risk = 1 - np.exp(-0.0018 * 400 * np.exp(patients["score"].to_numpy()))
    time, event = patients["day"].to_numpy(), patients["event"].to_numpy() == 1
    found = net_benefit(time, event, risk, 400, np.array(told["thresholds"]))
    np.testing.assert_allclose(found, told["net_benefit"], atol=1e-12)


def test_without_censoring_it_counts_patients() -> None:
    time, event = np.array([1.0, 2.0, 3.0, 4.0, 5.0]), np.ones(5, dtype=bool)
    risk = np.array([0.9, 0.2, 0.8, 0.7, 0.1])
    # at 50%: treated are 0, 2, 3, of whom 0 has died by 2.5; at 95% nobody is
    np.testing.assert_allclose(net_benefit(time, event, risk, 2.5, np.array([0.5, 0.95])), [(1 - 2) / 5, 0])
    np.testing.assert_allclose(net_benefit(time, event, risk, 2.5, np.array([0.2])), [2 / 5 - 2 / 5 * 0.25])


def test_treated_who_are_not_followed_have_no_benefit() -> None:
    time, event = np.array([1.0, 2.0, 9.0, 9.0]), np.array([True, False, False, False])
    risk = np.array([0.9, 0.9, 0.1, 0.1])
    found = net_benefit(time, event, risk, 5.0, np.array([0.05, 0.5]))
    assert np.isfinite(found[0])
    assert np.isnan(found[1])


def test_all_and_nobody_stand_beside_the_models() -> None:
    rng = np.random.default_rng(1)
    time, event, risk = rng.exponential(size=80), rng.random(80) < 0.6, rng.uniform(0.1, 0.4, 80)
    frame = pd.DataFrame(decision_rows(time, event, {"score": risk}, 0.5)).set_index("model")
    assert set(frame.index) == {"score", "treat all", "treat none"}
    assert (frame.loc["treat none", "net_benefit"] == 0).all()
    low = frame["threshold"] < 0.1  # below every predicted risk the model treats all
    np.testing.assert_allclose(
        frame[low].loc["score", "net_benefit"], frame[low].loc["treat all", "net_benefit"], atol=1e-12
    )
    assert frame["threshold"].max() <= 0.99


@pytest.mark.parametrize("top", [0.2, 0.9])
def test_thresholds_end_where_the_predictions_do(top: float) -> None:
    time, event = np.linspace(1, 20, 40), np.arange(40) % 20 == 0
    rows = decision_rows(time, event, {"score": np.linspace(0, top, 40)}, 10.0)
    highest = max(row["threshold"] for row in rows)
    assert highest == pytest.approx(np.ceil(100 * top * 0.975) / 100, abs=0.011)
