from __future__ import annotations

import numpy as np
import pytest

import radassoc as ra
from radassoc.exploration._wide import number_text, p_text


@pytest.mark.parametrize(
    ("value", "text"),
    [(57.318, "57.3"), (1234.5, "1234"), (0.0123, "0.012"), (0.0, "0.0"), (np.nan, "–"), (-3.0, "-3.0")],
)
def test_numbers(value, text):
    assert number_text(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.0004, "<0.001"), (0.0446, "0.045"), (1.0, "1.000"), (np.nan, "")])
def test_p(value, text):
    assert p_text(value) == text


def test_every_cell_is_text_and_missing_values_have_a_row():
    import pandas as pd

    clinical = pd.DataFrame(
        {"age": [50.0, 60, None, 70.5, 41.25, 66], "sex": ["m", "f", "m", "f", "m", "f"]}, index=list("ABCDEF")
    )
    wide = ra.table_one(ra.Cohort.from_frames(clinical=clinical), ["age"], groups="sex").wide
    assert list(wide.columns) == [
        "variable",
        "level",
        "All (n = 6)",
        "f (n = 3)",
        "m (n = 3)",
        "p_value",
        "standardized_difference",
    ]
    assert wide["level"].tolist() == ["median (IQR)", "mean (SD)", "missing"]
    assert wide.iloc[2, 2:5].tolist() == ["1", "0", "1"]
    assert wide.map(lambda cell: isinstance(cell, str)).all(axis=None)
