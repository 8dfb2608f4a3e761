"""Differences between the sexes in published cohorts: told as what they are, and nothing that rests on one patient."""

from __future__ import annotations

from pathlib import Path

import pytest

import radassoc as ra

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def glioma(request: pytest.FixtureRequest) -> ra.Cohort:
    folder: Path = request.getfixturevalue("cohorts") / "glioma"
    return ra.read_cohort(
        radiomics=folder / "radiomics.csv",
        expression=folder / "expression.tsv.gz",
        clinical=folder / "clinical.csv",
        time="os_months",
        event="os_event",
        unit="months",
    )


def test_no_sex_difference_is_claimed_where_twelve_women_died(glioma: ra.Cohort) -> None:
    found = ra.interactions(glioma, "sex", covariates=["age"])
    assert found.status == "no_signal"
    assert found.strata["n_events"].tolist() == [12, 20]
    assert any("Not even a ratio of hazard ratios of 5" in note for note in found.notes)
    # the trap: effects whose own p-values point to a difference that the test does not see
    own = found.effects.pivot(index="feature", columns="stratum", values="p_value")
    assert ((own["male"] < 0.05) & (own["female"] > 0.05)).sum() >= 5


def test_a_gene_that_is_not_expressed_makes_no_difference(glioma: ra.Cohort) -> None:
    found = ra.interactions(glioma, "sex", left="expression", covariates=["age"])
    assert "AMHR2" in set(found.dropped["name"])
    assert not found.table["differs"].any()
    assert found.strata["n_events"].sum() == 187


def test_men_and_women_of_the_imaged_patients_differ_in_grade(glioma: ra.Cohort) -> None:
    imaged = glioma.subset(glioma.patient_frame("radiomics").index)
    told = ra.strata.balance(imaged, "sex", ["age", "idh_status", "oncotree_code"])
    whole = told.table.drop_duplicates("variable").set_index("variable")["variable_difference"]
    assert whole["oncotree_code"] > whole["idh_status"] > 0.4
    weighted = ra.strata.weighted_comparison(imaged, "sex", ["age", "idh_status"]).table.set_index("model")
    assert weighted.loc["unweighted", "p_value"] < 0.05 < weighted.loc["weighted", "p_value"]
