"""The simulation of exchanged strata: a few studies; its committed table."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
TABLE = BENCHMARKS / "null_cross.csv"


@pytest.fixture
def null(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    if not BENCHMARKS.is_dir():
        pytest.skip("benchmarks/ is not beside the tests")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("null_cross")


@pytest.mark.slow
def test_a_planted_difference_is_found_and_a_run_goes_on(
    null: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(null, "SCENARIOS", {"planted": null.SCENARIOS["planted"]})
    table = null.main(4, tmp_path / "run.log")
    assert table["statistic"].tolist() == list(null.STATISTICS)
    assert table["p_at_most_0.05"].iloc[0] >= 0.5
    pd.testing.assert_frame_equal(table, null.main(4, tmp_path / "run.log"))


def test_the_committed_table_holds_its_promise() -> None:
    """Where imaging and outcome go together alike, every statistic keeps 5%; a planted difference is found."""
    if not TABLE.is_file():
        pytest.skip("the table was not made yet")
    table = pd.read_csv(TABLE)
    promised = table[table["promised"]]
    assert promised["scenario"].nunique() == 4
    assert (promised.groupby("scenario")["studies"].max() >= 300).all()
    assert (promised["p_at_most_0.05"] <= promised["accepted"]).all()
    planted = table[table["scenario"] == "planted"].set_index("statistic")["p_at_most_0.05"]
    assert planted["C, own - other model"] > 0.75
