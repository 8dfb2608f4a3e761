from __future__ import annotations

import pandas as pd
import pytest

from radassoc.cohort._near_misses import _plain, near_misses
from radassoc.cohort.cohort import Cohort


def build(imaging, clinical):
    return Cohort.from_frames(
        radiomics=pd.DataFrame({"x": range(len(imaging))}, index=imaging),
        clinical=pd.DataFrame({"age": range(len(clinical))}, index=clinical),
    )


def test_two_spellings_are_told_and_never_joined():
    cohort = build(["P1", "p_02", "P3"], ["P1", "P2", "P4"])
    assert [tuple(miss) for miss in near_misses(cohort._parts)] == [
        ("radiomics", "p_02", "P2"),
        ("clinical", "P2", "p_02"),
    ]
    rows = cohort.audit.table.query("step == 'match'")
    assert rows["scope"].tolist() == ["radiomics", "clinical"]
    assert rows["n"].tolist() == [1, 1]
    assert "p_02" not in rows.to_csv()
    suspects = cohort.audit.samples.query("status == 'near miss'")
    assert suspects["reason"].tolist() == ["another table has P2", "another table has p_02"]
    assert len(cohort.audit.patients) == 3
    assert len(cohort) == 5


def test_a_patient_who_is_found_is_no_suspect():
    assert near_misses(build(["P1", "P01"], ["P1", "P01"])._parts) == []
    assert near_misses(build(["P1", "P2"], ["P1", "P02", "P2"])._parts) == []


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("TCGA-02-0047", "TCGA-02-0047-01A-11R", True),
        ("TCGA-02-0047", "TCGA-02-0048", False),
        ("P-1", "P 001", True),
        ("P11", "P1-1", False),
        ("Ä1", "ä01", True),
    ],
)
def test_what_is_ignored(one, two, alike):
    assert (_plain(one) == _plain(two)) == alike
