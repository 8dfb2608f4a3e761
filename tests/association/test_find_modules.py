from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.association.find_modules import find_modules
from radassoc.base.errors import DesignError, InputError


@pytest.fixture(scope="module")
def frame():
    from pathlib import Path

    folder = Path(__file__).parents[1] / "oracles"
    data = pd.read_csv(folder / "modules.csv")
    data.index = [f"P{i:02d}" for i in range(len(data))]
    return data


@pytest.fixture(scope="module")
def cohort(frame):
    return ra.Cohort.from_frames(radiomics=frame.iloc[:, :31], clinical=frame.iloc[:, 31:])


def test_modules_and_memberships_are_those_of_wgcna(cohort, frame, oracles):
    told = json.loads((oracles / "modules.json").read_text())
    found = find_modules(cohort, correlation="pearson", cut=0.55)
    ours = found.table["module"].to_numpy()
    assert len(set(zip(ours, told["label"], strict=True))) == 5
    assert found.names == ("M1", "M2", "M3", "M4")
    eigen = found.transform(frame)
    for name, theirs in zip(found.names, told["names"], strict=True):
        np.testing.assert_allclose(eigen[name] / np.sqrt(59), told["eigen"][theirs], atol=1e-10)
        inside = ours == name
        k = np.array(told["membership"][f"k{theirs}"])
        np.testing.assert_allclose(found.table["membership"][inside], k[inside], atol=1e-10)
    assert found.modules["size"].tolist() == [9, 7, 5, 4]
    np.testing.assert_allclose(found.modules["explained"], list(told["explained"].values()), atol=1e-12)


def test_the_default_is_ranks_that_one_patient_does_not_rule(cohort, frame):
    wild = frame.iloc[:, :31].copy()
    wild.iloc[0] = 1e6
    rank = find_modules(cohort.with_modality("radiomics", wild))
    assert rank.modules["size"].max() < 12
    linear = find_modules(cohort.with_modality("radiomics", wild), correlation="pearson")
    assert linear.modules["size"].tolist() == [31]
    np.testing.assert_allclose(rank.transform(wild).std(ddof=1), 1, atol=1e-9)


def test_a_fit_holds_no_patient_and_gives_new_patients_their_values(cohort, frame):
    found = find_modules(cohort, cut=0.55)
    assert len(found.quantiles) == found.modules["size"].sum()
    new = frame.iloc[:4, :31].set_axis(["N1", "N2", "N3", "N4"])
    new.iloc[0, 0] = np.nan
    grown = found.apply(ra.Cohort.from_frames(radiomics=new))
    assert grown.modalities == ("radiomics", "radiomics_modules")
    np.testing.assert_allclose(grown["radiomics_modules"].iloc[1:], found.transform(frame).iloc[1:4], atol=1e-12)
    assert grown.audit.table["detail"].str.contains("1 missing values filled").any()
    assert grown.features("radiomics_modules")["size"].tolist() == found.modules["size"].tolist()
    assert found.apply(cohort, name="ME")["ME"].shape == (60, 4)


def test_missing_values_and_unassigned_columns_are_told(cohort, frame):
    holes = frame.iloc[:, :31].copy()
    holes.iloc[:20, 1] = np.nan
    holes.iloc[:3, 4] = np.nan
    found = find_modules(cohort.with_modality("radiomics", holes), cut=0.55)
    table = found.table.set_index("feature")
    assert table.loc["f02", "module"] == ""
    assert "more than 20%" in table.loc["f02", "reason"]
    assert table.loc["f05", "module"] == "M1"
    assert "7 of 31 columns are in no module: 6 no group of 3 columns" in found.notes[0]
    assert "3 missing values of 1 members were filled" in found.notes[1]


def test_samples_of_a_patient_are_averaged(frame):
    twice = pd.concat([frame.iloc[:, :31]] * 2)
    twice.index = [f"{name}.{k}" for k in (1, 2) for name in frame.index]
    whose = pd.Series(list(frame.index) * 2, index=twice.index)
    cohort = ra.Cohort.from_frames(radiomics=twice, patients={"radiomics": whose})
    found = find_modules(cohort, cut=0.55)
    assert found.provenance["counts"]["n_patients"] == 60
    assert "120 samples of patients with several" in found.notes[0]
    assert found.apply(cohort)["radiomics_modules"].shape == (120, 4)


def test_without_correlation_there_is_no_module():
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(40, 8)), columns=list("abcdefgh"))
    found = find_modules(ra.Cohort.from_frames(radiomics=X.set_axis([f"P{i}" for i in range(40)])))
    assert (found.status, len(found.modules), len(found.quantiles)) == ("no_signal", 0, 0)
    assert "no 3 columns correlate by 0.7" in found.reason
    assert found.transform(X).shape == (40, 0)
    with pytest.raises(InputError, match="no module"):
        found.apply(ra.Cohort.from_frames(radiomics=X.set_axis([f"P{i}" for i in range(40)])))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cut": 1.0}, "cut=1.0"),
        ({"cut": "0.5"}, "cut="),
        ({"min_size": 1}, "min_size=1"),
        ({"linkage": "ward"}, "linkage='ward'"),
        ({"correlation": "kendall"}, "correlation='kendall'"),
    ],
)
def test_wrong_arguments_are_refused(cohort, settings, message):
    with pytest.raises(InputError, match=message):
        find_modules(cohort, **settings)


def test_few_patients_are_refused(cohort):
    with pytest.raises(DesignError, match="9 patients"):
        find_modules(cohort.subset(cohort.patients[:9]))


def test_survives_save_and_load(cohort, frame, tmp_path):
    found = find_modules(cohort, cut=0.55)
    found.save(tmp_path / "m")
    back = ra.load(tmp_path / "m")
    pd.testing.assert_frame_equal(back.transform(frame), found.transform(frame), check_exact=True)
    assert back.notes == found.notes


@pytest.mark.real_data
def test_lung_features_fall_into_few_modules(cohorts):
    features = pd.read_csv(cohorts / "lung1" / "radiomics.csv.gz", index_col="patient").select_dtypes("number")
    found = find_modules(ra.Cohort.from_frames(radiomics=features))
    assert found.modules["size"].iloc[0] > 200
    # the eigen-feature of ranks holds what the correlation of ranks promises
    assert (found.modules["explained"] > found.modules["mean_correlation"] - 0.02).all()
