from __future__ import annotations

import hashlib

import pytest

from radassoc.base.errors import RadassocError, StudyError
from radassoc.study.cohorts import digests, read_cohorts, read_columns, source_paths, table_paths
from radassoc.study.read import read_study


def test_cohort_is_read_from_the_folder_of_the_study(small_study, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    cohorts = read_cohorts(read_study(small_study))
    assert cohorts.main.modalities == ("radiomics", "expression")
    assert len(cohorts.main.patients) == 60
    assert cohorts.main.outcome.unit == "months"
    assert cohorts.tests == {}


def test_test_patients_are_set_aside_by_fraction_or_column(small_study):
    text = small_study.read_text()
    small_study.write_text(text.replace('unit = "months"', 'unit = "months"\ntest = { fraction = 0.25 }'))
    cohorts = read_cohorts(read_study(small_study))
    train, test = set(cohorts.main.patients), set(cohorts.tests["test"].patients)
    assert not train & test
    assert len(train | test) == 60
    assert 12 <= len(test) <= 18
    small_study.write_text(
        text.replace('unit = "months"', 'unit = "months"\ntest = { column = "sex", values = ["male"] }')
    )
    cohorts = read_cohorts(read_study(small_study))
    assert set(cohorts.tests["test"].clinical["sex"]) == {"male"}
    assert set(cohorts.main.clinical["sex"]) == {"female"}


def test_external_cohorts_are_read_beside(small_study):
    external = '\n[external.hn1]\nradiomics = "radiomics.csv"\nclinical = { path = "clinical.csv", drop = ["age"] }\n'
    external += 'time = "os_months"\nevent = "os_event"\nunit = "months"\n'
    small_study.write_text(small_study.read_text() + external)
    cohorts = read_cohorts(read_study(small_study))
    assert list(cohorts.tests) == ["hn1"]
    assert "age" not in cohorts.tests["hn1"].clinical.columns


def test_problems_of_all_cohorts_are_told_at_once(small_study):
    external = (
        '\n[external.hn1]\nradiomics = "radiomics.csv"\nclinical = "clinical.csv"\ntime = "osx"\nevent = "os_event"\n'
    )
    text = small_study.read_text().replace('event = "os_event"', 'event = "dead"', 1)
    small_study.write_text(text + external + 'unit = "months"\n')
    with pytest.raises(RadassocError) as caught:
        read_cohorts(read_study(small_study))
    assert "dead" in str(caught.value)
    assert "osx" in str(caught.value)


def test_digests_follow_the_bytes_of_every_file(small_study):
    study = read_study(small_study)
    assert set(source_paths(study)) == {"radiomics.csv", "expression.tsv", "clinical.csv", "sets.gmt"}
    first = digests(study)
    assert first["sets.gmt"] == hashlib.sha256((study.folder / "sets.gmt").read_bytes()).hexdigest()
    (study.folder / "sets.gmt").write_text("CHANGED\tx\tGENE1\n")
    second = digests(study)
    assert {name for name in first if first[name] != second[name]} == {"sets.gmt"}


def test_paths_inside_tables_and_mappings_count(write_study):
    text = '[cohort]\nradiomics = [{ path = "t1.csv", prefix = "T1_" }, "t2.csv"]\n'
    text += '[cohort.other]\nmutations = { path = ["m.csv"], mapping = "ids.csv" }\n'
    assert list(source_paths(read_study(write_study(text)))) == ["t1.csv", "t2.csv", "m.csv", "ids.csv"]


def test_missing_files_are_told_at_once(write_study):
    study = read_study(write_study('[cohort]\nradiomics = "a.csv"\nexpression = "b.tsv"\n'))
    with pytest.raises(StudyError) as caught:
        digests(study)
    assert "a.csv is not there" in str(caught.value)
    assert "b.tsv is not there" in str(caught.value)


def test_columns_can_be_read_without_the_outcome(small_study):
    small_study.write_text(small_study.read_text().replace('time = "os_months"', 'time = "os_monts"'))
    main = read_columns(read_study(small_study)).main
    assert main.outcome is None
    assert len(main.column("age")) == 60
    (small_study.parent / "radiomics.csv").write_text("ID,a\nP1,1\nP1,x\n")
    assert read_columns(read_study(small_study)) is None


def test_tables_are_the_files_without_gene_sets(small_study):
    assert set(table_paths(read_study(small_study))) == {"radiomics.csv", "expression.tsv", "clinical.csv"}
