from __future__ import annotations

from radassoc.survival.cox_table import cox_table


def test_complete_and_plenty_is_told_in_one_sentence(clinical_cohort):
    assert cox_table(clinical_cohort, "sex").notes[0] == "136 events for 1 candidate parameter: 136.0 events each."


def test_missing_values_and_shrinkage(clinical_cohort):
    few = clinical_cohort.subset(clinical_cohort.patients[:60])
    notes = " ".join(cox_table(few, ["age", "sex", "grade", "size"]).notes)
    assert "lack a value: the multivariable model takes" in notes
    assert "(fewer than 10" in notes or "events each." in notes
    assert "Expected shrinkage" in notes
