"""The simulation of compared enrichment: a small run on real expression, and its committed table."""

from __future__ import annotations

import importlib
from pathlib import Path

import pandas as pd
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
TABLE = BENCHMARKS / "null_difference.csv"


@pytest.mark.real_data
@pytest.mark.slow
def test_a_few_draws(monkeypatch, tmp_path):
    if not BENCHMARKS.is_dir():
        pytest.skip("benchmarks/ is not beside the tests")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    simulation = importlib.import_module("null_difference")
    if not simulation.default_cohorts().is_dir():
        pytest.skip("the published cohorts are not here")
    table = simulation.main(2, tmp_path / "run.log")
    assert set(table["scenario"]) == set(simulation.SCENARIOS)
    assert table["share"].between(0, 1).all()
    labels = table[table["test"] == "labels permuted"]
    assert len(labels) == 2  # only where the groups differ in their means
    pd.testing.assert_frame_equal(table, simulation.main(2, tmp_path / "run.log"))


def test_the_committed_table_holds_its_promise():
    if not TABLE.is_file():
        pytest.skip("the table was not made yet")
    table = pd.read_csv(TABLE)
    assert (table["draws"] >= 500).all()
    tested = table[table["test"].isin(["p_value", "self_contained_p", "any FDR < 0.05"])]
    assert tested.groupby("scenario").size().eq(3).all()
    assert tested["within"].all()
