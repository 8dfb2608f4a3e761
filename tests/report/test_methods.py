from __future__ import annotations

from dataclasses import replace

from radassoc.report.methods import methods_paragraphs, references


def text(results):
    return "\n".join(methods_paragraphs(results))


def test_numbers_of_the_study_are_filled_in(results):
    told = text(results)
    for part in (
        "The study comprised 24 patients, with 4 columns of radiomics in 24 patients and 6 columns of expression",
        "Survival (os, in months) was known in 24, 12 of whom had the event (dead).",
        "Features missing in more than 20",
        "absolute correlation above 0.950",
        "4 of 4 features went on",
        "A LASSO Cox model (Efron ties)",
        "10-fold cross-validation, repeated 2 times",
        "5 outer folds, repeated 2 times",
        "50 bootstrap samples",
        "99 permutations",
        "source of the groups: out of fold",
        "adjusted for idh_status and grade",
        "6 tests, correction BH",
    ):
        assert part in told, part


def test_settings_change_the_text(score, validation):
    told = text({"s": replace(score, params={"l1_ratio": 0.5, "covariates": ("age",), "strata": ("site",)})})
    assert "elastic-net (L1 share 0.500)" in told
    assert "with unpenalised age, stratified by site" in told
    assert "bootstrap" not in text({"v": replace(validation, params={"n_outer_folds": 3})})


def test_reruns_are_told_where_the_score_saw_the_outcome(results):
    result = results["enrichment_risk_score"]
    rerun = replace(result, subjects=result.subjects.assign(p_value_from="rerun"))
    assert "reruns of the whole pipeline" in text({"e": rerun})
    assert "1000 permutations" in text({"e": result})


def test_references_are_those_of_the_methods_used(results, pca):
    assert any("10.1073/pnas.0506580102" in item for item in references(results))
    assert references({"pca": pca}) == []
    assert len(references(results)) == len(set(references(results)))
