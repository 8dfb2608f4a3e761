"""Simulated survival in a case that can be followed by hand, and patients as stated."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from radassoc.cohort._simulated_survival import simulate_patients, simulate_survival, standard_covariates

NOBODY = pd.Series(0.0, index=[f"P{i}" for i in range(6)])


def survival(censored: float) -> pd.DataFrame:
    return simulate_survival(NOBODY, median=10.0, censored=censored, seed=0)


def test_longer_follow_up_only_adds_events_and_time() -> None:
    steps = [survival(censored) for censored in (5 / 6, 4 / 6, 2 / 6, 0.0)]
    assert [step["event"].sum() for step in steps] == [1, 2, 4, 6]
    for short, long in pairwise(steps):
        assert (short["time"] <= long["time"] + 1e-12).all()
        seen = short["event"] == 1
        pd.testing.assert_frame_equal(short[seen], long[seen])


def test_a_hazard_of_e_shortens_time_as_the_weibull_says() -> None:
    plain, doomed = survival(0.0), simulate_survival(NOBODY + 1.3, median=10.0, censored=0.0, seed=0)
    np.testing.assert_allclose(doomed["time"] / plain["time"], np.exp(-1.0), rtol=1e-9)


def test_everybody_censored_has_no_event() -> None:
    assert simulate_survival(NOBODY, median=10.0, censored=0.99, seed=0)["event"].sum() == 0


def test_patients_are_as_stated() -> None:
    patients = simulate_patients(4000, 3, seed=0)
    assert patients.index[0] == "P0001"
    assert patients["age"].between(19, 88).all()
    assert set(patients["centre"]) == {"C1", "C2", "C3"}
    age = patients.groupby("idh")["age"].mean()
    assert age["mutant"] < age["wildtype"] - 8
    methylated = (patients["mgmt"] == "methylated").groupby(patients["idh"]).mean()
    assert methylated["mutant"] == pytest.approx(0.75, abs=0.05)
    assert methylated["wildtype"] == pytest.approx(0.40, abs=0.05)


def test_covariates_are_in_their_units_around_their_means() -> None:
    patients = pd.DataFrame(
        {"age": [40.0, 60.0], "sex": ["male", "female"], "idh": ["mutant", "wildtype"], "mgmt": ["methylated"] * 2}
    )
    assert standard_covariates(patients).to_numpy().tolist() == [[-1.0, 0.5, 0.5, 0.0], [1.0, -0.5, -0.5, 0.0]]
