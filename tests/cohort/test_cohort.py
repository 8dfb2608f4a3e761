from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import radassoc as ra
from radassoc.cohort.cohort import Cohort


def test_patients_follow_the_clinical_table_then_the_others(small):
    assert list(small.patients) == ["P1", "P2", "P3", "P4", "P9"]
    assert len(small) == 5
    assert small.modalities == ("radiomics", "expression")
    assert "radiomics" in small
    assert "pathways" not in small


def test_frames_come_out_as_copies(small):
    before = small.fingerprint
    handed_out = [
        small.radiomics,
        small["expression"],
        small.clinical,
        small.features("radiomics"),
        small.sample_patients("radiomics"),
        small.patient_frame("expression"),
        small.column("age"),
        small.outcome.table,
        small.audit.flow,
    ]
    for frame in handed_out:
        frame.iloc[:] = frame.iloc[::-1].to_numpy()
    assert small.radiomics.iloc[0, 0] == 1
    assert small.column("age").iloc[0] == 50
    assert pickle.loads(pickle.dumps(small)).fingerprint == before
    assert Cohort(small._parts).fingerprint == before
    with pytest.raises(AttributeError):
        small.fresh = 1


def test_input_frames_are_not_shared(frames):
    cohort = Cohort.from_frames(**frames)
    for frame in (frames["radiomics"], frames["clinical"], frames["patients"]["radiomics"]):
        frame.iloc[:] = frame.iloc[::-1].to_numpy()
    assert cohort.radiomics.iloc[0, 0] == 1
    assert cohort.column("age").iloc[0] == 50
    assert cohort.sample_patients("radiomics").iloc[0] == "P1"


def test_patient_frame_averages_samples_in_cohort_order(small):
    frame = small.patient_frame("radiomics")
    expected = pd.DataFrame(
        {"VOLUME_TC": [2.0, 5.0, 7.0, 9.0], "EGFR": [2.0, 4.0, 6.0, 8.0]},
        index=pd.Index(["P1", "P2", "P3", "P9"], name="patient", dtype=object),
    )
    pd.testing.assert_frame_equal(frame, expected, check_column_type=False)
    assert list(small.patient_frame("expression").index) == ["P1", "P2", "P3"]


def test_column_finds_clinical_first_and_averages_samples(small):
    assert small.column("age").to_dict() == {"P1": 50.0, "P2": 60.0, "P3": 70.0, "P4": 80.0}
    volume = small.column("VOLUME_TC")
    assert volume.name == "VOLUME_TC"
    assert volume.index.name == "patient"
    assert volume.to_dict() == {"P1": 2.0, "P2": 5.0, "P3": 7.0, "P9": 9.0}
    assert small.column("expression:EGFR").to_dict() == {"P1": 0.2, "P2": 0.3, "P3": 0.1}


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(5)))
def test_column_agrees_with_patient_frame_for_any_order_of_rows(order):
    frame = pd.DataFrame({"x": np.arange(5.0) ** 2}, index=list("abcde"))
    owners = pd.Series(["P1", "P1", "P2", "P3", "P2"], index=list("abcde"))
    cohort = Cohort.from_frames(radiomics=frame.iloc[list(order)], patients={"radiomics": owners})
    column = cohort.column("x")
    assert column.to_dict() == {"P1": 0.5, "P2": 10.0, "P3": 9.0}
    pd.testing.assert_series_equal(column, cohort.patient_frame("radiomics")["x"])


def test_unknown_table_names_the_nearest(small):
    with pytest.raises(ra.IdentifierError, match="Did you mean 'expression'"):
        small["expresion"]
    with pytest.raises(ra.IdentifierError, match=r"cohort\.clinical"):
        small["clinical"]


def test_a_cohort_without_tables_says_so(frames):
    with pytest.raises(ra.IdentifierError, match="read with it"):
        _ = Cohort.from_frames(clinical=frames["clinical"]).radiomics


def test_outcome_leaves_out_patients_without_time(small):
    assert list(small.outcome.table.index) == ["P1", "P2", "P3"]
    assert small.outcome.unit == "months"
    assert list(small.complete_patients) == ["P1", "P2", "P3"]


def test_subset_keeps_samples_and_order(small):
    part = small.subset(["P3", "P1"])
    assert list(part.patients) == ["P1", "P3"]
    assert list(part.radiomics.index) == ["S1", "S2", "S4"]
    assert list(part.outcome.table.index) == ["P1", "P3"]
    assert part.audit.flow["n_patients"].tolist() == [5, 2, 2, 2, 2]
    assert len(small) == 5


@pytest.mark.parametrize(
    ("patients", "error", "match"),
    [
        (["P1", "P33"], ra.IdentifierError, "P3"),
        (["P1", "P1"], ra.IdentifierError, "more than once"),
        ([], ra.DesignError, "No patient is left"),
        ("P1", ra.IdentifierError, "no list of patients"),
    ],
)
def test_subset_refuses(small, patients, error, match):
    with pytest.raises(error, match=match):
        small.subset(patients)


def test_with_modality_adds_and_replaces(small):
    scores = pd.DataFrame({"hypoxia": [1.0, 2.0]}, index=["P1", "P2"])
    more = small.with_modality("pathways", scores)
    assert more.modalities == ("radiomics", "expression", "pathways")
    assert small.modalities == ("radiomics", "expression")
    scaled = small.with_modality("radiomics", small.radiomics * 2)
    assert scaled.sample_patients("radiomics").tolist() == ["P1", "P1", "P2", "P3", "P9"]
    assert scaled.column("VOLUME_TC")["P1"] == 4
    assert scaled.features("radiomics").equals(small.features("radiomics"))


def test_with_outcome_codes_a_second_endpoint(small):
    clinical = pd.DataFrame({"pfs": [1.0, 2.0, 3.0], "progressed": ["yes", "no", "yes"]}, index=["P1", "P2", "P9"])
    second = small.with_clinical(clinical).with_outcome("pfs", "progressed", unit="years")
    assert second.outcome.table["event"].to_dict() == {"P1": True, "P2": False, "P9": True}
    assert second.outcome.unit == "years"
    assert small.outcome.time_name == "months"


def test_time_without_event_is_refused(frames):
    with pytest.raises(ra.ClinicalError, match="Only time= is given"):
        Cohort.from_frames(**frames, time="months")
    with pytest.raises(ra.ClinicalError, match="described but not named"):
        Cohort.from_frames(**frames, unit="months")


def test_nothing_is_no_cohort():
    with pytest.raises(ra.InputError, match="no patient"):
        Cohort.from_frames()


def test_metadata_of_unknown_tables_is_refused(frames):
    with pytest.raises(ra.InputError, match="radiomic"):
        Cohort.from_frames(clinical=frames["clinical"], patients={"radiomics": pd.Series(dtype=object)})


def test_tables_without_a_common_patient_are_refused(frames):
    frames["expression"].index = ["p3", "p1", "p2"]
    with pytest.raises(ra.IdentifierError, match="upper and lower case"):
        Cohort.from_frames(**frames)
