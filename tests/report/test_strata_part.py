from __future__ import annotations

import re

import pytest

import radassoc as ra
from radassoc.report.strata_part import strata_section


def test_section_tells_the_trap_and_every_result(strata_results):
    section = strata_section(strata_results, [])
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
def test_report_holds_the_figures_and_no_patient(strata_results, strata_patients, tmp_path):
    page = ra.write_report(strata_results, tmp_path / "report.html").read_text()
    assert 'id="strata"' in page
    for title in (
        "Estimates of each stratum",
        "Survival of the groups in each stratum",
        "Scores of each stratum applied",
    ):
        assert title in page
    page = re.sub(r"base64,[A-Za-z0-9+/=]+", "", page)
    assert not [patient for patient in strata_patients if patient in page]
