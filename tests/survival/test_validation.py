"""The result of a validation keeps patients' values where they are left out of reports."""

from __future__ import annotations

from radassoc.base.results import PATIENT_FIELDS
from radassoc.survival.validation import RiskValidation


def test_patient_level_fields_are_known_as_such() -> None:
    assert {"samples", "null_samples", "null_imaging", "null_groups"} <= PATIENT_FIELDS


def test_it_has_its_figure() -> None:
    assert RiskValidation.default_figure == "plot_validation"
