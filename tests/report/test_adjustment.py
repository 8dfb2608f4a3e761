from __future__ import annotations

from dataclasses import replace

import pytest

from radassoc.report.adjustment import COLUMNS, adjusted_for, side_by_side


def test_rows_meet_their_own_adjusted_numbers(results):
    table = side_by_side(results)
    assert list(table.columns) == list(COLUMNS)
    hypoxia = table[table["pathway"] == "HYPOXIA"].iloc[0]
    assert (hypoxia["nes"], hypoxia["nes_after"]) == (1.9, 0.7)
    assert adjusted_for(results) == ("idh_status", "grade")


def test_several_values_stay_apart(results):
    first = results["enrichment_risk_score"]
    other = replace(first, table=first.table.assign(by="age", nes=5.0))
    table = side_by_side({**results, "enrichment_columns": other})
    assert len(table) == 4
    assert table[table["by"] == "age"]["nes_after"].isna().all()


@pytest.mark.parametrize(
    ("name", "filled"), [("enrichment_risk_score", "nes"), ("enrichment_risk_score_adjusted", "nes_after")]
)
def test_one_analysis_alone_stands_in_its_own_columns(results, name, filled):
    table = side_by_side({name: results[name]})
    assert list(table.columns) == list(COLUMNS)
    assert table[filled].notna().all()
    assert table[{"nes": "nes_after", "nes_after": "nes"}[filled]].isna().all()


def test_nothing_gives_no_rows():
    assert side_by_side({}).empty
    assert adjusted_for({}) == ()
