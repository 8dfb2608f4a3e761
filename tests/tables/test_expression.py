"""Tables of gene expression."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import ExpressionError
from radassoc.tables.expression import read_expression, recognise_scale
from radassoc.tables.table import Table

FRAME = pd.DataFrame(
    {"S1": [1.0, 2.0, 3.0], "S2": [4.0, 6.0, 8.0]}, index=pd.Index(["EGFR", "TP53", "C11orf1"], name="gene")
)


def test_both_orientations_read_the_same() -> None:
    one, two = read_expression(FRAME), read_expression(FRAME.T.rename_axis("sample"))
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert one.frame.loc["S2"].to_dict() == {"EGFR": 4.0, "TP53": 6.0, "C11orf1": 8.0}
    assert one.frame.index.name == "sample"
    assert list(one.features.columns) == []


def test_columns_about_genes_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("Hugo_Symbol\tEntrez_Gene_Id\tCytoband\tS1\tS2\nEGFR\t1956\t7p11\t1\t2\nTP53\t7157\t17p13\t3\t4\n")
    read = read_expression(path)
    assert read.frame.index.tolist() == ["S1", "S2"]
    assert [row["name"] for row in read.notes if row["reason"] == "annotation column"] == ["Entrez_Gene_Id", "Cytoband"]


def test_columns_and_drop_name_genes_or_samples() -> None:
    assert read_expression(Table(FRAME, drop=["TP53", "S1"])).frame.to_dict("list") == {"EGFR": [4.0], "C11orf1": [8.0]}
    assert read_expression(Table(FRAME, columns=["EGFR"])).frame.shape == (2, 1)
    assert read_expression(Table(FRAME.T, columns=["EGFR"])).frame.shape == (2, 1)
    with pytest.raises(ExpressionError, match="Did you mean 'TP53'"):
        read_expression(Table(FRAME, drop=["TP5"]))


def test_barcodes_in_the_header_become_patients() -> None:
    columns = ["TCGA-06-0125-01A", "TCGA-06-0125-06A"]
    read = read_expression(FRAME.set_axis(columns, axis=1))
    assert read.patients.to_dict() == {columns[0]: "TCGA-06-0125"}
    assert {"TCGA barcodes", "other sample type"} <= {row["reason"] for row in read.notes}


def test_samples_of_a_header_follow_a_mapping() -> None:
    read = read_expression(Table(FRAME, mapping={"S1": "P", "S2": "P"}))
    assert read.patients.to_dict() == {"S1": "P", "S2": "P"}


def test_rows_without_a_symbol_go_with_a_note() -> None:
    read = read_expression(FRAME.set_axis(["EGFR", None, "TP53"]).rename_axis("gene"))
    assert list(read.frame.columns) == ["EGFR", "TP53"]
    assert "rows without a gene dropped" in {row["reason"] for row in read.notes}


def test_empty_columns_and_rows_go_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("gene,S1,S2,,\nEGFR,1,2,,\nTP53,3,4,,\n,,,,\n")
    read = read_expression(path)
    assert read.frame.shape == (2, 2)
    assert {"empty rows dropped", "empty columns dropped"} <= {row["reason"] for row in read.notes}


def test_repeated_symbols_follow_the_policy() -> None:
    twice = FRAME.set_axis(["EGFR", "TP53", "EGFR"])
    assert read_expression(Table(twice, duplicates="mean")).frame["EGFR"].tolist() == [2.0, 6.0]
    assert read_expression(Table(twice, duplicates="first")).frame["EGFR"].tolist() == [1.0, 4.0]
    assert read_expression(Table(twice, duplicates="max_variance")).frame["EGFR"].tolist() == [3.0, 8.0]


def test_symbols_that_became_dates_can_be_left_out() -> None:
    frame = FRAME.set_axis(["EGFR", "TP53", "2-Sep"])
    with pytest.raises(ExpressionError, match="turned into dates"):
        read_expression(frame)
    assert list(read_expression(Table(frame, drop=["2-Sep"])).frame.columns) == ["EGFR", "TP53"]


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([0.0, 1.0, 5000.0], "counts"),
        ([0.0, 1.5, 5000.0], "positive, not logarithmic"),
        ([0.0, 3.5, 14.2], "log"),
        ([-2.0, 3.5, 14.2], "log"),
        ([-1.0, -0.2, 1.1], "z-scores or centred values"),
        ([-1.0, np.nan, 1.0], "z-scores or centred values"),
    ],
)
def test_scales(values: list[float], scale: str) -> None:
    assert recognise_scale(pd.DataFrame({"EGFR": values}))[0] == scale


@pytest.mark.slow
@pytest.mark.real_data
def test_freije(cohorts: Path) -> None:
    start = time.perf_counter()
    read = read_expression(cohorts / "freije" / "expression.tsv.gz")
    assert time.perf_counter() - start < 10  # 0.3 s measured; the bound only catches a loop over cells
    assert read.frame.shape == (85, 12713)
    assert read.notes[-1]["reason"] == "log"
    assert read.frame.loc["GSM99432", "A1CF"] == 6.1679


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize(("cohort", "shape", "far"), [("glioma", (569, 1544), "207"), ("breast", (88, 1558), "45")])
def test_z_scores_with_extreme_values(cohorts: Path, cohort: str, shape: tuple[int, int], far: str) -> None:
    read = read_expression(cohorts / cohort / "expression.tsv.gz")
    assert read.frame.shape == shape
    assert read.notes[-1]["reason"] == "z-scores or centred values"
    assert f"{far} values lie beyond 20" in read.notes[-1]["detail"]
