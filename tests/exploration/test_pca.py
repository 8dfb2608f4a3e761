from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import IdentifierError, InputError
from radassoc.exploration.pca import principal_components


def make(n=40, p=12, seed=0, samples=1):
    rng = np.random.default_rng(seed)
    names = [f"P{i}" for i in range(n)]
    X = rng.normal(size=(n, 3)) @ rng.normal(size=(3, p)) + 0.1 * rng.normal(size=(n, p))
    X = np.repeat(X, samples, axis=0) + 0.05 * rng.normal(size=(n * samples, p))
    rows = [f"{name}.{k}" for name in names for k in range(samples)]
    frame = pd.DataFrame(X, index=rows, columns=[f"original_shape_F{j}" for j in range(p)])
    whose = pd.Series(np.repeat(names, samples), index=rows)
    clinical = pd.DataFrame({"age": rng.normal(60, 8, n), "sex": ["f", "m"] * (n // 2)}, index=names)
    return ra.Cohort.from_frames(radiomics=frame, clinical=clinical, patients={"radiomics": whose})


def test_agrees_with_prcomp(oracles):
    told = json.loads((oracles / "table_one.json").read_text())
    X = pd.read_csv(oracles / "prcomp.csv").to_numpy()
    variance, vectors, _ = principal_components((X - X.mean(0)) / X.std(0, ddof=1), 4)
    np.testing.assert_allclose(np.sqrt(variance), told["prcomp_sd"], rtol=1e-10)
    rotation = np.array(told["prcomp_rotation"])
    np.testing.assert_allclose(np.abs(vectors), np.abs(rotation), atol=1e-10)


def test_signs_do_not_depend_on_the_data_being_turned():
    rng = np.random.default_rng(3)
    X = rng.normal(size=(30, 5))
    _, vectors, _ = principal_components(X, 5)
    _, turned, _ = principal_components(-X, 5)
    np.testing.assert_allclose(vectors, turned, atol=1e-10)
    largest = np.abs(vectors).argmax(axis=0)
    assert (vectors[largest, range(5)] > 0).all()
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(5), atol=1e-12)


def test_explained_variance_scores_and_loadings_belong_together():
    found = ra.pca(make(), n_components=4)
    assert found.table["component"].tolist() == ["PC1", "PC2", "PC3", "PC4"]
    scores = found.samples.set_index("sample")[["PC1", "PC2", "PC3", "PC4"]]
    np.testing.assert_allclose(scores.var(ddof=1), found.table["variance"], rtol=1e-9)
    assert found.table["cumulative"].iloc[2] > 0.95
    assert found.table["explained"].sum() == pytest.approx(found.table["cumulative"].iloc[-1])
    assert found.loadings["feature_class"].unique().tolist() == ["shape"]
    assert len(found.loadings) == len(found.preparation.features) == 12


def test_components_end_with_the_rank():
    assert len(ra.pca(make(n=6), n_components=50).table) == 5


def test_several_samples_count_once_and_each_is_projected():
    found = ra.pca(make(samples=2), n_components=3)
    assert len(found.samples) == 80
    assert found.samples["patient"].nunique() == 40
    assert found.provenance["counts"]["n_patients"] == 40
    assert (found.associations["n"] == 40).all()
    means = found.samples.groupby("patient", sort=False)[["PC1"]].mean()
    assert means["PC1"].var(ddof=1) == pytest.approx(found.table["variance"][0])


def test_only_constant_features_are_not_estimable():
    frame = pd.DataFrame(np.ones((12, 3)), index=[f"P{i}" for i in range(12)], columns=list("abc"))
    found = ra.pca(ra.Cohort.from_frames(radiomics=frame))
    assert found.status == "not_estimable"
    assert "no feature" in found.reason
    assert list(found.table.columns) == ["component", "variance", "explained", "cumulative"]


def test_wrong_arguments_are_refused():
    with pytest.raises(InputError, match="n_components"):
        ra.pca(make(), n_components=0)
    with pytest.raises(IdentifierError):
        ra.pca(make(), "expression")


def test_survives_save_and_load(tmp_path):
    found = ra.pca(make(), n_components=3)
    found.save(tmp_path / "p", patient_level=True)
    back = ra.load(tmp_path / "p")
    for name in ("table", "loadings", "samples", "associations", "skipped"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(found, name), check_exact=True)
    found.save(tmp_path / "public")
    assert ra.load(tmp_path / "public").samples is None


@pytest.mark.real_data
def test_first_component_of_lung_tumours_goes_with_t_stage(cohorts):
    features = pd.read_csv(cohorts / "lung1" / "radiomics.csv.gz", index_col="patient").select_dtypes("number")
    clinical = pd.read_csv(cohorts / "lung1" / "clinical.csv", index_col="patient")
    found = ra.pca(ra.Cohort.from_frames(radiomics=features, clinical=clinical[["clinical.T.Stage", "gender"]]))
    rows = found.associations.set_index(["component", "variable"])
    assert rows.loc[("PC1", "clinical.T.Stage"), "p_adjusted"] < 1e-8
    assert 0.3 < found.table["explained"][0] < 0.4
