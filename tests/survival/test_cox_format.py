from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from radassoc.survival._cox_format import p_text, ratio_text
from radassoc.survival.cox_table import cox_table


@pytest.mark.parametrize(
    ("ratio", "low", "high", "text"),
    [
        (1.448, 1.02, 2.0613, "1.45 (1.02-2.06)"),
        (1.0031, 1.0002, 1.006, "1.003 (1.000-1.006)"),
        (0.0123, 0.0006, 0.5, "0.012 (6.0e-04-0.50)"),
        (250.0, 3.0, 20000.0, "250 (3.00-2.0e+04)"),
        (2.0, np.nan, np.nan, "2.00"),
        (np.nan, np.nan, np.nan, "not estimable"),
    ],
)
def test_ratios(ratio, low, high, text):
    row = SimpleNamespace(is_reference=False, hazard_ratio=ratio, ci_low=low, ci_high=high)
    assert ratio_text(row) == text


def test_p():
    assert [p_text(p) for p in (1e-9, 0.0499, 0.5, np.nan)] == ["<0.001", "0.050", "0.50", "–"]


def test_both_models_side_by_side(clinical_cohort):
    frame = cox_table(clinical_cohort, ["age", "grade"], level=0.9).formatted
    assert frame["variable"].tolist() == ["age", "grade", "grade", "grade"]
    assert frame["multivariable HR (90% CI)"][1] == "1 (reference)"
    assert frame["multivariable p"][1] == "<0.001 (overall)"
    assert frame["n"].tolist()[0] == 177
