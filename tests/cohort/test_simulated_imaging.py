"""Standard values and measured values are one another's inverse, and missing values are as many as asked."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.cohort._simulated_imaging import simulate_imaging, to_standard, with_missing
from radassoc.cohort._simulated_names import feature_catalogue

CENTRE = pd.Series("C1", index=pd.Index([f"P{i}" for i in range(50)], name="patient"))


def test_measured_values_come_back_to_standard_ones() -> None:
    catalogue = feature_catalogue(149)
    assert set(catalogue["transform"]) == {"log", "logit", "none"}
    imaging = simulate_imaging(catalogue, CENTRE, centre_shift=0.5, samples_per_patient=1, seed=0)
    pd.testing.assert_frame_equal(
        to_standard(imaging.frame, catalogue), imaging.standard, check_names=False, rtol=0, atol=1e-8
    )


def test_a_sample_of_several_is_near_its_patient_and_named_after_it() -> None:
    catalogue = feature_catalogue(14)
    imaging = simulate_imaging(catalogue, CENTRE, centre_shift=0.0, samples_per_patient=2, seed=0)
    assert list(imaging.patients.iloc[:3].items()) == [("P0-1", "P0"), ("P0-2", "P0"), ("P1-1", "P1")]
    apart = to_standard(imaging.frame, catalogue).to_numpy() - imaging.standard.loc[imaging.patients].to_numpy()
    assert 0.25 < apart.std() < 0.35


@pytest.mark.parametrize(("share", "n_missing"), [(0.0, 0), (0.25, 5), (0.99, 20)])
def test_missing_cells_are_counted_not_drawn(share: float, n_missing: int) -> None:
    frame = pd.DataFrame(np.ones((4, 5)))
    gone = with_missing(frame, share, 0, "test")
    assert gone.isna().to_numpy().sum() == n_missing
    assert frame.notna().all(axis=None)
