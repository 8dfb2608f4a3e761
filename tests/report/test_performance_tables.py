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
    assert tables[0].rows[0][0] == "concordance (Harrell's C)"
    assert "time (months)" in tables[1].header
    assert "time (months)" not in tables[0].header
    assert "95% low" not in tables[2].header
    notes = " ".join(block.text for block in found if block.kind == "note")
    assert "count the time up to 35.5 months" in notes
    assert "no valid interval is known" in notes


def test_what_is_absent_is_not_explained():
    found = blocks([("concordance", "full", np.nan, 0.7)])
    assert [block.kind for block in found] == ["table"]
