"""The models that imaging must beat: covariates, tumour volume, and both; learned where the score is learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from radassoc.kernels.cox_path import StopRule, solve_path
from radassoc.kernels.cox_risk import risk_sets
from radassoc.survival._baseline import baseline_hazard
from radassoc.survival._pipeline import Arrays, Model, Settings, learn_volume

__all__ = [
    "BOTH",
    "COVARIATES",
    "FULL",
    "VOLUME",
    "Scorer",
    "VolumeAndCovariates",
    "difference_of",
    "known_models",
    "learn_volume_and_covariates",
    "scorers",
    "survival",
]

FULL = "full"
COVARIATES = "covariates"
VOLUME = "volume"
BOTH = "covariates + volume"

#: A learned model: the log hazard ratio of each row.
Scorer = Callable[[Arrays], np.ndarray]
_WILD = 300.0  # exp of it is still a number


def known_models(data: Arrays) -> tuple[str, ...]:
    """Return the models that these columns allow, the full score first."""
    covariates, volume = data.Z.shape[1] > 0, bool(np.isfinite(data.volume).any())
    there = {FULL: True, COVARIATES: covariates, VOLUME: volume, BOTH: covariates and volume}
    return tuple(model for model, known in there.items() if known)


def difference_of(rival: str) -> str:
    """Return how the gain of the full score over a rival is called.

    Examples
    --------
    >>> difference_of("volume"), difference_of("covariates + volume")
    ('full - volume', 'full - (covariates + volume)')
    """
    return f"{FULL} - ({rival})" if "+" in rival else f"{FULL} - {rival}"


class VolumeAndCovariates(NamedTuple):
    """An unpenalised Cox model of covariates and tumour volume.

    ``log``: volume enters by its logarithm, ``floor`` being the smallest of training. ``fill`` replaces a missing one.
    """

    log: bool
    floor: float
    fill: float
    center: np.ndarray
    scale: np.ndarray
    coefficients: np.ndarray

    def score(self, Z: np.ndarray, volume: np.ndarray) -> np.ndarray:
        """Return the score of patients from covariates and volume."""
        columns = np.column_stack([Z, _sized(volume, self.fill, self.floor, log=self.log)])
        return np.asarray((columns - self.center) / self.scale @ self.coefficients)


def _sized(volume: np.ndarray, fill: float, floor: float, *, log: bool) -> np.ndarray:
    filled = np.where(np.isfinite(volume), volume, fill)
    return np.log(np.maximum(filled, floor)) if log else filled


def learn_volume_and_covariates(data: Arrays, settings: Settings) -> VolumeAndCovariates:
    """Fit covariates and volume together; the logarithm of volume, where all are positive.

    The choice looks at no outcome. A logarithm is the stronger comparator, since volumes span orders of magnitude.
    """
    known = data.volume[np.isfinite(data.volume)]
    log = bool(known.size) and bool((known > 0).all())
    fill = float(np.median(known)) if known.size else 1.0
    floor = float(known.min()) if log else -np.inf
    columns = np.column_stack([data.Z, _sized(data.volume, fill, floor, log=log)])
    center, spread = columns.mean(axis=0), columns.std(axis=0)
    scale = np.where(spread > 1e-12 * (1 + np.abs(center)), spread, 1.0)
    solved = solve_path(
        np.asfortranarray((columns - center) / scale),
        risk_sets(data.time, data.event, strata=data.strata, ties=settings.ties),
        lambdas=np.ones(1),
        penalty_factor=np.zeros(columns.shape[1]),
        standardize=False,
        stop=StopRule(),
    )
    return VolumeAndCovariates(log, floor, fill, center, scale, solved.coefficients[0])


def scorers(model: Model, train: Arrays, settings: Settings, models: tuple[str, ...]) -> dict[str, Scorer]:
    """Return the score of the learned pipeline and of its rivals, which are learned here from the same rows."""
    made: dict[str, Scorer] = {FULL: lambda rows: model.imaging(rows.X) + model.clinical(rows.Z)}
    if COVARIATES in models:
        made[COVARIATES] = lambda rows: model.clinical(rows.Z, alone=True)
    if VOLUME in models:
        size = learn_volume(train, settings)
        made[VOLUME] = lambda rows: size.score(rows.volume)
    if BOTH in models:
        both = learn_volume_and_covariates(train, settings)
        made[BOTH] = lambda rows: both.score(rows.Z, rows.volume)
    return made


def survival(scorer: Scorer, train: Arrays, rows: Arrays, score: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the survival that a model predicts for ``rows`` at ``times``; its baseline is that of the training rows.

    The frozen score predicts the same way: with Breslow's hazard at its own, penalised linear predictor.
    """
    base = baseline_hazard(_tame(scorer(train)), train)
    return np.asarray(np.exp(-base.cumulative(_tame(score), rows.strata, times)))


def _tame(score: np.ndarray) -> np.ndarray:
    return np.clip(score, -_WILD, _WILD)
