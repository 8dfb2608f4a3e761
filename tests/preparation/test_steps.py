"""A labelled preparation: what it says of each feature, and how it applies to other rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import RadiomicsError
from radassoc.preparation.recipe import Preparation
from radassoc.preparation.steps import learn


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    values = pd.DataFrame(rng.normal(size=(20, 4)), columns=["a", "b", "gone", "flat"])
    values["copy"] = 2 * values["a"] + 1
    values.loc[:9, "gone"] = np.nan
    values["flat"] = 7.0
    return values


def test_the_table_says_what_happened_and_why(frame: pd.DataFrame) -> None:
    table = learn(Preparation(), frame).table.set_index("feature")
    assert table["kept"].to_dict() == {"a": True, "b": True, "gone": False, "flat": False, "copy": False}
    assert table.loc["gone", "reason"] == "missing in 10 of 20 (50%), more than 20%"
    assert table.loc["flat", "reason"] == "the same value in more than 95%"
    assert table.loc["copy", "reason"] == "|r| = 1.000 with a, which is kept"
    assert table.loc["copy", "representative"] == "a"
    assert table.loc["a", "reason"] == ""
    assert np.isnan(table.loc["flat", "center"])


def test_other_rows_are_filled_and_scaled_with_training_values(frame: pd.DataFrame) -> None:
    fitted = learn(Preparation(), frame)
    others = pd.DataFrame({"b": [1.0, np.nan], "a": [0.0, 2.0]}, index=["x", "y"])
    out = fitted.transform(others)
    assert list(out.columns) == ["a", "b"]
    assert list(out.index) == ["x", "y"]
    b = frame["b"]
    assert out.loc["x", "b"] == pytest.approx((1 - b.mean()) / b.std(ddof=0), abs=1e-12)
    assert out.loc["y", "b"] == pytest.approx((b.median() - b.mean()) / b.std(ddof=0), abs=1e-12)


def test_a_feature_that_is_absent_is_named(frame: pd.DataFrame) -> None:
    with pytest.raises(RadiomicsError, match="1 of 2 prepared features are not in the table: 'b'"):
        learn(Preparation(), frame).transform(frame[["a"]])


def test_only_features_asked_for_are_needed(frame: pd.DataFrame) -> None:
    out = learn(Preparation(), frame).transform(frame[["a"]], features=["a"])
    assert list(out.columns) == ["a"]


def test_no_feature_left_is_said() -> None:
    fitted = learn(Preparation(), pd.DataFrame({"a": [1.0, 1.0, 1.0]}))
    assert fitted.status == "not_estimable"
    assert fitted.features == ()


def test_inputs_are_not_changed(frame: pd.DataFrame) -> None:
    before = frame.copy()
    learn(Preparation(), frame).transform(frame)
    pd.testing.assert_frame_equal(frame, before, check_exact=True)


def test_it_survives_saving(frame: pd.DataFrame, tmp_path: Path) -> None:
    fitted = learn(Preparation(), frame)
    again = ra.load(fitted.save(tmp_path / "fit"))
    pd.testing.assert_frame_equal(again.table, fitted.table, check_exact=True)
    pd.testing.assert_frame_equal(again.transform(frame), fitted.transform(frame), check_exact=True)
