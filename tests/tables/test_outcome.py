"""Outcomes from two clinical columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import ClinicalError
from radassoc.tables.outcome import Outcome, code_outcome

CLINICAL = pd.DataFrame(
    {"os": [3.5, 12.0, np.nan, 7.0], "dead": ["yes", "no", "yes", None]},
    index=pd.Index(["A", "B", "C", "D"], name="patient"),
)


def test_patients_with_known_time_and_event() -> None:
    before = CLINICAL.copy()
    outcome = code_outcome(CLINICAL, "os", "dead", "months")
    expected = pd.DataFrame(
        {"time": [3.5, 12.0], "event": [True, False]}, index=pd.Index(["A", "B"], name="patient", dtype=object)
    )
    pd.testing.assert_frame_equal(outcome.table, expected)
    assert outcome.time.tolist() == [3.5, 12.0]
    assert outcome.event.dtype == bool
    assert (outcome.unit, outcome.time_name, outcome.event_name) == ("months", "os", "dead")
    assert dict(outcome.coding) == {"no": False, "yes": True}
    assert repr(outcome) == "<Outcome os in months: 2 patients, 1 events>"
    pd.testing.assert_frame_equal(CLINICAL, before)


def test_the_table_comes_out_as_a_copy() -> None:
    outcome = code_outcome(CLINICAL, "os", "dead", "months")
    table = outcome.table
    table.loc["A", "time"] = -1.0
    assert outcome.table.loc["A", "time"] == 3.5


@pytest.mark.parametrize("name", ["outcome", "outcome.json"])
def test_it_survives_save_and_load(tmp_path: Path, name: str) -> None:
    outcome = code_outcome(CLINICAL.assign(os=[1 / 3, 0.1, np.nan, 7]), "os", "dead", "months")
    again = ra.load(outcome.save(tmp_path / name))
    assert isinstance(again, Outcome)
    pd.testing.assert_frame_equal(again.table, outcome.table, check_exact=True)
    assert dict(again.coding) == dict(outcome.coding)
    assert (again.unit, again.time_name) == ("months", "os")


def test_all_problems_are_told_at_once() -> None:
    clinical = pd.DataFrame({"os": [-1.0, 2.0, 3.0], "status": [0, 1, 2]}, index=["A", "B", "C"])
    with pytest.raises(ClinicalError) as caught:
        code_outcome(clinical, "os", "status", "months")
    assert [problem.found.split(":")[0] for problem in caught.value.problems] == [
        "Time column 'os' holds 1 negative times (first",
        "Event column 'status' holds 3 codes",
    ]


def test_times_as_text_numbers_are_numbers() -> None:
    clinical = pd.DataFrame({"os": ["1.5", "2", None], "dead": [1, 0, 1]}, index=["A", "B", "C"])
    assert code_outcome(clinical, "os", "dead", "years").time.tolist() == [1.5, 2.0]


def test_infinite_times_are_refused() -> None:
    clinical = pd.DataFrame({"os": [1.0, np.inf], "dead": [1, 0]}, index=["A", "B"])
    with pytest.raises(ClinicalError, match="1 infinite times"):
        code_outcome(clinical, "os", "dead", "years")


@pytest.mark.parametrize(
    ("unit", "longest"), [("days", 40000.0), ("weeks", 6000.0), ("months", 1400.0), ("years", 119.0)]
)
def test_times_must_fit_into_a_life(unit: str, longest: float) -> None:
    clinical = pd.DataFrame({"os": [1.0, longest], "dead": [1, 0]}, index=["A", "B"])
    assert len(code_outcome(clinical, "os", "dead", unit).table) == 2
    with pytest.raises(ClinicalError, match="Check the unit"):
        code_outcome(clinical.assign(os=clinical["os"] * 2), "os", "dead", unit)
