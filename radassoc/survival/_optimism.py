"""Bootstrap optimism and the .632+ rule: what the apparent performance of a pipeline owes to its own patients."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.resampling.metrics import brier, harrell_c, integrated_brier, over_time
from radassoc.survival._added_value import scorers, survival
from radassoc.survival._pipeline import Arrays, Settings, learn_model

__all__ = ["MEASURES", "Apparent", "apparent", "bootstrap_model", "optimism_corrected", "point_632_plus"]

#: What is corrected: the columns of every array here.
MEASURES = ("concordance", "integrated_brier")
_NO_ORDER = 0.5


class Apparent(NamedTuple):
    """The pipeline on its own patients: values and no-information values, each as ``MEASURES``."""

    values: np.ndarray
    no_information: np.ndarray


def apparent(data: Arrays, settings: Settings, grid: np.ndarray, tau: float) -> Apparent:
    """Learn the pipeline from all patients and measure it on them: too good, and only a step towards a correction."""
    score, alive = _predict(data, data, settings, ("apparent",), grid)
    return Apparent(_measure(data, score, alive, grid, tau), np.array([_NO_ORDER, _blind(data, alive, grid, tau)]))


def bootstrap_model(
    data: Arrays, rows: np.ndarray, settings: Settings, path: tuple[int | str, ...], grid: np.ndarray, tau: float
) -> np.ndarray:
    """Learn the pipeline from one bootstrap sample; return (3, 2): on the sample, on all patients, on those left out.

    Parameters
    ----------
    data
        All patients.
    rows
        The sample, (n,) rows of ``data``; copies of a patient share the inner folds.
    settings, path
        As for ``learn_model``.
    grid, tau
        Times at which survival is predicted, and the last that counts.
    """
    sample = data.take(rows)._replace(copies=rows)
    score, alive = _predict(sample, data, settings, path, grid)
    left_out = np.setdiff1d(np.arange(len(data.time)), rows)
    parts = (rows, np.arange(len(data.time)), left_out)
    return np.stack([_measure(data.take(part), score[part], alive[part], grid, tau) for part in parts])


def optimism_corrected(apparent: float, on_sample: np.ndarray, on_all: np.ndarray) -> float:
    """Return the apparent value less its mean optimism over bootstrap samples.

    References
    ----------
    Harrell FE, et al. (1996) Stat Med 15:361. doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4

    Examples
    --------
    >>> round(optimism_corrected(0.9, np.array([0.92, 0.88]), np.array([0.8, 0.8])), 6)
    0.8
    """
    return float(apparent - np.nanmean(on_sample - on_all))


def point_632_plus(apparent: float, left_out: float, no_information: float) -> float:
    """Return the .632+ estimate of an error from the apparent one, that of the patients left out and the blind one.

    ``(1 - w) apparent + w left out``: the further overfitting goes from the apparent towards the no-information error,
    the nearer w comes to 1. An error on the left-out patients beyond the no-information error counts as that. For a
    measure that is better when large, give one minus it.

    References
    ----------
    Efron B, Tibshirani R (1997) J Am Stat Assoc 92:548. doi:10.1080/01621459.1997.10474007

    Examples
    --------
    >>> round(point_632_plus(0.1, 0.3, 0.5), 4), round(point_632_plus(0.1, 0.7, 0.5), 4)
    (0.2549, 0.5)
    """
    error = min(left_out, no_information)
    overfitting = (error - apparent) / (no_information - apparent) if error > apparent else 0.0
    weight = 0.632 / (1 - 0.368 * overfitting)
    return (1 - weight) * apparent + weight * error


def _predict(
    train: Arrays, rows: Arrays, settings: Settings, path: tuple[int | str, ...], grid: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    model = learn_model(train, settings, path)
    (scorer,) = scorers(model, train, settings, ()).values()
    score = scorer(rows)
    return score, survival(scorer, train, rows, score, grid)


def _measure(data: Arrays, score: np.ndarray, alive: np.ndarray, grid: np.ndarray, tau: float) -> np.ndarray:
    if not data.event.any():
        return np.full(len(MEASURES), np.nan)
    ranked = harrell_c(data.time, data.event, score, strata=data.strata)[0]
    return np.array([ranked, float(integrated_brier(data.time, data.event, alive, grid, tau=tau))])


def _blind(data: Arrays, alive: np.ndarray, grid: np.ndarray, tau: float) -> float:
    """Integrate the Brier score of predictions handed out at random: the mean over all pairs of patient and prediction.

    A patient alive at t has the mean error 1 - 2 E S + E S^2, a dead one E S^2; the Brier scores of the predictions 0
    and 1 are the weighted shares of the two.
    """
    ones = np.ones_like(alive)
    living, dead = (brier(data.time, data.event, said, grid) for said in (0 * ones, ones))
    mean, square = alive.mean(axis=0), (alive**2).mean(axis=0)
    return float(over_time(living * (1 - 2 * mean + square) + dead * square, grid, tau=tau))
