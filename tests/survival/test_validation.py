"""The result of a validation keeps patients' values where they are left out of reports."""

from __future__ import annotations

import pandas as pd
import pytest

from radassoc.base.apparent import is_out_of_fold
from radassoc.base.errors import InputError
from radassoc.base.results import PATIENT_FIELDS
from radassoc.survival.validation import RiskValidation


def test_patient_level_fields_are_known_as_such() -> None:
    assert {"samples", "null_samples", "null_imaging", "null_groups"} <= PATIENT_FIELDS


def test_it_has_its_figure() -> None:
    assert RiskValidation.default_figure == "plot_validation"


def test_its_scores_by_patient_say_that_they_are_out_of_fold() -> None:
    samples = pd.DataFrame({"patient": ["A", "B"], "score": [1.0, -1.0], "imaging_score": [0.5, 0.0], "group": None})
    found = RiskValidation(table=pd.DataFrame(), samples=samples, resamples=pd.DataFrame())
    assert found.out_of_fold().to_dict() == {"A": 1.0, "B": -1.0}
    imaging = found.out_of_fold(part="imaging")
    assert imaging.to_dict() == {"A": 0.5, "B": 0.0}
    assert is_out_of_fold(imaging)
    with pytest.raises(InputError, match="no part"):
        found.out_of_fold(part="covariates")  # type: ignore[arg-type]
