from __future__ import annotations

import pytest

from radassoc.study.plan import Step, _check_order, plan_steps, step_keys
from radassoc.study.read import read_study

INPUTS = {"radiomics.csv": "1", "expression.tsv": "2", "clinical.csv": "3", "sets.gmt": "4"}


def keys(path, *, inputs=INPUTS, versions="v"):
    study = read_study(path)
    return step_keys(study, plan_steps(study), inputs=inputs, versions=versions)


def changed(path, old="", new="", **settings):
    before = keys(path)
    path.write_text(path.read_text().replace(old, new) if old else path.read_text())
    after = keys(path, **settings)
    return {name for name in before if before[name] != after.get(name)}


def test_steps_come_after_what_they_need(small_study):
    steps = plan_steps(read_study(small_study))
    assert [step.name for step in steps] == [
        "table_one",
        "pca",
        "risk_score",
        "validation",
        "groups",
        "table_one_risk_group",
        "sample_size",
        "association_radiomics_pathways",
        "enrichment_risk_score",
        "enrichment_columns",
        "enrichment_risk_score_adjusted",
        "enrichment_columns_adjusted",
    ]
    with pytest.raises(AssertionError, match="comes before"):
        _check_order([Step("groups", ("risk_score",), {}, dict)])


def test_column_is_never_adjusted_for_itself(small_study):
    small_study.write_text(small_study.read_text().replace('["age"]', '["age", "radiomics:VOLUME_TC"]'))
    names = [step.name for step in plan_steps(read_study(small_study))]
    assert "enrichment_columns" in names
    assert "enrichment_columns_adjusted" not in names


def test_setting_of_a_section_touches_only_what_follows_from_it(small_study):
    assert changed(small_study, "n_bootstraps = 4", "n_bootstraps = 5") == {
        "validation",
        "groups",
        "table_one_risk_group",
        "sample_size",
        "enrichment_risk_score",
        "enrichment_risk_score_adjusted",
    }


def test_gene_sets_touch_only_their_own_steps(small_study):
    assert changed(small_study, inputs={**INPUTS, "sets.gmt": "5"}) == {
        "association_radiomics_pathways",
        "enrichment_risk_score",
        "enrichment_columns",
        "enrichment_risk_score_adjusted",
        "enrichment_columns_adjusted",
    }


@pytest.mark.parametrize("settings", [{"inputs": {**INPUTS, "clinical.csv": "x"}}, {"versions": "w"}])
def test_data_and_versions_touch_everything(small_study, settings):
    assert changed(small_study, **settings) == set(keys(small_study))


def test_seed_touches_everything_and_title_nothing(small_study):
    assert changed(small_study, 'title = "Small', 'title = "Other') == set()
    assert changed(small_study, "seed = 3", "seed = 4") == set(keys(small_study))


def test_absent_sections_have_no_steps(write_study):
    study = read_study(write_study("[cohort]\nradiomics = 'r.csv'\n"))
    assert [step.name for step in plan_steps(study)] == ["pca"]
