"""Every supported format gives the same table."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError, MissingDependencyError
from radassoc.tables.clinical import read_clinical
from radassoc.tables.expression import read_expression
from radassoc.tables.formats import read_raw
from radassoc.tables.radiomics import read_radiomics
from radassoc.tables.table import Table

FRAME = pd.DataFrame(
    {"original_firstorder_Mean": [1.5, 2.5, 4.0], "original_glcm_Contrast": [0.1, np.nan, 1e-7]},
    index=pd.Index(["001", "002", "P3"], name="patient"),
)


def write(frame: pd.DataFrame, path: Path) -> Path:
    name = path.name
    if name.endswith(".parquet"):
        frame.to_parquet(path)
    elif name.endswith(".xlsx"):
        frame.to_excel(path)
    elif name.endswith(".h5ad"):
        import anndata

        anndata.AnnData(frame.rename_axis(None)).write_h5ad(path)
    else:
        text = frame.to_csv(sep="\t" if ".tsv" in name else ",")
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("ending", ["csv", "tsv", "csv.gz", "tsv.gz", "txt", "parquet", "xlsx", "h5ad"])
def test_each_format_reads_the_same(tmp_path: Path, ending: str) -> None:
    read = read_radiomics(write(FRAME, tmp_path / f"table.{ending}"))
    pd.testing.assert_frame_equal(read.frame, FRAME.rename_axis("sample"), check_exact=True)
    assert read.patients.tolist() == ["001", "002", "P3"]


def test_a_frame_is_read_like_a_file_and_not_changed() -> None:
    before = FRAME.copy()
    read = read_radiomics(FRAME)
    pd.testing.assert_frame_equal(read.frame, FRAME.rename_axis("sample"))
    read.frame.iloc[:, :] = 0.0
    pd.testing.assert_frame_equal(FRAME, before)
    pd.testing.assert_frame_equal(read_radiomics(FRAME.reset_index()).frame, FRAME.rename_axis("sample"))


def test_numeric_identifiers_of_a_frame_are_whole_numbers() -> None:
    frame = pd.DataFrame({"patient": [1.0, 2.0, 3.0], "a": [1, 2, 5]})
    assert read_radiomics(frame).frame.index.tolist() == ["1", "2", "3"]


def test_the_sheet_of_a_workbook_must_be_named_if_there_are_several(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with pd.ExcelWriter(path) as book:
        FRAME.to_excel(book, sheet_name="features")
        FRAME.iloc[:2].to_excel(book, sheet_name="old")
    with pytest.raises(InputError, match=r"2 sheets with values; its sheets are 'features', 'old'"):
        read_radiomics(path)
    with pytest.raises(InputError, match="no such sheet"):
        read_radiomics(Table(path, sheet="new"))
    assert len(read_radiomics(Table(path, sheet="old")).frame) == 2


def test_errors_and_dates_of_a_workbook(tmp_path: Path) -> None:
    frame = FRAME.astype(object)
    frame.iloc[1, 0] = "#DIV/0!"
    frame["scan"] = pd.to_datetime(["2001-02-03", "2001-02-04", None])
    frame.to_excel(tmp_path / "book.xlsx")
    read = read_radiomics(tmp_path / "book.xlsx")
    assert read.frame.iloc[:, 0].tolist()[0] == 1.5
    assert np.isnan(read.frame.iloc[1, 0])
    assert [(row["name"], row["reason"]) for row in read.notes] == [
        ("scan", "dates"),
        ("original_firstorder_Mean", "made missing"),
    ]


def test_gct_reads_genes_and_leaves_the_description_out(tmp_path: Path) -> None:
    path = tmp_path / "a.gct"
    path.write_text("#1.2\n2\t3\nName\tDescription\tA\tB\tC\nEGFR\tna\t1\t2\t3.5\nTP53\tna\t4\t5\t6\n")
    read = read_expression(path)
    assert read.frame.to_dict("list") == {"EGFR": [1.0, 2.0, 3.5], "TP53": [4.0, 5.0, 6.0]}
    assert read.notes[0]["reason"] == "annotation column"


def test_gct_3_has_annotation_of_samples_too(tmp_path: Path) -> None:
    path = tmp_path / "a.gct"
    head = "#1.3\n2\t3\t2\t1\nid\tsymbol\tlength\tA\tB\tC\nsex\tna\tna\tf\tm\tf\n"
    path.write_text(head + "EGFR\tE\t9\t1\t2\t3.5\nTP53\tT\t8\t4\t5\t6\n")
    assert read_expression(path).frame.loc["C"].tolist() == [3.5, 6.0]


def test_h5ad_gives_matrix_observations_and_patients(tmp_path: Path) -> None:
    import anndata

    data = anndata.AnnData(FRAME.rename_axis(None))
    data.obs["case_id"] = ["A", "A", "B"]
    data.obs["age"] = [50, 50, 60]
    data.write_h5ad(tmp_path / "a.h5ad")
    read = read_radiomics(tmp_path / "a.h5ad")
    assert read.patients.tolist() == ["A", "A", "B"]
    assert list(read.frame.columns) == list(FRAME.columns)
    assert read_clinical(tmp_path / "a.h5ad").frame["age"].to_dict() == {"A": 50.0, "B": 60.0}


def test_h5mu_gives_a_modality(tmp_path: Path) -> None:
    import anndata
    import mudata

    with mudata.set_options(pull_on_update=False):
        data = mudata.MuData({"mri": anndata.AnnData(FRAME.rename_axis(None))})
    data.write_h5mu(tmp_path / "a.h5mu")
    assert read_radiomics(Table(tmp_path / "a.h5mu", sheet="mri")).frame.shape == (3, 2)
    with pytest.raises(InputError, match="no modality 'radiomics'; it has 'mri'"):
        read_radiomics(tmp_path / "a.h5mu")


@pytest.mark.parametrize(
    ("ending", "module", "extra"), [("parquet", "pyarrow.parquet", "parquet"), ("xlsx", "openpyxl", "excel")]
)
def test_a_missing_package_names_its_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str, module: str, extra: str
) -> None:
    path = write(FRAME, tmp_path / f"a.{ending}")
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingDependencyError, match=rf"radassoc\[{extra}\]"):
        read_raw(Table(path), scope="mri")


def test_a_frame_with_levels_is_refused() -> None:
    with pytest.raises(InputError, match="several levels"):
        read_radiomics(FRAME.set_index("original_glcm_Contrast", append=True))


@pytest.mark.parametrize(
    "index", [range(1000, 1003), [12, 7, 3], pd.RangeIndex(3, name="mrn")], ids=["range", "numbers", "named range"]
)
def test_whole_numbers_in_an_index_name_the_rows(index: object) -> None:
    frame = FRAME.set_axis(index, axis=0)  # type: ignore[call-overload]
    read = read_radiomics(frame)
    assert read.patients.tolist() == [str(label) for label in frame.index]
    assert read.frame.shape == FRAME.shape


def test_a_part_of_a_numbered_frame_is_named_by_its_first_column() -> None:
    numbered = FRAME.rename_axis("mrn").reset_index()
    assert read_radiomics(numbered.iloc[1:]).patients.tolist() == FRAME.index[1:].tolist()


def test_rows_taken_from_a_frame_leave_no_feature_of_row_numbers() -> None:
    numbered = FRAME.rename_axis("patient").reset_index()
    read = read_radiomics(numbered.iloc[[0, 2]])
    assert read.patients.tolist() == FRAME.index[[0, 2]].tolist()
    assert list(read.frame.columns) == list(FRAME.columns)
