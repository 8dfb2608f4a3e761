"""The number of one pair is that of the map; what its picture shows belongs to it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import radassoc as ra
from radassoc.association import pair
from radassoc.base.errors import DesignError, IdentifierError, InputError
from radassoc.cohort.cohort import Cohort

SAME = ["estimate", "std_error", "ci_low", "ci_high", "n", "n_patients", "statistic", "df", "p_value", "log10_p"]


def held_against(cohort, left, right, *, rtol=1e-9, **settings):
    """Compare every pair of two tables with its row of the map."""
    found = ra.associate(cohort, left, right, keep="all", **settings).table
    for row in found.itertuples():
        names = row[1], row[2]
        one = pair(cohort, f"{left}:{names[0]}", f"{right}:{names[1]}", **settings)
        mine = one.table.iloc[0]
        np.testing.assert_allclose(
            mine[SAME].astype(float), pd.Series(row._asdict())[SAME].astype(float), rtol=rtol, atol=1e-12
        )
        assert (mine["estimate_kind"], mine["p_value_from"]) == (row.estimate_kind, row.p_value_from)
    return found


@pytest.mark.parametrize("method", ["spearman", "pearson", "linear"])
@pytest.mark.parametrize("covariates", [(), ("age", "sex")])
def test_equals_the_map(study, method, covariates):
    few = study.with_modality("few", study.expression[["g0", "g1"]])
    some = few.with_modality("some", study.radiomics[["f0", "f1", "f3"]])
    held_against(some, "some", "few", method=method, covariates=covariates)


@pytest.fixture(scope="module")
def mixed_study():
    """40 patients: two classes, three categories, parts of a whole, and a table of numbers."""
    rng = np.random.default_rng(5)
    index = [f"P{i:02d}" for i in range(40)]
    numbers = pd.DataFrame(rng.normal(size=(40, 2)), index=index, columns=["a", "b"])
    classes = pd.DataFrame({"m": (numbers["a"] + rng.normal(size=40) > 0).astype(float), "w": np.arange(40) % 2 * 1.0})
    cells = pd.DataFrame(rng.dirichlet([1, 2, 3], size=40), index=index, columns=["t", "b", "nk"])
    clinical = pd.DataFrame({"age": rng.normal(60, 9, 40), "type": np.array(["x", "y", "z"])[np.arange(40) % 3]}, index)
    other = {"classes": classes.set_axis(index), "cells": cells}
    return Cohort.from_frames(radiomics=numbers, clinical=clinical, other=other)


@pytest.mark.parametrize("covariates", [(), ("age",)])
@pytest.mark.parametrize("right", ["classes", "cells"])
def test_classes_and_parts_equal_the_map(mixed_study, right, covariates):
    held_against(mixed_study, "radiomics", right, covariates=covariates)


def test_clinical_categories_equal_the_map(mixed_study):
    frame = mixed_study.clinical[["type"]]
    found = ra.associate(mixed_study, "radiomics", frame, keep="all").table
    mine = pair(mixed_study, "radiomics:a", "type")
    row = found[found["feature"] == "a"].iloc[0]
    assert mine.table.loc[0, "p_value"] == pytest.approx(row["p_value"], rel=1e-9)
    assert mine.right_kind == "categorical"
    assert mine.classes["right_class"].tolist() == ["x", "y", "z"]
    assert mine.classes["n"].tolist() == [14, 13, 13]


@pytest.fixture(scope="module")
def biopsies():
    """24 patients with 1 to 4 biopsies."""
    rng = np.random.default_rng(2)
    patients = np.repeat([f"Q{i:02d}" for i in range(24)], [1, 2, 3, 4] * 6)
    samples = [f"S{i:02d}" for i in range(len(patients))]
    own = np.repeat(rng.normal(size=24), [1, 2, 3, 4] * 6)
    mri = pd.DataFrame({"t2": own + rng.normal(size=60), "fa": rng.normal(size=60)}, index=samples)
    genes = pd.DataFrame(
        {"egfr": own + rng.normal(size=60), "tp53": rng.integers(0, 2, 60).astype(float)}, index=samples
    )
    of = pd.Series(patients, index=samples)
    clinical = pd.DataFrame({"idh": np.arange(24) % 2}, index=[f"Q{i:02d}" for i in range(24)])
    return Cohort.from_frames(
        radiomics=mri, clinical=clinical, other={"genes": genes}, patients={"radiomics": of, "genes": of}
    )


@pytest.mark.parametrize("repeats", ["cluster_robust", "mixed", "average"])
@pytest.mark.parametrize("method", ["spearman", "linear"])
def test_several_samples_equal_the_map(biopsies, repeats, method):
    rtol = 1e-5 if repeats == "mixed" else 1e-9  # the ratio of variances is sought on a grid
    held_against(biopsies, "radiomics", "genes", rtol=rtol, repeats=repeats, method=method, covariates=["idh"])


def test_several_samples_are_all_there(biopsies):
    answer = pair(biopsies, "t2", "egfr", color_by="idh")
    assert len(answer.samples) == 60
    assert answer.samples["patient"].nunique() == 24
    assert answer.samples.groupby("patient")["color"].nunique().max() == 1
    # the line of ranks turns about the means, within the interval of its slope
    fit, shown = answer.fit, answer.samples[["left_shown", "right_shown"]]
    unit = shown["right_shown"].std() / shown["left_shown"].std()
    ends = fit.iloc[-1] - fit.iloc[0]
    assert ends["estimate"] / ends["x"] == pytest.approx(answer.table.loc[0, "estimate"] * unit)
    last = fit.iloc[-1]
    high = shown["right_shown"].mean() + answer.table.loc[0, "ci_high"] * unit * (
        last["x"] - shown["left_shown"].mean()
    )
    assert last["ci_high"] == pytest.approx(high)


@pytest.mark.parametrize("covariates", [(), ("age", "sex")])
@pytest.mark.parametrize("method", ["spearman", "linear"])
def test_line_and_band_are_those_of_ordinary_regression(study, covariates, method):
    answer = pair(study, "f0", "g1", method=method, covariates=covariates)
    frame = pd.concat([study.radiomics["f0"], study.expression["g1"], study.clinical], axis=1)
    z = pd.get_dummies(frame[list(covariates)], drop_first=True, dtype=float) if covariates else frame[[]]
    frame = pd.concat([frame[["f0", "g1"]], z], axis=1)
    frame = (frame.rank() if method == "spearman" else frame).to_numpy(float)
    design, y = np.column_stack([np.ones(50), frame[:, 0], frame[:, 2:]]), frame[:, 1]
    beta = np.linalg.lstsq(design, y, rcond=None)[0]
    df = 50 - design.shape[1]
    covariance = np.linalg.inv(design.T @ design) * ((y - design @ beta) ** 2).sum() / df
    # patients whose covariates are those of the mean patient
    new = np.tile(design.mean(axis=0), (60, 1))
    new[:, 1] = answer.fit["x"]
    half = stats.t.ppf(0.975, df) * np.sqrt(np.einsum("ij,jk,ik->i", new, covariance, new))
    np.testing.assert_allclose(answer.fit["estimate"], new @ beta, rtol=1e-9)
    np.testing.assert_allclose(answer.fit["ci_high"], new @ beta + half, rtol=1e-9)
    np.testing.assert_allclose(answer.fit["ci_low"], new @ beta - half, rtol=1e-9)


def test_shown_values_correlate_as_the_estimate_says(study):
    answer = pair(study, "f3", "g1", covariates=["age", "sex"])
    assert len(answer.samples) == answer.table.loc[0, "n"] == 40
    r = np.corrcoef(answer.samples["left_shown"], answer.samples["right_shown"])[0, 1]
    assert r == pytest.approx(answer.table.loc[0, "estimate"], rel=1e-12)


def test_without_covariates_the_values_themselves(study):
    samples = pair(study, "f0", "g0", method="linear").samples
    np.testing.assert_array_equal(samples["left_shown"], samples["left_value"])
    np.testing.assert_array_equal(samples["left_value"], study.radiomics["f0"])


def test_few_patients_have_no_band(study):
    few = study.subset(study.patients[:12])
    answer = pair(few, "f0", "g0")
    assert answer.table.loc[0, "p_value_from"] == "permutation"
    assert answer.fit[["ci_low", "ci_high"]].isna().to_numpy().all()


def test_the_map_it_was_chosen_from_gives_the_adjusted_p(study):
    chosen_from = ra.associate(study, "radiomics", "expression", covariates=["age"])
    answer = pair(study, "f0", "g0", covariates="age", chosen_from=chosen_from)
    assert answer.table.loc[0, "p_adjusted"] == chosen_from.adjusted.loc["f0", "g0"]
    assert not answer.families  # counted in the map's
    assert any(f"Chosen among {chosen_from.provenance['counts']['n_tests']} tests" in note for note in answer.notes)
    assert np.isnan(pair(study, "f0", "g0").table.loc[0, "p_adjusted"])
    with pytest.raises(InputError, match="was made with covariates"):
        pair(study, "f0", "g0", chosen_from=chosen_from)
    with pytest.raises(InputError, match="another cohort"):
        pair(study.subset(study.patients[:40]), "f0", "g0", covariates=["age"], chosen_from=chosen_from)


def test_a_series_is_a_column(study):
    score = study.column("g0").rename("score")
    assert pair(study, "f0", score).table.loc[0, "estimate"] == pair(study, "f0", "g0").table.loc[0, "estimate"]
    with pytest.raises(InputError, match="no name"):
        pair(study, "f0", score.rename(None))


def test_a_null_is_worded(study):
    answer = pair(study, "f0", "g4")
    assert answer.table.loc[0, "p_value"] > 0.05
    assert answer.notes[-1].startswith("No evidence of association: ")


def test_a_constant_column_is_not_estimable(study):
    answer = pair(study, "f2", "g0")
    assert (answer.status, len(answer.fit)) == ("not_estimable", 0)


def test_patients_are_saved_only_on_request(study, tmp_path):
    answer = pair(study, "f0", "g0", color_by="sex")
    answer.save(tmp_path / "a")
    assert ra.load(tmp_path / "a").samples is None
    answer.save(tmp_path / "b", patient_level=True)
    pd.testing.assert_frame_equal(ra.load(tmp_path / "b").samples, answer.samples)


def test_refusals(study):
    with pytest.raises(InputError, match="both columns"):
        pair(study, "f0", "radiomics:f0")
    with pytest.raises(IdentifierError, match="Did you mean"):
        pair(study, "radiomics:F0", "g0")
    with pytest.raises(InputError, match="A column was expected"):
        pair(study, 3, "g0")
    with pytest.raises(InputError, match="chosen_from is a str"):
        pair(study, "f0", "g0", chosen_from="map")


def test_the_outcome_is_refused(study):
    clinical = study.clinical.assign(time=np.arange(1.0, 51), event=[True, False] * 25)
    cohort = Cohort.from_frames(radiomics=study.radiomics, clinical=clinical, time="time", event="event", unit="months")
    with pytest.raises(DesignError, match="is the outcome"):
        pair(cohort, "f0", "time")
