"""What a table's description accepts, and how sources become single files."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import InputError
from radassoc.tables.table import ReadTable, Table, as_tables, note


def test_it_is_public() -> None:
    assert ra.Table is Table


def test_a_path_a_frame_and_a_table_each_make_one() -> None:
    frame = pd.DataFrame({"a": [1.0]})
    assert [table.path for table in as_tables("x.csv")] == ["x.csv"]
    assert as_tables(frame)[0].path is frame
    table = Table("x.csv", drop="Date")
    assert as_tables(table) == [table]
    assert table.drop == ("Date",)


def test_lists_are_flattened_and_keep_their_settings() -> None:
    tables = as_tables([Table(["a.csv", "b.csv"], prefix=("T1_", "T2_"), sep=";"), Path("c.csv")])
    assert [(str(t.path), t.prefix, t.sep) for t in tables] == [
        ("a.csv", "T1_", ";"),
        ("b.csv", "T2_", ";"),
        ("c.csv", "", None),
    ]
    assert Table(["folder/a.csv", "b.csv"]).name == "a.csv, b.csv"


def test_it_is_frozen() -> None:
    with pytest.raises(AttributeError):
        Table("x.csv").sep = ","  # type: ignore[misc]


@pytest.mark.parametrize(
    "settings",
    [
        {"orientation": "rows"},
        {"duplicates": "median"},
        {"missing_patient": "keep"},
        {"identifier_rule": "x"},
        {"decimal": ";"},
    ],
)
def test_an_unknown_choice_names_the_known_ones(settings: dict[str, str]) -> None:
    with pytest.raises(InputError, match=f"{next(iter(settings))}=.*is no choice"):
        Table("x.csv", **settings)


def test_one_prefix_per_file() -> None:
    with pytest.raises(InputError, match="3 prefixes are given for 2 files"):
        as_tables(Table(["a.csv", "b.csv"], prefix=("1", "2", "3")))


def test_an_empty_list_is_no_source() -> None:
    with pytest.raises(InputError, match="cannot be read from list"):
        as_tables([])


def test_a_read_table_shows_counts_and_no_identifiers() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0]}, index=["S1", "S2"])
    patients = pd.Series(["P", "P"], index=frame.index)
    read = ReadTable(
        name="mri", frame=frame, patients=patients, features=pd.DataFrame(), notes=[note("mri", "b", "text")]
    )
    assert repr(read) == "<ReadTable mri: 2 samples x 1 columns, 1 patients, 1 notes>"
    with pytest.raises(ValueError, match="patients must be given"):
        ReadTable(name="mri", frame=frame, patients=patients[:1], features=pd.DataFrame(), notes=[])
