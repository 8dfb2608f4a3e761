import numpy as np
import pandas as pd
import pytest

from radassoc.association._sides import dropped_rows, read_side
from radassoc.base.errors import IdentifierError, InputError


def test_modalities_name_their_columns(study):
    assert read_side(study, "radiomics").name == "feature"
    assert read_side(study, "expression").name == "gene"
    other = study.with_modality("mutations", study.expression.round())
    assert read_side(other, "mutations").name == "marker"


def test_a_frame_of_patients(study):
    frame = study.expression.rename_axis(columns="protein")
    side = read_side(study, frame)
    assert side.name == "protein"
    np.testing.assert_array_equal(side.frame, frame)
    assert side.notes == ()


def test_a_frame_of_samples_is_averaged_per_patient(study):
    samples = pd.concat([study.expression + 1, study.expression - 1]).set_axis([f"S{i}" for i in range(100)])
    owner = pd.Series([*study.patients, *study.patients], index=samples.index)
    cohort = study.with_modality("cells", samples, patients=owner)
    side = read_side(cohort, samples)
    np.testing.assert_allclose(side.frame.loc[study.patients], study.expression)
    assert side.notes == ("the frame: 100 samples of patients with several were averaged per patient.",)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda frame: frame.assign(g0=np.inf), InputError, "'g0' hold infinite values"),
        (lambda frame: frame[["g0", "g0"]], InputError, "columns of the same name: 'g0'"),
        (lambda frame: frame.set_axis(range(50)), IdentifierError, "neither patients nor samples"),
        (lambda frame: frame.to_numpy(), InputError, "not a ndarray"),
    ],
)
def test_what_is_no_table(study, change, error, message):
    with pytest.raises(error, match=message):
        read_side(study, change(study.expression))


def test_each_column_tells_why_it_was_not_tested():
    frame = pd.DataFrame(
        {"none": np.nan, "same": 1.0, "gap": [np.nan, 1.0, 2.0], "told": [1.0, 2.0, 3.0], "ok": [3, 1, 2]}
    )
    rows = dropped_rows("left", frame, np.array([False, False, True, False, True]), {})
    assert [(row["name"], row["n_missing"]) for row in rows] == [("none", 3), ("same", 0), ("gap", 1), ("told", 0)]
    assert rows[2]["reason"] == "tested without 1 of 3 patients, whose values are missing"
    assert "covariates" in rows[3]["reason"]


def test_rows_that_are_samples_are_called_so():
    frame = pd.DataFrame({"f": [1.0, np.nan, 2.0], "g": np.nan})
    told = dropped_rows("right", frame, np.array([True, False]), rows_are="samples")
    assert [row["reason"] for row in told] == [
        "tested without 1 of 3 samples, whose values are missing",
        "no sample has a value",
    ]
