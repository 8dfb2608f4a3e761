from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.report.exploration_part import exploration_section
from radassoc.report.report import write_report


@pytest.mark.slow
def test_findings_are_printed_without_patients(tmp_path):
    rng = np.random.default_rng(0)
    names = [f"PATIENT{i:02d}" for i in range(30)]
    X = pd.DataFrame(rng.normal(size=(30, 5)), index=names, columns=[f"original_glcm_F{i}" for i in range(5)])
    cohort = ra.Cohort.from_frames(radiomics=X, clinical=pd.DataFrame({"site": list("ab") * 15}, index=names))
    page = write_report({"first": ra.explore(cohort, n_permutations=19)}, tmp_path / "r.html").read_text()
    assert "First look" in page
    assert "patients far from all" in page
    assert "differences between sites" in page
    assert "PATIENT" not in page


def test_no_first_look_no_section():
    assert exploration_section({}, []) is None
