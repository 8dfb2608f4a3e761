from __future__ import annotations

import json

import pandas as pd
import pytest

from radassoc.base.codec import register
from radassoc.base.errors import StudyError
from radassoc.base.results import Result
from radassoc.study.store import Store, step_key

KEY = {"parameters": {"a": 1}, "inputs": ["x"], "upstream": {"cohort": "k"}, "seed": 1, "versions": {"radassoc": "1"}}


@register("store_test_result")
class Kept(Result):
    pass


def kept(value: float) -> Kept:
    frame = pd.DataFrame({"estimate": [value]})
    return Kept(table=frame, samples=pd.DataFrame({"patient": ["p1"], "score": [value]}))


@pytest.mark.parametrize(
    "change",
    [{"parameters": {"a": 2}}, {"inputs": ["y"]}, {"upstream": {"cohort": "l"}}, {"seed": 2}, {"versions": {}}],
)
def test_key_changes_with_each_part(change):
    assert step_key("pca", **KEY) != step_key("pca", **{**KEY, **change})


def test_key_ignores_the_order_of_parameters():
    first = step_key("pca", **{**KEY, "parameters": {"a": 1, "b": 2}})
    assert first == step_key("pca", **{**KEY, "parameters": {"b": 2, "a": 1}})
    assert first != step_key("table_one", **{**KEY, "parameters": {"a": 1, "b": 2}})


def test_kept_results_come_back_exactly_with_patients(tmp_path):
    store = Store(tmp_path / "out").open()
    store.keep("pca", "k1", {"pca": kept(0.1 + 0.2), "pca/second: <odd>": kept(1e-300)})
    back = store.read("pca", "k1")
    assert list(back) == ["pca", "pca/second: <odd>"]
    assert back["pca"].table["estimate"].iloc[0] == 0.1 + 0.2
    pd.testing.assert_frame_equal(back["pca"].samples, kept(0.1 + 0.2).samples, check_exact=True)
    assert store.has("pca", "k1")
    assert not store.has("pca", "k2")


def test_leftovers_are_removed(tmp_path):
    store = Store(tmp_path / "out").open()
    store.keep("pca", "old", {"pca": kept(1.0)})
    store.keep("pca", "new", {"pca": kept(2.0)})
    (store.private / "steps" / ".part-x").mkdir()
    store.forget_others({"pca": "new", "later": "not yet"})
    assert [path.name for path in (store.private / "steps").iterdir()] == ["pca-new"]


def test_folder_of_something_else_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(StudyError, match="something else"):
        Store(tmp_path).open()
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
    with pytest.raises(StudyError, match="is a file"):
        Store(tmp_path / "thesis.docx").open()


def test_folder_of_an_earlier_run_is_accepted_and_of_a_newer_version_refused(tmp_path):
    store = Store(tmp_path / "out").open()
    assert Store(tmp_path / "out").open().folder == store.folder
    marker = store.private / "run.json"
    marker.write_text(json.dumps({"format": 99}))
    with pytest.raises(StudyError, match="newer version"):
        store.open()
    marker.write_text("{")
    with pytest.raises(StudyError, match="damaged"):
        store.open()


def test_run_killed_before_its_marker_is_taken_up(tmp_path):
    (tmp_path / "out" / ".radassoc").mkdir(parents=True)
    assert (Store(tmp_path / "out").open().private / "run.json").is_file()
