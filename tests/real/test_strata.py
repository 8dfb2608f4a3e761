"""Strata of the published cohorts: what a clinician would ask first."""

from __future__ import annotations

import numpy as np
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError

pytestmark = [pytest.mark.real_data, pytest.mark.slow]


@pytest.fixture(scope="module")
def glioma(cohorts):
    folder = cohorts / "glioma"
    return ra.read_cohort(
        radiomics=folder / "radiomics.csv",
        clinical=folder / "clinical.csv",
        time="os_months",
        event="os_event",
        unit="months",
    )


def test_idh_in_men_and_women_with_glioma(glioma):
    found = ra.by_stratum(glioma, "sex", "survival", groups="idh_status")
    row = found.heterogeneity.set_index("measure").loc["hazard_ratio"]
    assert found.table.loc[found.table["measure"] == "hazard_ratio", "ci_low"].min() > 1  # mutation helps both
    assert row["ci_low"] < 1 < row["ci_high"]
    assert row["detectable"] > 5  # with 31 deaths


def test_too_few_deaths_with_mutated_idh_for_a_score(glioma):
    with pytest.raises(DesignError, match=r"too few events \(Mutant: 9 events"):
        ra.cross_apply(glioma, "idh_status")


def test_stage_in_men_and_women_with_lung_cancer(cohorts):
    folder = cohorts / "lung1"
    lung = ra.read_cohort(
        radiomics=folder / "radiomics.csv.gz",
        clinical=folder / "clinical.csv",
        time="Survival.time",
        event="deadstatus.event",
        unit="days",
    )
    found = ra.by_stratum(lung, "gender", "survival", variables=["age", "Overall.Stage"], per={"age": 10})
    assert found.strata["n_events"].tolist() == [58, 155]
    assert not found.heterogeneity["differs"].any()
    assert np.isfinite(found.heterogeneity["p_value"]).all()
