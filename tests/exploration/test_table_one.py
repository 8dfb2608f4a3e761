from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import IdentifierError
from radassoc.exploration.results import TABLE_COLUMNS
from radassoc.kernels.correction import benjamini_hochberg


@pytest.fixture
def cohort(oracles):
    clinical = pd.read_csv(oracles / "table_one.csv").set_index("patient")
    clinical["time"] = np.arange(1.0, 71)
    clinical["event"] = np.arange(70) % 2
    return ra.Cohort.from_frames(clinical=clinical, time="time", event="event", unit="months")


def by_variable(found, column):
    return found.table.drop_duplicates("variable").set_index("variable")[column]


def test_without_groups(cohort):
    found = ra.table_one(cohort)
    assert list(found.table.columns) == list(TABLE_COLUMNS)
    assert set(found.table["group"]) == {"all"}
    assert found.table["p_value"].isna().all()
    assert found.families == ()
    assert list(found.wide.columns) == ["variable", "level", "All (n = 70)"]
    assert found.wide.iloc[0].tolist() == ["event (event)", "n (%)", "35 (50%)"]
    assert set(found.skipped["variable"]) == {"time", "event"}


def test_by_group(cohort):
    found = ra.table_one(cohort, groups="group")
    p = by_variable(found, "p_value")
    assert p.dropna().index.tolist() == ["age", "marker", "three", "stage", "rare"]
    np.testing.assert_allclose(by_variable(found, "p_adjusted").dropna(), benjamini_hochberg(p.dropna().to_numpy()))
    assert found.families[0].n_tests == 5
    assert "Benjamini-Hochberg" in found.notes[0]
    assert found.source == "clinical"
    assert "the groups" in found.skipped["reason"].tolist()
    counts = found.table[(found.table["variable"] == "stage") & (found.table["group"] != "all")]
    assert counts["count"].sum() == 70


def test_outcome_is_described_but_never_tested(cohort):
    found = ra.table_one(cohort, groups="group")
    outcome = found.table[found.table["variable_kind"] == "outcome"]
    assert len(outcome) == 6
    assert outcome["p_value"].isna().all()


def test_variables_in_the_order_asked(cohort):
    found = ra.table_one(cohort, ["stage", "age"], groups="three")
    assert found.table["variable"].drop_duplicates().tolist() == ["stage", "age"]
    with pytest.raises(IdentifierError):
        ra.table_one(cohort, ["agee"])


def test_patients_without_group_are_left_out_and_counted(cohort):
    arm = cohort.column("group").iloc[:50]
    found = ra.table_one(cohort, ["age"], groups=arm)
    assert found.provenance["counts"]["n_patients"] == 50
    assert any("20 patients without a group" in note for note in found.notes)


def validation(cohort, null=None):
    labels = cohort.column("group").map({"a": "low", "b": "high"})
    samples = pd.DataFrame({"patient": cohort.patients, "score": 0.0, "group": labels.to_numpy()})
    return SimpleNamespace(samples=samples, null_samples=None, null_groups=null, reason="")


def test_learned_groups_have_no_p_without_reruns(cohort):
    found = ra.table_one(cohort, groups=validation(cohort))
    assert found.table["p_value"].isna().all()
    assert found.source == "out_of_fold"
    assert "reruns" in found.p_reason
    assert np.isfinite(by_variable(found, "standardized_difference")["age"])


def test_learned_groups_take_p_from_reruns(cohort):
    rng = np.random.default_rng(0)
    labels = np.array(["low", "high"] * 35)
    null = pd.DataFrame({b: rng.permutation(labels) for b in range(19)}, index=cohort.patients)
    found = ra.table_one(cohort, ["age", "stage"], groups=validation(cohort, null))
    p = by_variable(found, "p_value") * 20
    np.testing.assert_allclose(p, p.round())
    assert "19 reruns" in found.p_reason


def test_no_signal_describes_everybody(cohort):
    nothing = validation(cohort)
    nothing.samples["group"] = None
    nothing.reason = "no feature"
    found = ra.table_one(cohort, ["age"], groups=nothing)
    assert (found.status, found.reason) == ("no_signal", "no feature")
    assert list(found.wide.columns) == ["variable", "level", "All (n = 70)"]


def test_survives_save_and_load(cohort, tmp_path):
    found = ra.table_one(cohort, groups="three")
    back = ra.load(found.save(tmp_path / "t"))
    for name in ("table", "wide", "skipped"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(found, name), check_exact=True)
    assert back.notes == found.notes


@pytest.mark.real_data
def test_women_with_glioma_have_more_idh_mutations(cohorts):
    clinical = pd.read_csv(cohorts / "glioma" / "clinical.csv").set_index("patient")
    imaged = pd.read_csv(cohorts / "glioma" / "radiomics.csv", usecols=["ID"])["ID"]
    cohort = ra.Cohort.from_frames(clinical=clinical[clinical.index.isin(imaged)])
    found = ra.table_one(cohort, ["idh_status", "age"], groups="sex")
    rows = found.table.set_index(["variable", "level", "group"])["percent"]
    assert rows["idh_status", "Mutant", "female"] == pytest.approx(77.5)
    assert rows["idh_status", "Mutant", "male"] == pytest.approx(55.0)
    assert 0.02 < by_variable(found, "p_value")["idh_status"] < 0.05
