"""From a cohort to the arrays: names, counts, refusals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from radassoc.base.arguments import check_choice
from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.survival._subjects import as_names, gather

ASKED = {"modality": "radiomics", "what": "a test", "force": False}


def test_arrays_are_the_cohorts_values(planted_cohort: Cohort) -> None:
    found = gather(planted_cohort, covariates=("age", "sex"), strata=("site",), **ASKED)
    data, clinical = found.data, planted_cohort.clinical
    np.testing.assert_array_equal(data.X, planted_cohort.patient_frame("radiomics").to_numpy())
    np.testing.assert_array_equal(data.Z[:, 0], clinical["age"])
    np.testing.assert_array_equal(data.Z[:, 1], clinical["sex"] == "male")
    assert found.strata_labels == ("a", "b")
    np.testing.assert_array_equal(data.strata, (clinical["site"] == "b").astype(int))
    assert found.volume == "original_shape_MeshVolume"
    np.testing.assert_array_equal(data.volume, planted_cohort.radiomics["original_shape_MeshVolume"])
    np.testing.assert_array_equal(data.event, clinical["os_event"] == 1)


def test_too_few_patients_are_refused(planted: Callable[..., Cohort]) -> None:
    small = planted(18, seed=1)
    with pytest.raises(DesignError, match="18 patients are too few for a test"):
        gather(small, covariates=(), strata=(), **ASKED)
    assert len(gather(small, covariates=(), strata=(), **{**ASKED, "force": True}).patients) == 18


def test_names_and_choices() -> None:
    assert as_names(None) == ()
    assert as_names("age") == ("age",)
    assert as_names(["a", "b"]) == ("a", "b")
    with pytest.raises(InputError, match=r"ties='x' is no choice(.|\n)*'efron' or 'breslow'"):
        check_choice("ties", "x", ("efron", "breslow"))
