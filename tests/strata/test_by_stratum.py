import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import radassoc as ra
from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.strata.by_stratum import by_stratum

ORACLES = Path(__file__).parents[1] / "oracles"
TOLD = json.loads((ORACLES / "by_stratum.json").read_text())


@pytest.fixture(scope="module")
def by_r():
    frame = pd.read_csv(ORACLES / "by_stratum.csv", dtype={"patient": str}).set_index("patient")
    return Cohort.from_frames(
        radiomics=frame[["feature"]],
        expression=frame[["gene"]],
        clinical=frame[["sex", "age", "time", "event"]],
        time="time",
        event="event",
        unit="months",
    )


@pytest.fixture(scope="module")
def cox(parted):
    return by_stratum(parted, "sex", "survival", variables=["radiomics:f0", "age"])


def test_cox_equals_r_per_stratum(by_r):
    found = by_stratum(by_r, "sex", "survival", variables=["feature", "age"])
    rows = found.table[(found.table["model"] == "multivariable") & (found.table["variable"] == "feature")]
    for row in rows.itertuples():
        assert_allclose([row.effect, row.std_error], list(TOLD["cox"][row.stratum].values()), rtol=1e-6)
    test = found.heterogeneity.set_index(["model", "variable"]).loc[("multivariable", "feature")]
    assert_allclose([test["statistic"], test["p_value"]], [TOLD["cox_Q"], TOLD["cox_p"]], rtol=1e-5)
    ratio = np.exp(TOLD["cox"]["male"]["effect"] - TOLD["cox"]["female"]["effect"])
    assert_allclose(test["estimate"], ratio, rtol=1e-6)
    assert test["contrast_of_strata"] == "male / female"


def test_slopes_equal_r_per_stratum(by_r):
    found = by_stratum(by_r, "sex", "association", left="radiomics", right="expression", method="linear")
    for row in found.table.itertuples():
        assert_allclose([row.effect, row.std_error], TOLD["slopes"][row.stratum], rtol=1e-9)
    assert found.keys == (found.results["male"].left_name, found.results["male"].right_name)
    one = found.heterogeneity.iloc[0]
    assert one["estimate_kind"] == "difference_of_slopes"
    female, male = TOLD["slopes"]["female"], TOLD["slopes"]["male"]
    assert_allclose(one["estimate"], male[0] - female[0], rtol=1e-9)


def test_each_stratum_is_the_verb_alone(parted, cox):
    men = parted.subset(parted.column("sex").index[parted.column("sex") == "male"])
    alone = ra.cox_table(men, ["radiomics:f0", "age"])
    assert_allclose(cox.results["male"].table["hazard_ratio"], alone.table["hazard_ratio"])
    assert cox.strata["stratum"].tolist() == ["female", "male"]
    assert cox.table.columns[:4].tolist() == ["stratum", "model", "variable", "contrast"]


def test_correlations_are_compared_by_fisher(parted):
    found = by_stratum(parted, "sex", "association", left="radiomics", right="expression", method="pearson")
    row = found.heterogeneity.set_index(["feature", "gene"]).loc[("f0", "G0")]
    r = {s: t.table.set_index(["feature", "gene"]).loc[("f0", "G0")] for s, t in found.results.items()}
    z = {s: np.arctanh(v["estimate"]) for s, v in r.items()}
    assert_allclose(row["estimate"], z["male"] - z["female"], rtol=1e-9)
    # var of Fisher's z: 1 / (n - 3)
    assert_allclose(row["statistic"], row["estimate"] ** 2 / (1 / 47 + 1 / 37), rtol=1e-6)
    assert row["significant_in"] == "female, male"
    assert len(found.heterogeneity) == 8 * 30
    assert found.families[0].n_tests == int(found.heterogeneity["p_value"].notna().sum())


def test_claim_trap_is_told(cox):
    text = repr(cox)
    assert "no evidence of a difference" in text
    assert "p of heterogeneity" in text
    assert "no evidence" in cox._repr_html_()
    row = cox.heterogeneity.set_index(["model", "variable"]).loc[("univariable", "radiomics:f0")]
    assert row["significant_in"] == "male"
    assert row["detectable"] > 1


def test_html_names_no_patient(parted, cox):
    assert not [p for p in parted.patients if p in cox._repr_html_()]


@pytest.mark.slow
def test_group_curves_share_their_time(parted):
    found = by_stratum(parted, "sex", "survival", groups="arm")
    taus = {r.tau for r in found.results.values()}
    assert len(taus) == 1
    assert any("Restricted means go to" in told for told in found.notes)
    assert set(found.heterogeneity["measure"]) == {"hazard_ratio", "rmst_difference"}
    given = by_stratum(parted, "sex", "survival", groups="arm", tau=15.0)
    assert {r.tau for r in given.results.values()} == {15.0}


def test_a_step_of_one_sd_is_the_same_in_all_strata(parted):
    found = by_stratum(parted, "sex", "survival", variables=["age"], per={"age": "SD"})
    assert found.heterogeneity["n_strata"].tolist() == [2]
    assert found.table["contrast"].nunique() == 1
    assert any("one step is" in told for told in found.notes)


def test_three_strata_and_a_small_one(parted):
    found = by_stratum(parted, "rare", "survival", variables="age")
    told = found.strata.set_index("stratum")
    assert told["status"].tolist() == ["not_estimable", "ok", "ok"]
    assert "4 patients" in told.loc["r", "reason"]
    assert "at least 10 patients and 5 events" in told.loc["r", "reason"]
    assert found.heterogeneity["contrast_of_strata"].tolist() == ["t / s"]
    three = by_stratum(parted, "centre", "survival", variables="age")
    assert three.heterogeneity["df"].tolist() == [2.0]
    assert three.heterogeneity["estimate"].isna().all()


def test_too_few_strata_are_refused_with_the_numbers(parted):
    with pytest.raises(DesignError, match=r"1 of 2 strata .*r: 4 patients"):
        by_stratum(parted, "rare", "survival", variables="age", levels=["r", "s"])


def test_missing_strata_are_counted(parted):
    found = by_stratum(parted, "idh", "survival", variables="age")
    n = int(parted.column("idh").isna().sum())
    assert found.provenance["counts"]["n_without_stratum"] == n
    assert any(told == f"Left out, without known idh: {n}." for told in found.notes)
    assert found.strata["n_patients"].sum() == 90 - n


def test_a_function_of_a_cohort(parted):
    found = by_stratum(
        parted, "sex", lambda part, scale: ra.associate(part, "radiomics", "expression", keep="all"), scale=1
    )
    assert len(found.heterogeneity) == 240
    with pytest.raises(InputError, match="returned int"):
        by_stratum(parted, "sex", lambda part: 1)


def test_enrichment_is_tested_by_slopes(parted):
    sets = {"one": [f"G{j}" for j in range(12)], "two": [f"G{j}" for j in range(12, 26)]}
    asked = {"by": "radiomics:f0", "gene_sets": sets, "n_permutations": 60}
    found = by_stratum(parted, "sex", "enrichment", **asked)
    direct = ra.compare_enrichment(parted, "radiomics:f0", sets, groups="sex", n_permutations=60)
    assert_allclose(found.heterogeneity["p_value"], direct.table.set_index("pathway").loc[["one", "two"], "p_value"])
    assert found.heterogeneity["ci_low"].isna().all()
    three = by_stratum(parted, "centre", "enrichment", **asked)
    assert three.heterogeneity["p_value"].isna().all()
    assert three.heterogeneity["reason"].str.contains("two groups").all()
    survival = by_stratum(parted, "sex", "enrichment", **{**asked, "by": "survival"})
    assert survival.heterogeneity["reason"].str.contains("slopes").all()


@pytest.mark.slow
def test_nested_concordance_has_an_interval_and_no_p(parted):
    settings = {"n_outer_repeats": 1, "n_bootstraps": 20, "n_permutations": 0, "n_folds": 3, "n_repeats": 1}
    found = by_stratum(parted, "sex", "risk_score", **settings)
    rows = found.heterogeneity.set_index(["measure", "model"])
    row = rows.loc[("concordance", "full")]
    c = found.table[(found.table["measure"] == "concordance")].set_index("stratum")["estimate"]
    assert_allclose(row["estimate"], c["male"] - c["female"])
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert found.heterogeneity["p_value"].isna().all()
    assert not found.families
    assert set(found.fits) == {"female", "male"}
    again = ra.load(found.save(Path(__import__("tempfile").mkdtemp()) / "r"))
    assert again.results["male"].samples is None
    assert again.fits["male"].table.equals(found.fits["male"].table)


def test_round_trip(cox, tmp_path):
    again = ra.load(cox.save(tmp_path / "found"))
    pd.testing.assert_frame_equal(again.table, cox.table)
    pd.testing.assert_frame_equal(again.heterogeneity, cox.heterogeneity)
    pd.testing.assert_frame_equal(again.results["male"].table, cox.results["male"].table)
    assert (again.keys, again.notes, again.variable) == (cox.keys, cox.notes, cox.variable)


def test_workers_change_nothing(parted):
    def run():
        return by_stratum(parted, "sex", "association", left="radiomics", right="expression").heterogeneity

    with ra.options(n_jobs=1):
        one = run()
    with ra.options(n_jobs=2):
        two = run()
    pd.testing.assert_frame_equal(one, two)


def test_refusals(parted):
    with pytest.raises(DesignError, match="named in covariates too"):
        by_stratum(parted, "sex", "survival", groups="arm", covariates=["sex"])
    with pytest.raises(DesignError, match="named in variables too"):
        by_stratum(parted, "sex", "survival", variables=["sex", "age"])
    with pytest.raises(InputError, match="is no analysis"):
        by_stratum(parted, "sex", "clustering")
    with pytest.raises(InputError, match="lacks 'groups'"):
        by_stratum(parted, "sex", "survival")
    with pytest.raises(InputError, match="takes no 'metod'"):
        by_stratum(parted, "sex", "association", left="radiomics", right="expression", metod="pearson")
    with pytest.raises(InputError, match="keeps other pairs"):
        by_stratum(parted, "sex", "association", left="radiomics", right="expression", keep="significant")
    with pytest.raises(DesignError, match="is a number"):
        by_stratum(parted, "age", "survival", variables="arm")
