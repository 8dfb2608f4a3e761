from __future__ import annotations

import numpy as np
import pandas as pd

import radassoc as ra
from radassoc.exploration._variables import _typed, choose_variables, level_text


def cohort():
    n = 30
    rng = np.random.default_rng(0)
    clinical = pd.DataFrame(
        {
            "time": rng.exponential(5, n) + 0.1,
            "event": np.arange(n) % 2,
            "age": rng.normal(60, 8, n),
            "stage": np.arange(n) % 4 + 1.0,
            "sex": ["male", "female"] * 15,
            "hospital_id": [f"H{i}" for i in range(n)],
            "scan_date": pd.date_range("2020-01-01", periods=n).strftime("%Y-%m-%d"),
            "note": [f"free text {i}" for i in range(n)],
            "country": ["DE"] * n,
            "empty": np.nan,
            "smoker": [True, False] * 15,
        },
        index=[f"P{i}" for i in range(n)],
    )
    return ra.Cohort.from_frames(clinical=clinical, time="time", event="event", unit="months")


def test_what_describes_patients_is_chosen_and_the_rest_is_told():
    chosen, skipped = choose_variables(cohort(), None)
    assert {v.name: v.kind for v in chosen} == {
        "age": "numeric",
        "stage": "categorical",
        "sex": "categorical",
        "smoker": "categorical",
    }
    assert skipped.set_index("variable")["reason"].to_dict() == {
        "time": "outcome",
        "event": "outcome",
        "hospital_id": "identifiers",
        "scan_date": "dates",
        "note": "text with 30 levels",
        "country": "the same in all patients",
        "empty": "no value",
    }


def test_levels_are_text_in_order():
    by_name = {v.name: v for v in choose_variables(cohort(), None)[0]}
    assert by_name["stage"].levels == ("1", "2", "3", "4")
    assert set(by_name["smoker"].levels) == {"False", "True"}


def test_what_is_asked_for_is_taken():
    chosen, skipped = choose_variables(cohort(), ["country", "note"])
    assert [v.name for v in chosen] == ["country", "note"]
    assert len(skipped) == 0


def test_ordered_categories_keep_their_order():
    grade = pd.Series(pd.Categorical(["low", "high", "low"], categories=["low", "mid", "high"]), index=list("abc"))
    assert _typed("grade", grade).levels == ("low", "high")


def test_level_text():
    assert (level_text(2.0), level_text("IIIa"), level_text(True)) == ("2", "IIIa", "True")
