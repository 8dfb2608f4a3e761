from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.exploration._describe import level_rows, number_rows, outcome_rows
from radassoc.exploration._variables import Variable


def test_numbers_agree_with_r(oracles):
    data = pd.read_csv(oracles / "table_one.csv")
    told = json.loads((oracles / "table_one.json").read_text())
    row = number_rows(Variable("age", "numeric", data["age"]), data["age"], [("all", np.ones(70, dtype=bool))])[0]
    assert [row["q25"], row["median"], row["q75"]] == pytest.approx(told["quartiles"])
    assert (row["mean"], row["sd"]) == (pytest.approx(told["mean"]), pytest.approx(told["sd"]))


def test_percentages_are_of_known_values():
    values = pd.Series(["a", "b", "b", None])
    rows = level_rows(Variable("x", "categorical", values, ("a", "b")), values, [("all", np.ones(4, dtype=bool))])
    assert [row["summary"] for row in rows] == ["1 (33%)", "2 (67%)"]
    assert [row["n_missing"] for row in rows] == [1, 1]


def test_an_empty_group_has_a_dash():
    values = pd.Series([1.5, np.nan])
    rows = number_rows(Variable("x", "numeric", values), values, [("g", np.array([False, True]))])
    assert rows[0]["summary"] == "–"
    assert np.isnan(rows[0]["mean"])


def test_events_and_follow_up_by_hand():
    clinical = pd.DataFrame({"time": [1.0, 2, 3, 4], "event": [1, 0, 1, 0]}, index=list("ABCD"))
    cohort = ra.Cohort.from_frames(clinical=clinical, time="time", event="event", unit="years")
    events, follow = outcome_rows(cohort, cohort.patients, [("all", np.ones(4, dtype=bool))])
    assert events["summary"] == "2 (50%)"
    # censorings at 2 (3 at risk) and 4 (1 at risk): 2/3, then 0
    assert follow["median"] == 4.0
    assert "years" in follow["variable"]
