"""Several files of one modality: side by side, or stacked."""

from __future__ import annotations

import pandas as pd
import pytest

from radassoc.base.errors import IdentifierError, RadiomicsError
from radassoc.tables.radiomics import read_radiomics
from radassoc.tables.table import Table

ONE = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 5.0]}, index=pd.Index(["P1", "P2"], name="patient"))


def test_other_columns_stand_beside() -> None:
    two = ONE.iloc[::-1].copy()
    read = read_radiomics([Table(ONE, prefix="T1_"), Table(two, prefix="T2_")])
    assert list(read.frame.columns) == ["T1_a", "T1_b", "T2_a", "T2_b"]
    assert read.frame.loc["P1"].tolist() == [1.0, 3.0, 1.0, 3.0]
    assert read.features.loc["T2_a", "sequence"] == "T2"


def test_samples_of_one_file_only_are_noted() -> None:
    read = read_radiomics([ONE, ONE.rename(columns=str.upper, index={"P2": "P3"})])
    assert read.frame.index.tolist() == ["P1", "P2", "P3"]
    assert read.frame["A"].isna().tolist() == [False, True, False]
    assert read.patients.tolist() == ["P1", "P2", "P3"]
    assert read.notes[0]["detail"] == "2 samples are in one of two joined files only"


def test_other_samples_are_stacked() -> None:
    read = read_radiomics([ONE, ONE.rename(index={"P1": "P3", "P2": "P4"})])
    assert read.frame["a"].to_dict() == {"P1": 1.0, "P2": 2.0, "P3": 1.0, "P4": 2.0}
    assert read.notes == []


def test_stacked_files_with_other_columns_are_noted() -> None:
    two = ONE.rename(index={"P1": "P3", "P2": "P4"}).assign(c=[1.0, 2.0])
    assert read_radiomics([ONE, two]).notes[0]["detail"] == "1 columns are in one of two stacked files only"


def test_the_same_cells_twice_are_refused() -> None:
    with pytest.raises(RadiomicsError, match="prefix="):
        read_radiomics([ONE, ONE])


def test_files_without_a_common_sample_or_column_are_refused() -> None:
    with pytest.raises(IdentifierError, match="No patient is in both"):
        read_radiomics([ONE, ONE.rename(index={"P1": "X", "P2": "Y"}, columns=str.upper)])


def test_a_sample_has_one_patient() -> None:
    parts = [Table(ONE, mapping={"P1": "A", "P2": "B"}), Table(ONE.add_prefix("x"), mapping={"P1": "A", "P2": "C"})]
    with pytest.raises(IdentifierError, match="1 samples to different patients: 'P2'"):
        read_radiomics(parts)
