import numpy as np
import pandas as pd
import pytest

from radassoc.association import associate
from radassoc.cohort.cohort import Cohort


@pytest.fixture(scope="module")
def null():
    rng = np.random.default_rng(4)
    patients = [f"P{i:02d}" for i in range(60)]
    left = pd.DataFrame(rng.normal(size=(60, 4)), index=patients).add_prefix("f")
    right = pd.DataFrame(rng.normal(size=(60, 9)), index=patients).add_prefix("g")
    clinical = pd.DataFrame({"age": rng.normal(size=60)}, index=patients)
    return Cohort.from_frames(radiomics=left, expression=right, clinical=clinical)


def test_a_null_is_worded_with_its_interval_and_what_would_have_been_found(null):
    found = associate(null, "radiomics", "expression")
    assert (found.status, found.reason) == ("no_signal", "no pair has an adjusted p-value below 0.05")
    note = next(note for note in found.notes if note.startswith("No evidence"))
    top = associate(null, "radiomics", "expression", keep="top").table.iloc[0]
    assert f"{top['feature']} with {top['gene']}, is {top['estimate']:.2g}" in note
    assert f"{top['ci_low']:.2g} to {top['ci_high']:.2g} (chosen among 36" in note
    # two-sided level 0.05 / 36 and power 80%: tanh((3.197 + 0.842) / sqrt(57))
    assert "A correlation of 0.49 would have been found" in note


@pytest.mark.parametrize(
    ("correction", "text"),
    [("storey", "share of pairs without association"), ("max_statistic", "50 permuted cohorts")],
)
def test_corrections_tell_what_they_used(null, correction, text):
    found = associate(null, "radiomics", "expression", correction=correction, n_permutations=50)
    assert any(text in note for note in found.notes)


def test_random_signs_are_told_where_they_are_used(null):
    asked = {"correction": "max_statistic", "n_permutations": 50, "covariates": ["age"]}
    assert any("change sign" in note for note in associate(null, "radiomics", "expression", **asked).notes)
    found = associate(null, "radiomics", "expression", method="pearson", **asked)
    assert not any("change sign" in note for note in found.notes)


def test_many_hits_come_with_the_warning_that_they_clump(null):
    frame = null.expression
    found = associate(null, frame.add_prefix("x"), frame + 0.1, correction="bh")
    assert not any("clumps" in note for note in found.notes)  # nine hits
    alike = frame.add(2 * frame["g0"], axis=0)
    assert any("clumps" in note for note in associate(null, frame, alike).notes)


def test_what_the_largest_statistic_leaves_out_is_told(null):
    frame = null.radiomics
    frame.iloc[8:, 0] = np.nan
    found = associate(null, frame, "expression", correction="max_statistic", n_permutations=50, keep="all")
    assert any("took no part in the largest statistic" in note for note in found.notes)
    assert (found.table.query("p_value_from == 'permutation'")["p_adjusted"] == 1).all()
