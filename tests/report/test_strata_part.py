from __future__ import annotations

import re

import pytest

import radassoc as ra
from radassoc.report.strata_part import strata_section


@pytest.fixture(scope="module")
def found():
    cohort = ra.simulate_cohort(n_patients=100, n_features=20, n_genes=500, seed=2).cohort
    quick = {"n_folds": 3, "n_outer_repeats": 1, "n_bootstraps": 0, "n_permutations": 0}
    return {
        "strata_balance": ra.strata.balance(cohort, "sex"),
        "strata_weighted_comparison": ra.strata.weighted_comparison(cohort, "sex", ["age", "idh"]),
        "strata_survival": ra.by_stratum(cohort, "sex", "survival", variables=["age", "idh"]),
        "strata_curves": ra.by_stratum(cohort, "sex", "survival", groups="idh"),
        "strata_cross_application": ra.cross_apply(cohort, "sex", **quick),
        "strata_interactions": ra.interactions(cohort, "sex", kind="survival"),
        "centres": ra.pool_estimates(ra.by_stratum(cohort, "centre", "survival", variables=["age"])),
        "cohort": cohort,
    }


def test_section_tells_the_trap_and_every_result(found):
    section = strata_section({k: v for k, v in found.items() if k != "cohort"}, [])
    told = repr(section.blocks)
    assert "no evidence of a difference" in told
    headings = [block.text for block in section.blocks if block.kind == "heading"]
    assert headings == [
        "In what else levels of sex differ",
        "Survival weighted to the same age and idh",
        "Survival by sex",
        "Survival by sex",
        "Strata pooled",
        "Scores of each sex applied to both",
        "Interactions with sex",
    ]
    assert "ratio of hazard ratios" in told


def test_no_strata_no_section():
    assert strata_section({}, []) is None


@pytest.mark.slow
def test_report_holds_the_figures_and_no_patient(found, tmp_path):
    page = ra.write_report(found, tmp_path / "report.html").read_text()
    assert 'id="strata"' in page
    for title in (
        "Estimates of each stratum",
        "Survival of the groups in each stratum",
        "Scores of each stratum applied",
    ):
        assert title in page
    page = re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    assert not [patient for patient in found["cohort"].patients if patient in page]
