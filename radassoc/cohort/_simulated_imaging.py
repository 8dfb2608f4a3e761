"""Simulated imaging features: correlated blocks, skewed marginals, centres, repeated samples, missing values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from radassoc.base.seeds import generator

__all__ = ["BLOCK_CORRELATION", "REPEAT_NOISE", "Imaging", "simulate_imaging", "to_standard", "with_missing"]

#: Correlation of the factors of two blocks of one sequence; factors of different sequences are independent.
BLOCK_CORRELATION = 0.3
#: Standard deviation of one sample of a patient around the patient, where a patient has several.
REPEAT_NOISE = 0.3


@dataclass(frozen=True, eq=False)
class Imaging:
    """Features as measured, the patient of each sample, each patient's true standard value, and the centres' shifts."""

    frame: pd.DataFrame
    patients: pd.Series
    standard: pd.DataFrame
    shifts: pd.DataFrame


def simulate_imaging(
    catalogue: pd.DataFrame, centre: pd.Series, *, centre_shift: float, samples_per_patient: int, seed: int
) -> Imaging:
    """Return the features of the patients in ``centre`` (patient -> centre)."""
    standard = pd.DataFrame(_standard_values(catalogue, len(centre), seed), index=centre.index, columns=catalogue.index)
    shifts = _shifts(catalogue, sorted(set(centre)), centre_shift, seed)
    names = [
        (patient if samples_per_patient == 1 else f"{patient}-{i}", patient)
        for patient in centre.index
        for i in range(1, samples_per_patient + 1)
    ]
    patients = pd.Series(dict(names), name="patient", dtype=object).rename_axis("sample")
    measured = standard.loc[patients].to_numpy() + shifts.loc[centre[patients]].to_numpy()
    if samples_per_patient > 1:
        measured += REPEAT_NOISE * generator(seed, "repeats").standard_normal(measured.shape)
    frame = pd.DataFrame(_from_standard(measured, catalogue), index=patients.index, columns=catalogue.index)
    return Imaging(frame.rename_axis(columns=None), patients, standard, shifts)


def _standard_values(catalogue: pd.DataFrame, n: int, seed: int) -> np.ndarray:
    """Return standard normal values: feature = loading x factor of its block + noise of its own."""
    blocks, sequences = pd.factorize(catalogue["block"])[0], pd.factorize(catalogue["sequence"])[0]
    of_block = np.zeros(blocks.max() + 1, dtype=int)
    of_block[blocks] = sequences
    draw = generator(seed, "imaging")
    common = draw.standard_normal((n, sequences.max() + 1))
    own = draw.standard_normal((n, len(of_block)))
    factors = np.sqrt(BLOCK_CORRELATION) * common[:, of_block] + np.sqrt(1 - BLOCK_CORRELATION) * own
    loading = catalogue["loading"].to_numpy()
    noise = draw.standard_normal((n, len(catalogue)))
    return np.asarray(factors[:, blocks] * loading + np.sqrt(1 - loading**2) * noise)


def _shifts(catalogue: pd.DataFrame, centres: list[str], size: float, seed: int) -> pd.DataFrame:
    """Return each centre's shift of each feature in standard deviations; the first centre is the reference."""
    values = size * generator(seed, "centres").standard_normal((len(centres), len(catalogue)))
    values[0] = 0.0
    return pd.DataFrame(values, index=pd.Index(centres, name="centre"), columns=catalogue.index)


def _from_standard(values: np.ndarray, catalogue: pd.DataFrame) -> np.ndarray:
    scaled = catalogue["center"].to_numpy() + values * catalogue["spread"].to_numpy()
    transform = catalogue["transform"].to_numpy()
    with np.errstate(over="ignore"):  # the other branch of each choice
        return np.where(
            transform == "log", np.exp(scaled), np.where(transform == "logit", 1 / (1 + np.exp(-scaled)), scaled)
        )


def to_standard(frame: pd.DataFrame, catalogue: pd.DataFrame) -> pd.DataFrame:
    """Return features on the scale on which their effects are planted: standard normal in the first centre."""
    X, told = frame.to_numpy(dtype=float), catalogue.loc[frame.columns]
    transform = told["transform"].to_numpy()
    with np.errstate(all="ignore"):  # the other branch of each choice
        scaled = np.where(transform == "log", np.log(X), np.where(transform == "logit", np.log(X / (1 - X)), X))
    values = (scaled - told["center"].to_numpy()) / told["spread"].to_numpy()
    return pd.DataFrame(values, index=frame.index, columns=frame.columns)


def with_missing(frame: pd.DataFrame, share: float, seed: int, name: str) -> pd.DataFrame:
    """Return the frame with this share of its cells missing completely at random."""
    n_missing = round(share * frame.size)
    gone = np.zeros(frame.size, dtype=bool)
    gone[generator(seed, "missing", name).permutation(frame.size)[:n_missing]] = True
    return frame.mask(gone.reshape(frame.shape))
