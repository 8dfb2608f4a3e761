"""The baseline hazard of a learned score, in each stratum and pooled: what turns a score into absolute survival."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.kernels.cox_likelihood import breslow_hazard
from radassoc.survival._pipeline import Arrays

__all__ = ["POOLED", "Baseline", "baseline_hazard"]

#: The code of the baseline pooled over strata.
POOLED = -1


class Baseline(NamedTuple):
    """Cumulative hazards of a patient whose score is 0: one step function for each stratum that has an event.

    ``stratum`` (m,) is the code of each row, ``POOLED`` for the hazard that ignores strata; ``time`` (m,) increases
    within a stratum and ends with its last follow-up; ``hazard`` (m,).
    """

    stratum: np.ndarray
    time: np.ndarray
    hazard: np.ndarray

    def cumulative(self, score: np.ndarray, strata: np.ndarray, times: np.ndarray) -> np.ndarray:
        """Return each patient's cumulative hazard ``H0(t) exp(score)``, (n, T); survival is ``exp(-cumulative)``.

        A stratum without a training event has the pooled hazard. Beyond the last training follow-up the last value
        goes on: mask what lies beyond ``follow_up``.
        """
        asked = np.asarray(times, dtype=float)
        out = np.empty((len(score), asked.size))
        own = self.own(strata)
        for code in np.unique(own):
            inside = self.stratum == code
            steps = np.append(0.0, self.hazard[inside])
            base = steps[np.searchsorted(self.time[inside], asked, side="right")]
            rows = np.flatnonzero(own == code)
            out[rows] = base * np.exp(np.asarray(score, dtype=float)[rows, None])
        return out

    def follow_up(self, strata: np.ndarray) -> np.ndarray:
        """Return the last training follow-up behind each patient's hazard, (n,)."""
        own = self.own(strata)
        last = {code: self.time[self.stratum == code].max() for code in np.unique(own)}
        return np.array([last[code] for code in own], dtype=float)

    def own(self, strata: np.ndarray) -> np.ndarray:
        """Return the code of the hazard that each patient gets: the own stratum's, else ``POOLED``."""
        return np.where(np.isin(strata, self.stratum), strata, POOLED)


def baseline_hazard(score: np.ndarray, data: Arrays) -> Baseline:
    """Return Breslow's estimate, given the scores of the very patients in ``data``.

    A stratum without events keeps no hazard of its own: it would promise survival for ever.
    """
    alive = np.unique(data.strata[data.event])
    inside = np.isin(data.strata, alive)
    own = breslow_hazard(score[inside], data.time[inside], data.event[inside], data.strata[inside])
    _, time, hazard = breslow_hazard(score, data.time, data.event)
    return Baseline(
        np.append(np.asarray(own[0], dtype=np.int64), np.full(time.size, POOLED)),
        np.append(own[1], time),
        np.append(own[2], hazard),
    )
