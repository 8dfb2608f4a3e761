from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.codec import dumps
from radassoc.cohort.cohort import Cohort
from radassoc.cohort.exchange import KEY, observations, packed, unpacked


def test_text_holds_all_but_the_matrices(small):
    content = unpacked({KEY: packed(small._parts)})
    pd.testing.assert_frame_equal(content.clinical, small.clinical, check_exact=True)
    pd.testing.assert_frame_equal(content.outcome.table, small.outcome.table, check_exact=True)
    assert content.outcome.coding == small.outcome.coding
    pd.testing.assert_series_equal(content.patients["radiomics"], small.sample_patients("radiomics"))
    pd.testing.assert_frame_equal(content.features["radiomics"], small.features("radiomics"))


def test_another_origin_has_no_content():
    assert unpacked({}) is None


def test_newer_formats_and_other_records_are_refused(small):
    newer = json.loads(packed(small._parts))
    newer["content"]["version"] = 99
    with pytest.raises(ra.FormatError, match="version 99"):
        unpacked({KEY: json.dumps(newer)})
    with pytest.raises(ra.FormatError, match="content of a cohort"):
        unpacked({KEY: dumps(small.audit)})
    with pytest.raises(ra.FormatError, match="uns"):
        unpacked({KEY: "something else"})


def test_observations_can_be_held_by_h5_files(small):
    odd = small.with_clinical(pd.DataFrame({"T/N": ["2/1"], "patient": ["x"]}, index=["P1"]))
    obs = observations(odd._parts, odd._parts.modalities["radiomics"])
    assert list(obs.columns) == ["patient", "age", "sex", "months", "dead", "T|N", "clinical_patient"]
    assert obs["patient"].tolist() == ["P1", "P1", "P2", "P3", "P9"]
    assert obs["age"].tolist()[:4] == [50, 50, 60, 70]
    again = Cohort.from_mudata(odd.to_mudata())
    assert again.fingerprint == odd.fingerprint


def test_samples_taken_out_take_their_patients_along(small):
    adata = small.to_anndata("radiomics")
    again = Cohort.from_anndata(adata[adata.obs["age"] > 55].copy(), modality="radiomics")
    assert list(again.radiomics.index) == ["S3", "S4"]
    assert list(again.patients) == ["P2", "P3", "P4"]
    step = again.audit.flow.iloc[1]
    assert (step["n_patients"], step["n_excluded"], step["reason"]) == (3, 2, "Samples taken out")


def test_a_patient_with_a_sample_left_stays(small):
    adata = small.to_anndata("radiomics")
    again = Cohort.from_anndata(adata[1:].copy(), modality="radiomics")
    assert len(again) == 5
    assert again.column("VOLUME_TC")["P1"] == 3


def test_edited_and_added_observations_hold(small):
    mdata = small.to_mudata()
    for adata in mdata.mod.values():
        adata.obs["age"] = adata.obs["age"].where(adata.obs["patient"] != "P2", 61.0)
        adata.obs["cluster"] = np.where(adata.obs["patient"] == "P9", "B", "A")
    again = Cohort.from_mudata(mdata)
    assert again.column("age").dropna().to_dict() == {"P1": 50, "P2": 61, "P3": 70, "P4": 80}
    assert again.column("cluster").dropna().to_dict() == {"P1": "A", "P2": "A", "P3": "A", "P9": "B"}
    changed = again.audit.table.query("reason == 'changed in obs'").set_index("name")["detail"].to_dict()
    assert changed == {"age": "1 patients", "cluster": "4 patients"}


def test_an_edited_event_is_coded_anew(small):
    adata = small.to_anndata("radiomics")
    adata.obs.loc[adata.obs["patient"] == "P2", "dead"] = 1.0
    again = Cohort.from_anndata(adata, modality="radiomics")
    assert again.outcome.event.to_dict() == {"P1": True, "P2": True, "P3": True}
