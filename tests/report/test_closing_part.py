from __future__ import annotations

from dataclasses import replace

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result
from radassoc.report.closing_part import (
    families_section,
    limits_section,
    methods_section,
    other_section,
    patient_section,
    provenance_section,
)


@register("closing_test_result")
class Unheard(Result):
    pass


def words(section):
    parts = [block.text for block in section.blocks] + [block.caption for block in section.blocks]
    return " ".join(parts + [item for block in section.blocks for item in block.items])


def test_methods_have_references(results):
    told = words(methods_section(results))
    assert "Risk score. Radiomics: features missing" in told
    assert "doi:10.1073/pnas.0506580102" in told
    assert methods_section({}) is None


def test_families_tell_the_primary_hypothesis(results, study):
    assert "named one primary hypothesis" in words(families_section(results))
    assert "all tests are exploratory" in words(families_section({**results, "study": replace(study, primary="")}))
    assert families_section({}) is None


def test_sections_that_did_not_run_are_limits(results, validation):
    assert "[association] was not run: the study has no expression." in words(limits_section(results))
    assert "inside one cohort only" in words(limits_section({"validation": validation}))
    assert "inside one cohort only" not in words(limits_section(results))


def test_provenance_tells_seed_files_versions_and_settings(results, validation):
    section = provenance_section(results)
    told = words(section)
    assert "Seed 1" in told
    assert '[cohort]\nradiomics = "radiomics.csv"\ntest = {"fraction": 0.3}' in told
    assert "f1ngerpr1nt" in told
    captions = [block.caption for block in section.blocks]
    assert captions.index("Data files") < captions.index("Versions")
    assert provenance_section({"validation": validation}).blocks[0].caption == "Versions"
    assert provenance_section({}) is None


def test_unknown_results_keep_a_table():
    odd = Unheard(table=pd.DataFrame({"estimate": [1.5]}), status="not_estimable", reason="too few")
    section = other_section({"odd_one": odd})
    assert section.blocks[0].rows == (("1.50",),)
    assert "not_estimable: too few." in words(section)
    assert other_section({}) is None


def test_single_patients_have_a_section_of_their_own(results, validation):
    assert "PAT-000-QZ" in str(patient_section({"validation": validation}).blocks[0].rows)
    assert patient_section({}) is None
