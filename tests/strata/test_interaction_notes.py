import numpy as np
import pandas as pd

from radassoc.strata._interaction_notes import dropped_note, null_note


def test_a_null_tells_interval_and_what_would_have_been_found():
    row = {"feature": "f1", "stratum_1": "men", "stratum_2": "women", "estimate": np.log(2.0), "ci_low": np.log(0.5)}
    table = pd.DataFrame([row | {"ci_high": np.log(8.0), "df": 1e9, "std_error": 0.5, "p_value": 0.4}])
    told = null_note(table, ["feature"], 1, level=0.05, ratio=True)
    assert told == (
        "No evidence of a difference between men and women: ratio of hazard ratios 2.00 (interval 0.50 to 8.00) for "
        "f1. A ratio of hazard ratios of 4.06 would have been found with a power of 80%."
    )
    many = null_note(table, ["feature"], 1000, level=0.05, ratio=True)
    assert "Not even a ratio of hazard ratios of 5 would have been found alone among them" in many
    assert "alone among them" in null_note(table, ["feature"], 100, level=0.05, ratio=False)


def test_what_was_dropped_is_counted():
    frame = pd.DataFrame({"name": ["a", "b"], "reason": ["constant", "heavy"]})
    notes = dropped_note(frame, "heavy")
    assert notes[0].startswith("2 columns could not be tested")
    assert notes[1].startswith("1 of them: heavy")
    assert dropped_note(frame.iloc[:0], "heavy") == ()
