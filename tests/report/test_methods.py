from __future__ import annotations

from dataclasses import replace

from radassoc.report.methods import methods_paragraphs


def text(results):
    return "\n".join(methods_paragraphs(results))


def test_numbers_of_the_study_are_filled_in(results):
    told = text(results)
    for part in (
        "The study comprised 24 patients, with 4 columns of radiomics in 24 patients and 6 columns of expression",
        "Survival (os, in months) was known in 24, 12 of whom had the event (dead).",
        "Radiomics: features missing in more than 20",
        "absolute correlation above 0.950",
        "4 of 4 features went on",
        "A LASSO Cox model (Efron ties)",
        "10-fold cross-validation, repeated 2 times",
        "5 outer folds, repeated 2 times",
        "50 bootstrap samples",
        "99 permutations",
        "source of the groups: out of fold",
        "adjusted for idh_status and grade",
        "6 tests, correction: Benjamini-Hochberg",
    ):
        assert part in told, part


def test_settings_change_the_text(score, validation):
    told = text({"s": replace(score, params={"l1_ratio": 0.5, "covariates": ("age",), "strata": ("site",)})})
    assert "An elastic-net (L1 share 0.500)" in told
    assert "with unpenalised age, stratified by site" in told
    assert "bootstrap" not in text({"v": replace(validation, params={"n_outer_folds": 3})})


def test_reruns_are_told_where_the_score_saw_the_outcome(results):
    result = results["enrichment_risk_score"]
    rerun = replace(result, subjects=result.subjects.assign(p_value_from="rerun"))
    assert "reruns of the whole pipeline" in text({"e": rerun})
    assert "1000 permutations" in text({"e": result})


def test_further_options_of_the_score_are_told(score):
    selection = {"q": 7, "n_clusters": 40, "threshold": 0.75, "expected_false": 0.8, "cluster_correlation": 0.7}
    params = {
        "l1_ratio": 0.0,
        "screen": 50,
        "criterion": "concordance",
        "penalty_factors": {"radiomics": 1.0, "pathways": 0.5},
        "stability": 25,
        "stability_selection": selection,
        "splits": 20,
    }
    told = text({"s": replace(score, params=params)})
    for part in (
        "The 50 features with the largest Cox score statistics were kept; a ridge (penalty factors: radiomics 1.00 and",
        "cross-validation of concordance (best concordance)",
        "25 pairs of complementary half-samples, the first 7 of 40 clusters",
        "20 random splits",
    ):
        assert part in told, part


def test_measures_and_cuts_of_the_validation_are_told(validation):
    params = {**validation.params, "times": (12.0, 24.0), "tau": 30.0, "cut": "maxstat"}
    told = text({"v": replace(validation, params=params, unit="months")})
    assert "Brier score at 12 and 24 months, the integrated Brier score up to 30 months" in told
    assert "the cut with the largest log-rank statistic of its own inner out-of-fold scores" in told


def test_clinical_models_are_told(clinical):
    told = text(clinical)
    for part in (
        "Unpenalised Cox models (Efron ties) of score, age and sex",
        "Cox models of score within levels of sex",
        "A Cox model (Efron ties) of age and sex; performance was corrected by the optimism of 5 bootstrap samples",
        "for 20 candidate parameters",
    ):
        assert part in told, part
