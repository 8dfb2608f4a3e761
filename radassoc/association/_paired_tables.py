"""Two tables of the same patients as complete standardised matrices, less what the covariates explain."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.errors import DesignError
from radassoc.cohort.align import align
from radassoc.kernels.correlation import basis, midranks, residuals
from radassoc.preparation.preparation import fit_preparation
from radassoc.preparation.recipe import Preparation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["PairedTables", "normal_scores", "paired_tables"]

FEWEST_PATIENTS = 10
_MIN_DF = 5
_EXPLAINED = 1e-9


class PairedTables(NamedTuple):
    """``X`` (n, p) and ``Y`` (n, q): residuals with mean 0 and variance 1; ``Q``: intercept and covariates."""

    X: np.ndarray
    Y: np.ndarray
    Q: np.ndarray
    columns: tuple[list[str], list[str]]
    patients: pd.Index
    strata: np.ndarray
    notes: tuple[str, ...]


def paired_tables(
    cohort: Cohort,
    names: tuple[str, str],
    *,
    covariates: tuple[str, ...],
    strata: tuple[str, ...],
    scored: bool,
    recipe: Preparation,
) -> PairedTables:
    """Return the tables of the patients who have both and all covariates, prepared on these patients."""
    aligned = align(cohort, modalities=names, covariates=covariates, strata=strata)
    n = len(aligned.patients)
    part = cohort.subset(aligned.patients)
    Z = aligned.covariates.to_numpy(dtype=float)
    Q = basis(normal_scores(Z) if scored else Z)
    if n < FEWEST_PATIENTS or n - Q.shape[1] < _MIN_DF:
        raise DesignError(
            f"{n} patients have {names[0]!r}, {names[1]!r} and all covariates.",
            wanted=f"at least {FEWEST_PATIENTS}, and {_MIN_DF} more than covariates",
        )
    tables, columns, told = [], [], [_dropped_note(aligned.dropped)]
    for name in names:
        fitted = fit_preparation(part, name, preparation=recipe)
        values = fitted.transform(aligned.frames[name]).to_numpy()
        values = normal_scores(values) if scored and values.size else values
        left, inside = _standardised(values, Q)
        if not inside.any():
            raise DesignError(
                f"No column of {name!r} is left ({fitted.reason or 'the covariates explain all'}).",
                wanted="columns that vary",
            )
        tables.append(left)
        columns.append([label for label, keep in zip(fitted.features, inside, strict=True) if keep])
        told += _side_notes(cohort, name, aligned.frames[name], columns[-1])
    notes = tuple(note for note in told if note)
    return PairedTables(tables[0], tables[1], Q, (columns[0], columns[1]), aligned.patients, aligned.strata, notes)


def normal_scores(X: np.ndarray) -> np.ndarray:
    """Return the normal quantiles of (rank - 1/2) / n of each column; two values stay two values.

    Bounded ranks would spread less where a covariate is extreme, in both tables alike: distances of their residuals
    then correlate without any association (19% false at 5% in a simulation, see benchmarks/null_modalities.py).

    Examples
    --------
    >>> normal_scores(np.array([[1.0], [100.0], [5.0]])).ravel().round(3).tolist()
    [-0.967, 0.967, 0.0]
    """
    return np.asarray(special.ndtri((midranks(X) - 0.5) / len(X)))


def _standardised(values: np.ndarray, Q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return residuals of variance 1 and which columns vary beyond the covariates."""
    centred = values - values.mean(axis=0)
    left = residuals(centred, Q)
    spread, length = np.linalg.norm(centred, axis=0), np.linalg.norm(left, axis=0)
    inside = length > np.maximum(_EXPLAINED * spread, 0.0)
    return left[:, inside] / length[inside] * np.sqrt(len(values) - 1), inside


def _dropped_note(dropped: pd.DataFrame) -> str:
    if dropped.empty:
        return ""
    return "Left out: " + "; ".join(f"{row.n_patients} patients {row.reason}" for row in dropped.itertuples()) + "."


def _side_notes(cohort: Cohort, name: str, frame: pd.DataFrame, used: list[str]) -> list[str]:
    missing = int(frame[used].isna().to_numpy().sum())
    told = [f"{len(used)} of {frame.shape[1]} columns of {name} are used, each with the same weight."]
    if missing:
        told[0] += f" {missing} missing values ({100 * missing / frame[used].size:.1f}%) were filled."
    repeated = int(cohort.sample_patients(name).duplicated(keep=False).sum())
    if repeated:
        told.append(f"{name}: {repeated} samples of patients with several were averaged per patient.")
    return told
