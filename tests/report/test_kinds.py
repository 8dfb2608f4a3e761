from __future__ import annotations

from radassoc.report.kinds import kind_of, of_kind


def test_kinds_are_told_apart(results):
    assert [kind_of(value) for value in results.values()][:5] == [
        "study_description",
        "cohort",
        "table_one",
        "pca",
        "risk_score",
    ]
    assert kind_of({}) == kind_of(None) == ""


def test_results_of_a_kind_keep_their_order(results):
    assert list(of_kind(results, "enrichment")) == ["enrichment_risk_score", "enrichment_risk_score_adjusted"]
    assert list(of_kind(results, "pca", "cohort")) == ["cohort", "pca"]
