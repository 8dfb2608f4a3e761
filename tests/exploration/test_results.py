from __future__ import annotations

import pandas as pd

import radassoc as ra
from radassoc.base.columns import tidy
from radassoc.exploration.results import SKIPPED_COLUMNS, TABLE_COLUMNS, TableOne


def test_an_empty_table_survives_save_and_load(tmp_path):
    empty = TableOne(
        table=tidy([], TABLE_COLUMNS),
        wide=pd.DataFrame({"variable": []}, dtype=object),
        skipped=tidy([], SKIPPED_COLUMNS),
    )
    back = ra.load(empty.save(tmp_path / "t.json"))
    pd.testing.assert_frame_equal(back.table, empty.table, check_exact=True)
    pd.testing.assert_frame_equal(back.wide, empty.wide, check_exact=True)
