from __future__ import annotations

from dataclasses import replace

import numpy as np

from radassoc.report.headline import key_sentences, subject_name


def told(results):
    return " ".join(key_sentences(results))


def test_no_gain_is_told_as_no_evidence_with_its_interval(validation):
    text = told({"validation": validation})
    assert "concordance of 0.550 (95% interval 0.420 to 0.660; 24 patients, 12 events; 0.5 is chance)" in text
    assert (
        "No evidence of a gain over tumour volume alone: concordance changes by −0.020 (95% interval −0.100 to 0.050); "
        "a study like this finds a change of 0.107 in four of five repetitions" in text
    )
    assert "No evidence that imaging adds to the prediction" in text
    assert "(p = 0.41)" in text


def test_gain_and_loss_are_told_as_such(validation):
    table = validation.table
    difference = table["measure"] == "concordance_difference"
    gain = table.assign(estimate=0.1, ci_low=0.05, ci_high=0.15).where(difference, table).astype(table.dtypes)
    text = told({"validation": replace(validation, table=gain)})
    assert "concordance rises by 0.100 (95% interval 0.050 to 0.150)" in text
    loss = table.assign(estimate=-0.1, ci_low=-0.15, ci_high=-0.05).where(difference, table).astype(table.dtypes)
    assert "concordance falls" in told({"validation": replace(validation, table=loss)})


def test_small_permutation_p_is_no_absence_of_evidence(validation):
    table = validation.table
    table["p_value"] = [np.nan, np.nan, np.nan, 0.01]
    text = told({"validation": replace(validation, table=table)})
    assert "rarely gives as much (p = 0.010)" in text
    assert "No evidence that imaging" not in text


def test_too_few_reruns_are_no_evidence_of_anything(validation, survival):
    params = {**validation.params, "n_permutations": 9}
    text = told({"validation": replace(validation, params=params)})
    assert "9 permutations cannot give a p-value below 0.05" in text
    assert "No evidence that imaging" not in text
    text = told({"survival": replace(survival, n_reruns=9)})
    assert "So few reruns cannot give a p-value below 0.05 (log-rank p = 0.31 against 9 reruns" in text
    assert "no evidence" not in text.lower()


def test_reruns_speak_of_imaging_not_of_the_curves(survival):
    text = told({"survival": replace(survival, n_reruns=99)})
    assert "hazard ratio 1.40" in text
    assert "No evidence that imaging contributes to the separation (log-rank p = 0.31 against 99 reruns" in text
    small = replace(survival, n_reruns=99, table=survival.table.assign(p_value=0.01))
    assert "rarely part the patients as much" in told({"survival": small})


def test_external_patients_are_named(evaluation):
    assert "In hn1, who took no part in training" in told({"evaluation_hn1": evaluation})
    assert "In test patients, who" in told({"evaluation_test": evaluation})


def test_empty_score_is_a_valid_answer(score):
    empty = replace(score, table=score.table.iloc[:0], status="no_signal", reason="no feature at any penalty")
    text = told({"risk_score": empty})
    assert "selected no imaging feature (no feature at any penalty)" in text


def test_groups_without_difference_give_interval_and_p(survival):
    text = told({"survival": survival})
    assert (
        "groups: no evidence of a difference (hazard ratio 1.40 (95% interval conditional on the groups 0.700" in text
    )
    assert "p = 0.31" in text


def test_groups_without_p_say_why(survival):
    table = survival.table.assign(p_value=np.nan)
    text = told({"survival": replace(survival, table=table, p_reason="the pipeline was not rerun")})
    assert "no p-value: the pipeline was not rerun" in text


def test_groups_that_cannot_be_formed_say_so(survival):
    text = told({"survival_test": replace(survival, status="no_signal", reason="the score is constant")})
    assert text == "Survival groups in test patients: the score is constant."


def test_enrichment_with_and_without_findings(results):
    before = told({"a": results["enrichment_risk_score"]})
    assert "1 of 2 gene sets is enriched along the risk score: HYPOXIA (NES 1.90, adjusted p = 0.004)." in before
    after = told({"a": results["enrichment_risk_score_adjusted"]})
    assert (
        "No evidence that any of 2 gene sets is enriched along the risk score, adjusted for idh_status and grade"
        in after
    )


def test_enrichment_without_p_values_says_why(results):
    result = results["enrichment_risk_score"]
    bare = replace(
        result,
        table=result.table.assign(p_value=np.nan, p_adjusted=np.nan),
        subjects=result.subjects.assign(reason="the pipeline was not rerun"),
    )
    assert told({"a": bare}) == "Gene sets along the risk score: no p-values (the pipeline was not rerun)."


def test_associations(association):
    assert "1 of 6 pairs of 3 features and 2 pathways are associated" in told({"a": association})
    note = "No evidence of association: the strongest, VOLUME_TC with HYPOXIA, is 0.5."
    nothing = replace(association, n_significant=0, notes=(note,))
    assert "No evidence of association between 3 features and 2 pathways: the strongest" in told({"a": nothing})


def test_wording_never_claims_absence(results):
    assert "no association" not in told(results).lower()
    assert "no effect" not in told(results).lower()


def test_subjects():
    assert subject_name("score") == "the risk score"


def test_the_score_beside_clinical_variables(clinical):
    text = told({"cox_table": clinical["cox_table"]})
    assert "the score has a hazard ratio of" in text
    assert "beside the other variables; no p-value, because the outcome took part." in text
    text = told({"cox_table_hn1": clinical["cox_table_hn1"]})
    assert text.startswith("Cox model in hn1: the score has a hazard ratio of")
    assert "no p-value" not in text


def test_nomogram_and_sample_size(clinical):
    text = told({"nomogram": clinical["nomogram"], "sample_size": clinical["sample_size"]})
    assert "The nomogram of age and sex has an optimism-corrected concordance of" in text
    assert "Sample size (Riley et al.): 20 candidate parameters need" in text


def test_stable_features_are_named_with_their_bound(score):
    table = score.table.assign(stable=[True, False])
    params = {**score.params, "stability_selection": {"expected_false": 0.8}}
    text = told({"s": replace(score, table=table, params=params)})
    assert "(at most 0.800 stable clusters of noise are expected)" in text
    assert "No feature is stable." in told({"s": replace(score, table=table.assign(stable=False), params=params)})
