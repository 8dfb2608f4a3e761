from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra

CLINICAL = pd.DataFrame(
    {"patient": ["P1", "P2", "P3", "P4"], "code": ["GBM", "ASTR", "UNSPEC", None], "stage": [1, 2, 2, 1]}
)


def read(derive, **tables):
    return ra.read_cohort(clinical=CLINICAL, derive=derive, **tables)


def test_map_counts_what_it_does_not_map():
    cohort = read({"grade": {"from": "code", "map": {"GBM": "4", "ASTR": "2"}}})
    assert cohort.column("grade").tolist() == ["4", "2", None, None]
    table = cohort.audit.table.query("step == 'derive'").set_index("reason")
    assert table.loc["derived", "detail"] == "from code: 2 patients mapped"
    assert table.loc["values without a mapping", "n"] == 1
    assert table.loc["values without a mapping", "detail"] == "made missing: 'UNSPEC' (1)"


def test_map_of_numbers_by_any_spelling():
    for one, two in ((1, 2), ("1", "2"), (1.0, 2.0)):
        cohort = read({"late": {"from": "stage", "map": {one: 0, two: 1}}})
        assert cohort.column("late").tolist() == [0.0, 1.0, 1.0, 0.0]
        assert cohort.column("late").dtype == "float64"


def test_function_of_the_clinical_frame_and_chains():
    cohort = read(
        {
            "double": lambda clinical: clinical["stage"] * 2,
            "big": {"from": "double", "map": {2: "no", 4: "yes"}},
        }
    )
    assert cohort.column("big").tolist() == ["no", "yes", "yes", "no"]


def test_from_another_table():
    mutations = pd.DataFrame({"patient": ["P1", "P2", "P9"], "IDH1": [1, 0, 1]})
    cohort = read({"idh": {"from": "mutations:IDH1", "map": {0: "WT", 1: "mutant"}}}, other={"mutations": mutations})
    assert cohort.column("idh").dropna().to_dict() == {"P1": "mutant", "P2": "WT", "P9": "mutant"}


def fail(clinical):
    raise KeyError("stag")


@pytest.mark.parametrize(
    ("derive", "match"),
    [
        ({"code": {"from": "stage", "map": {1: 2}}}, "exists already"),
        ({"x": {"from": "stage"}}, "does not say how"),
        ({"x": "stage"}, "does not say how"),
        ({"x": {"from": "code", "map": {"GBM": 1}, "mapp": {}}}, "no key 'mapp'"),
        ({"x": {"from": "code", "map": {"gbm": 1}}}, "fits no value"),
        ({"x": {"from": "cod", "map": {"GBM": 1}}}, "Did you mean 'code'"),
        ({"x": fail}, "fails: KeyError: 'stag'"),
        ({"x": lambda clinical: np.arange(4)}, "returns a ndarray"),
    ],
)
def test_refusals(derive, match):
    with pytest.raises(ra.InputError, match=match):
        read(derive)


def test_all_problems_at_once():
    with pytest.raises(ra.ClinicalError) as error:
        read({"code": {"from": "stage", "map": {1: 2}}, "x": fail})
    assert len(error.value.problems) == 2
