"""The bundled example as a cohort: everybody accounted for, and the planted truth in it."""

from __future__ import annotations

import numpy as np
import pytest

import radassoc as ra
from radassoc.cohort.align import align
from radassoc.cohort.cohort import Cohort
from radassoc.cohort.datasets import example_cohort, example_study_path
from radassoc.study.cohorts import read_cohorts
from radassoc.study.read import read_study


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return ra.example_cohort()


def test_the_study_file_reads_the_same_cohort(cohort: Cohort) -> None:
    assert read_cohorts(read_study(example_study_path())).main.fingerprint == cohort.fingerprint


def test_everybody_is_accounted_for(cohort: Cohort) -> None:
    assert len(cohort.patients) == 171
    assert cohort.radiomics.shape == (167, 149)
    assert cohort.sample_patients("expression").nunique() == 165
    assert len(cohort.sample_patients("expression")) == 170
    assert cohort.clinical.shape[0] == 170
    assert cohort.outcome is not None
    assert len(cohort.outcome.table) == 168
    together = align(cohort, modalities=("radiomics", "expression"), outcome=True)
    assert len(together.patients) == 158


def test_diagnostics_are_no_features_and_each_feature_is_described(cohort: Cohort) -> None:
    told = cohort.features("radiomics")
    assert not told.index.str.contains("diagnostics").any()
    assert (told[["image_type", "region", "feature_class"]] != "unknown").all(axis=None)
    assert set(cohort.audit.table["reason"]) >= {"diagnostics", "paths", "missing values"}


def test_the_planted_effects_are_in_the_files(cohort: Cohort) -> None:
    from lifelines import CoxPHFitter

    assert cohort.outcome is not None
    features = ["T1c_TC_original_glcm_JointEntropy", "TC_original_shape_Sphericity"]
    values = np.log(cohort.patient_frame("radiomics")[features])
    standard = (values - values.mean()) / values.std()
    table = standard.join(cohort.outcome.table, how="inner").dropna().astype(float)
    fitted = CoxPHFitter().fit(table, "time", "event").summary
    assert (fitted["p"] < 0.001).all()
    assert fitted.loc[features[0], "coef"] > 0.3
    assert fitted.loc[features[1], "coef"] < -0.3

    contrast = cohort.patient_frame("radiomics")["FLAIR_WT_original_glcm_Contrast"].rank()
    genes = cohort.patient_frame("expression")
    mean = {name: genes[list(members)].rank().mean(axis=1) for name, members in ra.gene_sets("glioma_core").items()}
    assert contrast.corr(mean["CORE_RTK_RAS_PI3K"]) > 0.35
    assert abs(contrast.corr(mean["CORE_P53"])) < 0.25
    assert abs(contrast.corr(mean["CORE_RB1"])) < 0.25


def test_the_cohort_is_new_each_time() -> None:
    one = example_cohort()
    one.clinical["age"] = 0.0
    assert one.clinical["age"].min() > 0
    assert example_cohort().fingerprint == one.fingerprint
