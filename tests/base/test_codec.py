from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import radassoc as ra
from radassoc.base import codec
from radassoc.base.errors import FormatError
from radassoc.base.results import Family, Fit, Result

TEXTS = [
    "",
    "1",
    "1.0",
    "nan",
    "True",
    " padded ",
    '"quoted"',
    "[list]",
    "comma, and\r\nline",
    "0e5",
    "-inf",
    "ä✓",
    "NA",
]


@codec.register("test_fit")
@dataclass(frozen=True, eq=False, kw_only=True)
class SomeFit(Fit):
    cut: float


@codec.register("test_result", version=3)
@dataclass(frozen=True, eq=False, kw_only=True)
class SomeResult(Result):
    fit: SomeFit
    values: np.ndarray
    labels: pd.Index
    score: pd.Series


@codec.migration("test_result", from_version=1)
def _one_to_two(stored):
    stored["score"] = stored.pop("risk")
    return stored


@codec.migration("test_result", from_version=2)
def _two_to_three(stored):
    stored.pop("obsolete")
    return stored


def some_result():
    numbers = np.array([0.1 + 0.2, np.nan, np.inf, -np.inf, 5e-324, 1.7976931348623157e308, -0.0])
    table = pd.DataFrame(
        {
            "x": numbers,
            "n": np.arange(7),
            "flag": [True, False] * 3 + [True],
            "text": TEXTS[:7],
            "other": [*TEXTS[7:], None],
            "group": pd.Categorical(["b", "a", None, "a", "b", "b", "a"], categories=["b", "a"], ordered=True),
            "day": pd.to_datetime(["2020-01-01", None, "2021-05-05", *["2020-01-01"] * 4]),
        }
    )
    return SomeResult(
        table=table,
        fit=SomeFit(table=pd.DataFrame({"a": pd.Series([], dtype="float64")}), cut=0.1 + 0.2),
        values=np.array([[1.5, np.inf], [np.nan, -2.0]]),
        labels=pd.Index(["p1", "2"], name="patient"),
        score=pd.Series([1.0, 2.0], index=pd.Index(["007", "8"], name="patient"), name="risk_score"),
        params={"covariates": ("age", "sex"), "seed": 0, "none": None, "rate": float("nan")},
        families=(Family(hypothesis="H0", n_tests=3, correction="bh"),),
        samples=pd.DataFrame({"score": [1.0]}, index=pd.Index(["secret-patient"], name="patient")),
    )


def assert_same(a, b):
    pd.testing.assert_frame_equal(a.table, b.table, check_exact=True)
    assert np.array_equal(np.signbit(a.table["x"]), np.signbit(b.table["x"]))
    pd.testing.assert_frame_equal(a.fit.table, b.fit.table, check_exact=True)
    assert a.fit.cut == b.fit.cut
    np.testing.assert_array_equal(a.values, b.values)
    pd.testing.assert_index_equal(a.labels, b.labels)
    pd.testing.assert_series_equal(a.score, b.score, check_exact=True)
    assert a.params["covariates"] == b.params["covariates"]
    assert np.isnan(b.params["rate"])
    assert b.families[0].hypothesis == "H0"


@pytest.mark.parametrize("name", ["folder", "file.json"])
def test_round_trip_is_exact(tmp_path, name):
    result = some_result()
    path = result.save(tmp_path / name)
    assert_same(result, ra.load(path))


@pytest.mark.parametrize("name", ["folder", "file.json"])
def test_patients_stay_out_unless_asked_for(tmp_path, name):
    result = some_result()
    result.save(tmp_path / name)
    written = "".join(p.read_text() for p in tmp_path.rglob("*") if p.is_file())
    assert "secret-patient" not in written
    assert ra.load(tmp_path / name).samples is None
    result.save(tmp_path / name, patient_level=True)
    pd.testing.assert_frame_equal(ra.load(tmp_path / name).samples, result.samples, check_exact=True)


def test_same_result_gives_same_bytes(tmp_path):
    for name in ("a", "b"):
        some_result().save(tmp_path / name)
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files == sorted(p.name for p in (tmp_path / "b").iterdir())
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)


def test_replaces_its_own_folder_but_no_other(tmp_path):
    some_result().save(tmp_path / "a")
    some_result().save(tmp_path / "a")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.docx").write_text("work of years")
    with pytest.raises(FormatError, match="something else"):
        some_result().save(tmp_path / "other")


def test_older_kinds_are_migrated_step_by_step(tmp_path):
    path = some_result().save(tmp_path / "old.json")
    manifest = json.loads(path.read_text())
    stored = manifest["content"]["fields"]
    stored["risk"], stored["obsolete"] = stored.pop("score"), 1
    manifest["content"]["version"] = 1
    path.write_text(json.dumps(manifest))
    assert_same(some_result(), ra.load(path))


@pytest.mark.parametrize("where", ["format", "kind"])
def test_newer_files_are_refused(tmp_path, where):
    path = some_result().save(tmp_path / "new.json")
    manifest = json.loads(path.read_text())
    if where == "format":
        manifest["format"] = 99
    else:
        manifest["content"]["version"] = 99
    path.write_text(json.dumps(manifest))
    with pytest.raises(FormatError, match="Update radassoc"):
        ra.load(path)


def test_unknown_kind_is_refused(tmp_path):
    path = some_result().save(tmp_path / "x.json")
    path.write_text(path.read_text().replace('"test_result"', '"never_heard_of"'))
    with pytest.raises(FormatError, match="never_heard_of"):
        ra.load(path)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"format": 1}', "\x00"])
def test_damage_is_told(tmp_path, content):
    path = tmp_path / "x.json"
    path.write_text(content)
    with pytest.raises(FormatError):
        ra.load(path)


def test_nothing_there(tmp_path):
    with pytest.raises(FormatError, match="nothing that radassoc saved"):
        ra.load(tmp_path / "absent")


def test_a_truncated_table_is_told(tmp_path):
    path = some_result().save(tmp_path / "a")
    table = path / "table.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:2]))
    with pytest.raises(FormatError, match="rows"):
        ra.load(path)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    numbers=st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=5),
    texts=st.lists(st.one_of(st.none(), st.text(max_size=8).filter(lambda t: "\x00" not in t)), max_size=5),
)
def test_any_number_and_text_comes_back(tmp_path_factory, numbers, texts):
    folder = tmp_path_factory.mktemp("any")
    for values in (pd.Series(numbers, dtype="float64"), pd.Series(texts, dtype="object")):
        fit = SomeFit(table=pd.DataFrame({"v": values}), cut=1.0)
        back = ra.load(fit.save(folder / "fit.json")).table
        pd.testing.assert_frame_equal(fit.table, back, check_exact=True)


@pytest.mark.parametrize("text", ["0\r0", "a\rb", "a\r\nb", "a\nb", "\r"])
def test_lines_within_a_text_come_back(tmp_path, text):
    fit = SomeFit(table=pd.DataFrame({text: [text, "c"]}), cut=1.0)
    for path in ("fit.json", "folder"):
        pd.testing.assert_frame_equal(ra.load(fit.save(tmp_path / path)).table, fit.table, check_exact=True)


def test_multi_index_survives(tmp_path):
    index = pd.MultiIndex.from_tuples([("a", 1), ("b", 2)], names=["stratum", "n"])
    fit = SomeFit(table=pd.DataFrame({"v": [1.0, 2.0]}, index=index), cut=0.0)
    back = ra.load(fit.save(tmp_path / "fit")).table
    pd.testing.assert_frame_equal(fit.table, back, check_exact=True)
