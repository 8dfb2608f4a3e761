from __future__ import annotations

from radassoc.base.columns import tidy
from radassoc.survival.cox_results import COLUMNS, EFFECT_COLUMNS, MODEL_COLUMNS, empty_row


def test_an_empty_row_fits_its_table():
    for columns in (COLUMNS, MODEL_COLUMNS, EFFECT_COLUMNS):
        frame = tidy([empty_row(columns)], columns)
        assert frame.columns.tolist() == list(columns)
        assert (frame.select_dtypes("object") == "").all().all()
        assert frame.select_dtypes("float64").isna().all().all()
        assert tidy([], columns).dtypes.equals(frame.dtypes)
