from __future__ import annotations

import anndata
import mudata
import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

import radassoc as ra
from radassoc.cohort import exchange_anndata
from radassoc.cohort.cohort import Cohort


def same(one, two):
    assert one.modalities == two.modalities
    for name in one.modalities:
        pd.testing.assert_frame_equal(one[name], two[name], check_exact=True)
        pd.testing.assert_series_equal(one.sample_patients(name), two.sample_patients(name))
        pd.testing.assert_frame_equal(one.features(name), two.features(name))
    pd.testing.assert_frame_equal(one.clinical, two.clinical, check_exact=True)
    pd.testing.assert_frame_equal(one.audit.table, two.audit.table)
    pd.testing.assert_frame_equal(one.audit.flow, two.audit.flow)
    pd.testing.assert_frame_equal(one.audit.samples, two.audit.samples)
    assert one.fingerprint == two.fingerprint


def test_round_trip_is_exact(small, tmp_path):
    part = small.subset(["P1", "P2", "P9"], step="Enrolled", reason="Not enrolled")
    odd = part.with_modality("radiomics", part.radiomics * 0.1 + 1e-300)
    same(Cohort.from_mudata(odd.to_mudata()), odd)
    same(Cohort.read(odd.write(tmp_path / "sub" / "cohort.h5mu")), odd)


TEXTS = st.sampled_from([None, "", "nan", "1", "True", " padded ", "a,b\r\n", "ä✓", "None", "NA", '"quoted"', "[list]"])
NUMBERS = st.floats(allow_infinity=False)


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(TEXTS, NUMBERS, NUMBERS), min_size=3, max_size=6))
def test_any_text_and_any_number_come_back(rows):
    patients = [f"P{i}" for i in range(len(rows))]
    clinical = pd.DataFrame({"T/N": [row[0] for row in rows], "age": [row[1] for row in rows]}, index=patients)
    radiomics = pd.DataFrame({"x/y": [row[2] for row in rows]}, index=patients)
    cohort = Cohort.from_frames(radiomics=radiomics, clinical=clinical)
    same(Cohort.from_mudata(cohort.to_mudata()), cohort)


def test_cohort_without_outcome_or_clinical(tmp_path):
    cohort = Cohort.from_frames(expression=pd.DataFrame({"EGFR": [1.0, np.nan]}, index=["P1", "P2"]))
    same(Cohort.read(cohort.write(tmp_path / "cohort.h5mu")), cohort)


def test_cohort_of_clinical_alone(frames, tmp_path):
    cohort = Cohort.from_frames(clinical=frames["clinical"], time="months", event="dead", unit="months")
    same(Cohort.read(cohort.write(tmp_path / "cohort.h5mu")), cohort)


def test_writing_replaces_and_leaves_nothing_behind(small, tmp_path):
    path = tmp_path / "cohort.h5mu"
    small.write(path)
    small.subset(["P1"]).write(path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["cohort.h5mu"]
    assert list(Cohort.read(path).patients) == ["P1"]


def test_a_failed_write_keeps_the_old_file(small, tmp_path, monkeypatch):
    path = small.write(tmp_path / "cohort.h5mu")

    def broken(parts):
        raise OSError("disk full")

    monkeypatch.setattr(exchange_anndata, "to_mudata", broken)
    with pytest.raises(OSError, match="disk full"):
        small.subset(["P1"]).write(path)
    monkeypatch.undo()
    assert [entry.name for entry in tmp_path.iterdir()] == ["cohort.h5mu"]
    assert Cohort.read(path).fingerprint == small.fingerprint


def test_foreign_anndata_with_sparse_counts():
    adata = anndata.AnnData(
        X=scipy.sparse.csr_matrix(np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 0.0]])),
        obs=pd.DataFrame(
            {
                "subject": ["P1", "P1", "P2"],
                "sex": pd.Categorical(["f", "f", "m"]),
                "depth": [10, 20, 30],
                "months": [1.0, 1.0, 2.0],
                "dead": [1, 1, 0],
            },
            index=["c1", "c2", "c3"],
        ),
        var=pd.DataFrame(index=["EGFR", "TP53"]),
    )
    cohort = Cohort.from_anndata(adata, patient="subject", time="months", event="dead", unit="months")
    assert cohort.modalities == ("expression",)
    assert list(cohort.patients) == ["P1", "P2"]
    assert cohort.column("EGFR").to_dict() == {"P1": 0.5, "P2": 3.0}
    assert cohort.column("sex").to_dict() == {"P1": "f", "P2": "m"}
    assert "depth" not in cohort.clinical
    left_out = cohort.audit.table.query("reason == 'no clinical column'")
    assert left_out["name"].tolist() == ["depth"]
    assert cohort.outcome.event.tolist() == [True, False]
    with pytest.raises(ra.IdentifierError, match="Did you mean 'subject'"):
        Cohort.from_anndata(adata, patient="subjects")


def test_files_that_are_not_ours(small, tmp_path):
    with pytest.raises(ra.InputError, match=r"\.h5mu"):
        small.write(tmp_path / "cohort.csv")
    with pytest.raises(ra.InputError, match="does not exist"):
        Cohort.read(tmp_path / "absent.h5mu")
    (tmp_path / "text.h5mu").write_text("no")
    with pytest.raises(ra.FormatError, match="cannot be read as h5mu"):
        Cohort.read(tmp_path / "text.h5mu")
    mdata = small.to_mudata()
    del mdata.uns["radassoc"]
    with exchange_anndata._quiet():
        mdata.write(tmp_path / "foreign.h5mu")
    with pytest.raises(ra.FormatError, match="from_mudata"):
        Cohort.read(tmp_path / "foreign.h5mu")


def test_foreign_mudata_is_read_with_its_observations(small):
    mdata = small.to_mudata()
    del mdata.uns["radassoc"]
    cohort = Cohort.from_mudata(mdata, time="months", event="dead", unit="months")
    assert cohort.outcome.event.to_dict() == {"P1": True, "P2": False, "P3": True}
    assert cohort.column("sex").dropna().to_dict() == {"P1": "male", "P2": "female", "P3": "male"}


def test_objects_are_those_of_the_libraries(small):
    adata = small.to_anndata("radiomics")
    assert isinstance(adata, anndata.AnnData)
    assert adata.var.loc["VOLUME_TC", "region"] == "TC"
    mdata = small.to_mudata()
    assert isinstance(mdata, mudata.MuData)
    adata.X[0, 0] = -1
    assert small.radiomics.iloc[0, 0] == 1
