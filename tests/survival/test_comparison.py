from __future__ import annotations

import pandas as pd

import radassoc as ra
from radassoc.base.columns import tidy
from radassoc.survival.comparison import COLUMNS, CURVE_COLUMNS, MEDIAN_COLUMNS, SurvivalComparison


def test_says_where_the_groups_come_from_and_survives_save_and_load(tmp_path):
    empty = SurvivalComparison(
        table=tidy([], COLUMNS),
        curves=tidy([], CURVE_COLUMNS),
        medians=tidy([], MEDIAN_COLUMNS),
        status="no_signal",
        reason="empty",
        source="out_of_fold",
    )
    assert "groups: out of fold" in repr(empty)
    back = ra.load(empty.save(tmp_path / "c.json"))
    for name in ("table", "curves", "medians"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(empty, name), check_exact=True)
    assert back.source == "out_of_fold"
