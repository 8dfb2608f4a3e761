"""The benchmark of the association scan: its own agreement on a small size, and the committed table."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

pytestmark = pytest.mark.slow

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    if not BENCHMARKS.is_dir():
        pytest.skip("benchmarks/ is not beside the tests")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("association")


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_the_scan_finds_what_the_plain_way_finds(bench: ModuleType, method: str) -> None:
    data = bench.tables(*bench.simulate(40, 3000, 130), method)
    found = bench.agreement(data)
    assert found["hits"] > 5
    assert found["missed_or_added"] == 0
    assert found["relative_difference_of_p"] < 1e-9


def test_committed_speed_memory_and_agreement() -> None:
    path = BENCHMARKS / "association.csv"
    if not path.is_file():
        pytest.skip("benchmarks/ is not beside the tests")
    table = pd.read_csv(path).set_index("what")
    assert table.loc["pearson, five covariates", "times_the_product"] <= 2
    assert table.loc["spearman, five covariates", "times_the_product"] <= 3
    assert table["peak_mb"].max() < 600
    for method in ("pearson", "spearman"):
        assert table.loc[f"{method}: agreement", "missed_or_added"] == 0
        assert table.loc[f"{method}: agreement", "relative_difference_of_p"] < 1e-9
    assert table.loc["MatrixEQTL"].notna().any()
