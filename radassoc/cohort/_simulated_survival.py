"""Simulated patients: sex, age, markers, centres, and survival by proportional hazards with a stated share censored."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.base.seeds import generator

__all__ = ["COVARIATE_UNITS", "simulate_patients", "simulate_survival", "standard_covariates"]

#: What one unit of a planted hazard ratio is.
COVARIATE_UNITS = {
    "age": "10 years",
    "sex": "male against female",
    "idh": "mutant against wildtype",
    "mgmt": "methylated against unmethylated",
}
#: Shape of the Weibull hazard: it rises with time, as in glioma.
_SHAPE = 1.3


def simulate_patients(n_patients: int, n_centres: int, seed: int) -> pd.DataFrame:
    """Return sex, age, IDH, MGMT and centre by patient; IDH mutation goes with youth, MGMT methylation with IDH."""
    draw = generator(seed, "patients")
    width = max(3, len(str(n_patients)))
    age = np.clip(np.round(draw.normal(57, 13, n_patients)), 19, 88)
    mutant = draw.random(n_patients) < 1 / (1 + np.exp(0.09 * (age - 42)))
    methylated = draw.random(n_patients) < np.where(mutant, 0.75, 0.40)
    frame = {
        "sex": np.where(draw.random(n_patients) < 0.57, "male", "female"),
        "age": age,
        "idh": np.where(mutant, "mutant", "wildtype"),
        "mgmt": np.where(methylated, "methylated", "unmethylated"),
        "centre": [f"C{i + 1}" for i in draw.integers(0, n_centres, n_patients)],
    }
    names = [f"P{i:0{width}d}" for i in range(1, n_patients + 1)]
    return pd.DataFrame(frame, index=pd.Index(names, name="patient", dtype=object))


def standard_covariates(patients: pd.DataFrame) -> pd.DataFrame:
    """Return the covariates in the units of their planted hazard ratios, around their means."""
    values = pd.DataFrame(
        {
            "age": patients["age"] / 10,
            "sex": (patients["sex"] == "male").astype(float),
            "idh": (patients["idh"] == "mutant").astype(float),
            "mgmt": (patients["mgmt"] == "methylated").astype(float),
        }
    )
    return values - values.mean()


def simulate_survival(log_hazard: pd.Series, *, median: float, censored: float, seed: int) -> pd.DataFrame:
    """Return time and event (1 observed, 0 censored) by patient.

    Parameters
    ----------
    log_hazard
        Logarithm of each patient's hazard relative to the average.
    median
        Median survival of the average patient.
    censored
        Share of patients whose follow-up ends before the event; met as closely as whole patients allow.
    """
    draw = generator(seed, "survival")
    n = len(log_hazard)
    scale = median / np.log(2) ** (1 / _SHAPE)
    death = scale * (draw.exponential(size=n) / np.exp(log_hazard.to_numpy())) ** (1 / _SHAPE)
    follow_up = draw.uniform(0.4, 1.6, n)
    # as follow-up grows longer, the events come to be observed in the order of death / follow_up
    order = np.sort(death / follow_up)
    n_observed = n - round(censored * n)
    reach = order[n_observed - 1] if n_observed else order[0] / 2
    end = reach * follow_up
    observed = death <= end * (1 + 1e-12)
    time = np.maximum(np.where(observed, death, end), 0.1)
    return pd.DataFrame({"time": time, "event": observed.astype(float)}, index=log_hazard.index)
