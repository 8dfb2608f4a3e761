"""The benchmark of the Cox engine: its measure of optimality, its verdicts, its folds."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

pytestmark = pytest.mark.slow

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    if not BENCHMARKS.is_dir():
        pytest.skip("benchmarks/ is not beside the tests")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("cox_path")


@pytest.fixture
def data(bench: ModuleType, tmp_path: Path) -> dict[str, np.ndarray]:
    bench.prepare(tmp_path, 60, 200)
    return dict(bench.read(tmp_path, 60))


def test_what_is_written_is_read_and_solved_to_the_optimum(bench: ModuleType, data: dict[str, np.ndarray]) -> None:
    assert data["X"].shape == (60, 200)
    assert data["lambda"].shape == (100,)
    np.testing.assert_allclose(data["X"].std(axis=0), 1.0)
    path = bench.path_of(data)
    assert bench.violation(data, path) < 1e-6
    assert bench.violation(data, path * 1.01) > 1e-3
    assert bench.violation(data, np.where(np.arange(200) == 150, 0.1, path)) > 1e-2


def test_all_repeats_hold_the_first(bench: ModuleType, data: dict[str, np.ndarray]) -> None:
    one, three = bench.curve_of(data, 1, None), bench.curve_of(data, 3, None)
    assert one.shape == three.shape == (100,)
    assert not np.allclose(one, three)
    np.testing.assert_array_equal(bench.curve_of(data, 1, 15), one[: len(bench.curve_of(data, 1, 15))])


def test_verdicts(bench: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    table = bench.Table()
    table.add("s", "p", "m", 1.0, 3.5, "faster >= 3")
    table.add("s", "p", "m", 1.0, 2.5, "faster >= 3")
    table.add("s", "p", "m", 3.0, 2.0, "slower <= 1.5")
    table.add("s", "p", "m", 3.1, 2.0, "slower <= 1.5")
    table.add("s", "p", "m", 1e-7, 0.0, "ours <= 1e-6")
    table.add("s", "p", "m", 1.0, 2.0, "")
    assert [row["met"] for row in table.rows] == ["yes", "NO", "yes", "NO", "yes", ""]
    assert [row["ratio"] for row in table.rows[:3]] == [3.5, 2.5, 1.5]
    assert capsys.readouterr().out.count("\n") == 6
