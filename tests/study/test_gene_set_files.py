from __future__ import annotations

import gzip

import pytest

from radassoc.study.check import check_study
from radassoc.study.cohorts import source_paths
from radassoc.study.gene_set_files import gene_set_files, gene_set_source, listed
from radassoc.study.plan import plan_steps
from radassoc.study.read import read_study


def test_one_name_several_or_none():
    assert (listed(None), listed("a"), listed(["a", "b"])) == ([], ["a"], ["a", "b"])


@pytest.mark.parametrize("name", ["sets.gmt", "sets.gmt.gz", "SETS.GMT"])
def test_files_are_told_from_bundled_names(small_study, name):
    assert gene_set_files(["hypoxia", name]) == (name,)
    study = read_study(small_study)
    assert gene_set_source(study, name) == small_study.parent / name
    assert gene_set_source(study, "hypoxia") == "hypoxia"


def test_compressed_sets_beside_the_study_are_found_from_anywhere(small_study, monkeypatch, tmp_path):
    packed = small_study.parent / "sets.gmt.gz"
    packed.write_bytes(gzip.compress((small_study.parent / "sets.gmt").read_bytes()))
    small_study.write_text(small_study.read_text().replace('"sets.gmt"', '"sets.gmt.gz"'))
    monkeypatch.chdir(tmp_path)
    assert check_study(small_study).problems == ()
    study = read_study(small_study)
    assert source_paths(study)["sets.gmt.gz"] == packed
    files = {step.name: step.files for step in plan_steps(study)}
    assert files["association_radiomics_pathways"] == files["enrichment_columns"] == ("sets.gmt.gz",)
