from __future__ import annotations

import numpy as np
import pytest

from radassoc.report.wording import cell, interval, listed, number, p_text, p_value, pretty


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5, "0.500"),
        (-0.02, "−0.020"),
        (12.345, "12.3"),
        (123456.0, "123456"),
        (1.5e9, "1.50×10⁹"),
        (2e-7, "2.00×10⁻⁷"),
        (0.0, "0"),
        (np.inf, "inf"),
        (np.int64(12345678), "12345678"),
        (np.nan, "–"),
        (None, "–"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_tiny_p_values_are_never_zero():
    assert p_value(1e-300) == "<0.001"
    assert p_value(0.0004) == "<0.001"
    assert p_text(0.0321, "adjusted p") == "adjusted p = 0.032"


def test_interval_is_empty_where_one_end_is_missing():
    assert interval(np.nan, 1.0) == ""
    assert interval(0.1, 0.9) == "0.100 to 0.900"


def test_cells_know_their_column():
    assert cell(1e-5, "p_value") == "<0.001"
    assert cell(1.234567, "estimate") == "1.23"
    assert cell(np.bool_(True), "enriched") == "yes"
    assert cell("a_feature", "feature") == "a_feature"
    assert cell("log_rank", "measure") == "log-rank"
    assert cell(1.0, "df") == "1"


def test_names():
    assert listed(["a"]) == "a"
    assert listed(range(12), most=3) == "0, 1, 2 and 9 more"
    assert pretty("n_patients") == "patients"
