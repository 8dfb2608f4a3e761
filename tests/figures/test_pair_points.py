from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.figures._pair_points import _beside, _by_patient


def test_samples_of_a_patient_share_a_place_within_their_class():
    y, at = np.array([1.0, 2.0, 9.0, 4.0]), np.zeros(4)
    places = _by_patient(y, at, pd.Series(["a", "a", "b", "c"]))
    assert places[0] == places[1] < places[3] < places[2]


def test_points_stay_within_their_class():
    rng = np.random.default_rng(0)
    assert np.abs(_beside(rng.normal(size=50), np.arange(50) % 2)).max() < 0.5
