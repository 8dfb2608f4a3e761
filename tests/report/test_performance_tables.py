from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd

from radassoc.report.performance_tables import performance_tables

COLUMNS = ["measure", "model", "time", "estimate", "ci_low", "ci_high", "p_value", "interval", "n_patients", "n_events"]


def result(rows):
    filled = [(m, model, t, e, e - 0.1, e + 0.1, np.nan, "rerun", 90, 50) for m, model, t, e in rows]
    return SimpleNamespace(table=pd.DataFrame(filled, columns=COLUMNS), unit="months", params={"tau": 35.5})


def blocks(rows):
    return [block for block in performance_tables(result(rows), "Concordance", more="x.csv") if block is not None]


def test_ranking_first_other_measures_second_secondary_third():
    found = blocks(
        [
            ("concordance", "full", np.nan, 0.7),
            ("concordance", "full (.632+)", np.nan, 0.72),
            ("uno_concordance", "full", np.nan, 0.69),
            ("auc", "full", 12.0, 0.75),
            ("integrated_brier", "full (.632+)", np.nan, 0.2),
        ]
    )
    tables = [block for block in found if block.kind == "table"]
    assert [len(block.rows) for block in tables] == [1, 2, 2]
    assert tables[1].caption == "Discrimination, absolute risks and calibration: 90 patients, 50 events (95% interval)"
    assert tables[1].rows == (
        ("Uno's C", "–", "0.690 (0.590 to 0.790)"),
        ("AUC", "12.0", "0.750 (0.650 to 0.850)"),
    )
    assert tables[0].rows[0][0] == "concordance (Harrell's C)"
    assert "time (months)" in tables[1].header
    assert "time (months)" not in tables[0].header
    assert "95% low" not in tables[2].header
    notes = " ".join(block.text for block in found if block.kind == "note")
    assert "count the time up to 35.5 months" in notes
    assert "no valid interval is known" in notes


def test_models_stand_side_by_side_and_changes_in_a_table_of_their_own():
    found = blocks(
        [
            ("auc", "full", 12.0, 0.75),
            ("auc", "volume", 12.0, 0.65),
            ("auc", "full", 24.0, 0.7),
            ("auc_difference", "full - volume", 12.0, 0.1),
            ("brier_difference", "full - volume", 12.0, -1e-16),
        ]
    )
    models, changes = (block for block in found if block.kind == "table")
    assert models.header == ("measure", "time (months)", "full", "volume")
    assert models.rows[0] == ("AUC", "12.0", "0.750 (0.650 to 0.850)", "0.650 (0.550 to 0.750)")
    assert models.rows[1][3] == "–"
    assert changes.header == ("measure", "time (months)", "full - volume")
    assert changes.rows == (
        ("change in AUC", "12.0", "0.100 (0 to 0.200)"),
        ("change in Brier score", "12.0", "0 (−0.100 to 0.100)"),
    )


def test_what_is_absent_is_not_explained():
    found = blocks([("concordance", "full", np.nan, 0.7)])
    assert [block.kind for block in found] == ["table"]
