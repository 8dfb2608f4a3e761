from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass

import pandas as pd
import pytest

from radassoc.base.results import Result


@dataclass(frozen=True, eq=False, kw_only=True)
class Some(Result):
    default_figure = "plot_nothing"


def some(**given):
    return Some(table=pd.DataFrame({"gene": ["<b>EGFR</b>"], "p_value": [0.01]}), **given)


def test_frames_come_out_as_copies():
    result = some()
    mine = result.table
    mine.loc[0, "p_value"] = 1.0
    assert result.table.loc[0, "p_value"] == 0.01


def test_frames_go_in_as_copies():
    frame = pd.DataFrame({"p_value": [0.01]})
    result = Some(table=frame)
    frame.loc[0, "p_value"] = 1.0
    assert result.table.loc[0, "p_value"] == 0.01


def test_nothing_can_be_changed():
    result = some(params={"seed": 1})
    with pytest.raises(FrozenInstanceError):
        result.status = "ok"
    with pytest.raises(TypeError):
        result.params["seed"] = 2


def test_html_is_escaped_and_shows_no_patients():
    samples = pd.DataFrame({"score": [1.0]}, index=["patient-1"])
    html = some(samples=samples, reason="<script>", status="no_signal")._repr_html_()
    assert "<b>EGFR" not in html
    assert "&lt;b&gt;EGFR" in html
    assert "<script>" not in html
    assert "patient-1" not in html


def test_text_shows_status_counts_and_rows():
    text = repr(some(provenance={"counts": {"n_patients": 77}}))
    assert text.startswith("<Some: ok, patients 77>")
    assert "EGFR" in text


def test_can_cross_to_a_worker():
    result = pickle.loads(pickle.dumps(some(params={"a": 1})))
    assert result.params["a"] == 1
    with pytest.raises(TypeError):
        result.params["a"] = 2
