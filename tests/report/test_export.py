from __future__ import annotations

import json

import pandas as pd
import pytest

import radassoc as ra
from radassoc.report.export import export_all, result_tables, write_atomic

pytestmark = pytest.mark.slow


@pytest.fixture
def folder(tmp_path, results, pictures):
    export_all(results, pictures, tmp_path)
    return tmp_path


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_every_table_figure_and_fit_is_a_file(folder, pictures):
    files = content(folder)
    for name in (
        "tables/risk_score.csv",
        "tables/survival_curves.csv",
        "tables/cohort_audit.csv",
        "tables/families.csv",
    ):
        assert name in files
    assert sum(name.endswith(".pdf") for name in files) == sum(name.endswith(".png") for name in files) == len(pictures)
    score = ra.load(folder / "models" / "risk_score.json")
    assert list(score.table["coefficient"]) == [0.5, -0.25]


def test_tables_are_read_back_with_full_precision(folder, validation):
    back = pd.read_csv(folder / "tables" / "validation.csv")
    assert list(back["estimate"]) == list(validation.table["estimate"])


def test_no_file_names_a_patient(folder, cohort):
    texts = b"".join(data for name, data in content(folder).items() if name.endswith((".csv", ".json")))
    assert not [patient for patient in cohort.patients if patient.encode() in texts]


def test_patient_level_frames_are_not_exported(results):
    names = [name for name, _ in result_tables(results)]
    assert not [name for name in names if name.endswith(("_samples", "_null_samples", "_null_groups"))]


def test_provenance_tells_settings_data_and_status(folder):
    told = json.loads((folder / "provenance.json").read_text())
    assert told["study"]["settings"]["cohort"]["test"] == {"fraction": 0.3}
    assert told["study"]["files_sha256"] == {"radiomics.csv": "ab" * 32}
    assert told["results"]["validation"]["status"] == "ok"
    assert told["versions"]["radassoc"]
    assert len(told["cohorts"]["cohort"]) >= 16


def test_second_export_gives_the_same_bytes_and_removes_what_is_gone(folder, results, pictures):
    before = content(folder)
    (folder / "tables" / "old.csv").write_text("x")
    (folder / "notes.txt").write_text("mine")
    export_all(results, pictures, folder)
    after = content(folder)
    assert after.pop("notes.txt") == b"mine"
    assert after == before


def test_file_is_replaced_whole_or_not_at_all(tmp_path):
    path = write_atomic(tmp_path / "sub" / "a.txt", "old")
    assert write_atomic(path, b"new").read_text() == "new"
    assert [item.name for item in path.parent.iterdir()] == ["a.txt"]
