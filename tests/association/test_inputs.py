import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.association._inputs import columns_of, read_inputs, two_values
from radassoc.base.errors import DesignError


def test_tables_and_covariates_have_the_same_rows(study):
    frame = study.expression.iloc[5:].iloc[::-1]
    inputs = read_inputs(study, "radiomics", frame, ("age",), "cluster_robust")
    assert inputs.left.index.tolist() == inputs.right.index.tolist() == study.patients[5:].tolist()
    np.testing.assert_array_equal(inputs.Z[:, 0], study.clinical["age"].iloc[5:])
    assert inputs.codes is None
    assert not inputs.same


def test_survival_is_the_outcome():
    cohort = ra.simulate_cohort(n_patients=30, seed=1).cohort
    inputs = read_inputs(cohort, "radiomics", "survival", (), "cluster_robust")
    assert inputs.sides[1].name == "outcome"
    assert inputs.outcome is not None
    assert len(inputs.outcome[0]) == len(inputs.left) == 30
    assert inputs.right.shape == (30, 0)


def test_parts_of_a_whole_become_log_ratios(study):
    parts = study.expression.abs().div(study.expression.abs().sum(axis=1), axis=0)
    inputs = read_inputs(study, "radiomics", parts, (), "average")
    np.testing.assert_allclose(inputs.right.sum(axis=1), 0, atol=1e-12)
    assert any("centred log-ratios" in note for note in inputs.notes)


def test_samples_stay_samples_unless_they_are_averaged(study):
    frame = study.expression
    twice = pd.concat([frame + 1, frame - 1]).set_axis([f"S{i}" for i in range(100)])
    owner = pd.Series([*study.patients, *study.patients], index=twice.index)
    cohort = study.with_modality("expression", twice, patients=owner)
    inputs = read_inputs(cohort, "radiomics", "expression", (), "mixed")
    assert len(inputs.right) == 100
    assert np.bincount(inputs.codes).tolist() == [2] * 50
    assert read_inputs(cohort, "radiomics", "expression", (), "average").codes is None


def test_no_common_patient(study):
    with pytest.raises(DesignError, match="No patient is in both"):
        read_inputs(study, study.expression.iloc[:9], study.expression.iloc[9:], (), "average")


def test_two_values_are_classes_of_ranks_and_numbers_of_slopes():
    frame = pd.DataFrame({"a": [0.0, 1.0, 0.0, np.nan], "b": [1.0, 2.0, 3.0, 4.0], "c": [2.0, 2.0, 2.0, 2.0]})
    assert two_values(frame).tolist() == [True, False, False]
    assert columns_of(frame, "x", classes=True).kinds.tolist() == ["binary", "continuous", "continuous"]
    assert set(columns_of(frame, "x", classes=False).kinds) == {"continuous"}
    assert two_values(frame.assign(d=list("uvwx"))).tolist() == [True, False, False, True]
