"""What is planted is found again: hazards, correlations, centres, missing values, repeated samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import InputError
from radassoc.cohort._simulated_imaging import BLOCK_CORRELATION, REPEAT_NOISE, to_standard
from radassoc.cohort.simulate import Simulation, SimulationTruth, simulate_cohort

VOLUME, SPHERICITY = "TC_original_shape_MeshVolume", "TC_original_shape_Sphericity"
ENTROPY, SKEWNESS = "T1c_TC_original_glcm_JointEntropy", "T1c_TC_original_firstorder_Skewness"
CONTRAST = "FLAIR_WT_original_glcm_Contrast"


@pytest.fixture(scope="module")
def large() -> Simulation:
    return simulate_cohort(n_patients=2000, n_genes=435, centre_shift=0.0, missing=0.0, seed=3)


def standard(simulation: Simulation) -> pd.DataFrame:
    return to_standard(simulation.cohort.radiomics, simulation.truth.features)


# ---- survival
@pytest.mark.slow
def test_a_cox_model_finds_every_planted_hazard_ratio(large: Simulation) -> None:
    from lifelines import CoxPHFitter

    cohort, truth = large
    z, clinical = standard(large), cohort.clinical
    men = (clinical["sex"] == "male").astype(float)
    table = z[[VOLUME, SPHERICITY, ENTROPY]].assign(
        female=z[SKEWNESS] * (1 - men),
        male=z[SKEWNESS] * men,
        age=clinical["age"] / 10,
        idh=(clinical["idh"] == "mutant").astype(float),
        time=cohort.outcome.time,
        event=cohort.outcome.event,
    )
    fitted = CoxPHFitter().fit(table, "time", "event").summary
    planted = truth.survival["log_hazard_ratio"].to_numpy()
    found = fitted.loc[[VOLUME, SPHERICITY, ENTROPY, "female", "male", "age", "idh"]]
    # 3.5 standard errors: seven tests at once, with a seed that was not chosen for it
    assert np.abs(found["coef"].to_numpy() - planted).max() < 0.15
    assert (np.abs(found["coef"] - planted) < 3.5 * found["se(coef)"]).all()


def test_without_effects_nothing_tells_survival() -> None:
    _, truth = simulate_cohort(n_patients=50, hazard_ratios={}, sex_hazard_ratios={}, pathway_correlations={})
    assert truth.values["log_hazard"].eq(0).all()
    assert len(truth.survival) == 0
    assert truth.pathways["source"].eq("").all()


@pytest.mark.parametrize("censored", [0.0, 0.3, 0.9])
def test_the_share_of_censored_patients_is_met(censored: float) -> None:
    cohort, _ = simulate_cohort(n_patients=200, n_features=14, censored=censored)
    assert cohort.outcome is not None
    assert 1 - cohort.outcome.event.mean() == pytest.approx(censored, abs=1e-12)


def test_median_survival_is_that_of_the_average_patient() -> None:
    cohort, _ = simulate_cohort(
        n_patients=4000, n_features=1, n_genes=435, hazard_ratios={}, sex_hazard_ratios={}, censored=0.0,
        median_survival=14.0,
    )  # fmt: skip
    assert cohort.outcome is not None
    assert cohort.outcome.time.median() == pytest.approx(14.0, rel=0.06)


# ---- imaging
def test_features_of_a_block_are_correlated_as_their_loadings_say(large: Simulation) -> None:
    z, told = standard(large), large.truth.features
    R = np.corrcoef(z.to_numpy(), rowvar=False)
    loading, block, sequence = (told[name].to_numpy() for name in ("loading", "block", "sequence"))
    same_block, same_sequence = block[:, None] == block, sequence[:, None] == sequence
    expected = np.outer(loading, loading) * np.where(same_block, 1.0, np.where(same_sequence, BLOCK_CORRELATION, 0.0))
    np.fill_diagonal(expected, 1.0)
    # 11,000 correlations of 2,000 patients: the largest error of a standard error of 0.022
    assert np.abs(R - expected).max() < 0.11


def test_features_look_like_pyradiomics(large: Simulation) -> None:
    radiomics, told = large.cohort.radiomics, large.cohort.features("radiomics")
    volumes = radiomics[VOLUME]
    assert 35_000 < volumes.median() < 50_000
    assert volumes.skew() > 1.5
    assert radiomics[SPHERICITY].between(0, 1).all()
    assert (radiomics[SKEWNESS] < 0).any()
    assert (told["feature_class"] != "unknown").all()
    assert set(told["region"]) == {"TC", "WT"}
    assert set(told.loc[told["feature_class"] != "shape", "sequence"]) == {"T1c", "FLAIR"}


def test_a_centre_is_shifted_as_told_and_the_first_is_not() -> None:
    simulation = simulate_cohort(n_patients=1500, n_genes=435, n_centres=2, centre_shift=0.8, missing=0.0)
    z, centre = standard(simulation), simulation.cohort.clinical["centre"]
    seen = z[centre == "C2"].mean() - z[centre == "C1"].mean()
    told = simulation.truth.shifts.loc["C2"]
    assert simulation.truth.shifts.loc["C1"].eq(0).all()
    assert told.std() == pytest.approx(0.8, rel=0.2)
    assert np.abs(seen - told).max() < 0.22  # standard error 0.05
    assert np.corrcoef(seen, told)[0, 1] > 0.99


def test_the_share_of_missing_values_is_met() -> None:
    cohort, _ = simulate_cohort(n_patients=100, n_features=100, missing=0.07)
    assert cohort.radiomics.isna().to_numpy().mean() == pytest.approx(0.07, abs=1e-12)
    assert cohort.clinical[["idh", "mgmt"]].isna().to_numpy().sum() == 14
    assert cohort.expression.notna().all(axis=None)


def test_several_samples_scatter_around_their_patient() -> None:
    simulation = simulate_cohort(n_patients=300, samples_per_patient=3, missing=0.0)
    patients = simulation.cohort.sample_patients("radiomics")
    assert len(patients) == 900
    assert patients.value_counts().eq(3).all()
    within = standard(simulation).groupby(patients.to_numpy()).var(ddof=1).mean()
    assert np.sqrt(within.mean()) == pytest.approx(REPEAT_NOISE, rel=0.02)


# ---- expression
def test_pathways_follow_what_they_are_told_to_follow(large: Simulation) -> None:
    values, z = large.truth.values, standard(large)
    for row in large.truth.pathways.itertuples():
        other = [values["risk"], z[CONTRAST]]
        if row.source:
            source = values["risk"] if row.source == "risk" else z[row.source]
            assert np.corrcoef(values[row.pathway], source)[0, 1] == pytest.approx(row.correlation, abs=0.06)
        else:
            assert max(abs(np.corrcoef(values[row.pathway], value)[0, 1]) for value in other) < 0.08


def test_genes_follow_their_pathway_by_their_loading(large: Simulation) -> None:
    cohort, truth = large
    for gene in ("TP53", "CA9", "EGFR", "MKI67", "CDKN2A"):
        row = truth.genes.loc[gene]
        r = np.corrcoef(cohort.expression[gene], truth.values[row["module"]])[0, 1]
        assert r == pytest.approx(row["loading"], abs=0.06)


def test_genes_are_real_and_all_genes_of_the_sets_are_there(large: Simulation) -> None:
    sets = ra.gene_sets("glioma")
    assert {gene for genes in sets.values() for gene in genes} == set(large.cohort.expression.columns)
    cohort, truth = simulate_cohort(n_patients=30, n_features=5, n_genes=700)
    assert cohort.expression.columns.is_unique
    assert truth.genes["module"].str.startswith("background").sum() == 700 - 435


# ---- seeds, records, messages
def test_one_seed_is_one_study_and_another_is_another() -> None:
    one, same, other = (simulate_cohort(n_patients=40, seed=seed).cohort.fingerprint for seed in (1, 1, 2))
    assert one == same != other


def test_more_genes_change_nothing_else() -> None:
    few, many = (simulate_cohort(n_patients=40, n_genes=n).cohort for n in (435, 600))
    pd.testing.assert_frame_equal(few.radiomics, many.radiomics, check_exact=True)
    pd.testing.assert_frame_equal(few.clinical, many.clinical, check_exact=True)


def test_the_truth_survives_saving(tmp_path: Path) -> None:
    _, truth = simulate_cohort(n_patients=20, n_features=14)
    again = ra.load(truth.save(tmp_path / "truth"))
    assert isinstance(again, SimulationTruth)
    for name in ("survival", "pathways", "features", "genes", "shifts", "values"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(truth, name), check_exact=True)
    assert dict(again.params) == dict(truth.params)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"n_patients": 0}, "n_patients=0"),
        ({"n_features": 0}, "n_features=0"),
        ({"n_features": 10**6}, "n_features=1000000"),
        ({"n_genes": 10}, "n_genes=10"),
        ({"missing": 1.0}, "missing=1.0"),
        ({"censored": -0.1}, "censored=-0.1"),
        ({"centre_shift": -1.0}, "centre_shift=-1.0"),
        ({"median_survival": 0.0}, "median_survival=0.0"),
        ({"hazard_ratios": {"ages": 2.0}}, "Did you mean 'age'"),
        ({"hazard_ratios": {"age": 0.0}}, "hazard ratio of age"),
        ({"sex_hazard_ratios": {"age": (1.0, 2.0)}}, "no feature 'age'"),
        ({"pathway_correlations": {"CORE_TP53": ("risk", 0.5)}}, "CORE_P53"),
        ({"pathway_correlations": {"CORE_P53": ("riks", 0.5)}}, "Did you mean 'risk'"),
        ({"pathway_correlations": {"CORE_P53": ("risk", 1.5)}}, "correlation of CORE_P53"),
        ({"gene_sets": "kegg"}, "No gene sets are bundled"),
    ],
)
def test_what_cannot_be_simulated_is_told(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError) as caught:
        simulate_cohort(**settings)
    assert told in str(caught.value)
