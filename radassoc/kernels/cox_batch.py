"""A batch of fits on its walk: holds state and record, and makes room where they run out of it."""

from __future__ import annotations

import numpy as np

from radassoc.kernels.cox_features import Features
from radassoc.kernels.cox_likelihood import saturated_loglik
from radassoc.kernels.cox_record import Record, widen
from radassoc.kernels.cox_risk import RiskSets, Training
from radassoc.kernels.cox_screen import new_screen
from radassoc.kernels.cox_state import grow, new_batch, new_scratch
from radassoc.kernels.cox_walk import NO_ROOM, NO_SPACE, Penalty, Route, plan_route, walk

__all__ = ["Walker"]

_NULL_MODEL = Route(np.full(1, np.inf), np.full(1, -1, np.int64))


class Walker:
    """Fits of a batch that go down the path together.

    Parameters
    ----------
    features, risk, training
        The table, the risk sets of all patients and what each of B training sets changes in them.
    shift
        (B or 1, g) what a fit adds to the missing cells of each feature that has any.
    penalty
        Factors and units.
    limit
        (p, B) penalty of each fit at lambda 1 per unit of the table; infinite for what it must not use.
    record
        Where to write.
    capacity
        Features that each fit has room for at first, if that is known.
    """

    def __init__(
        self,
        features: Features,
        risk: RiskSets,
        training: Training,
        *,
        shift: np.ndarray,
        penalty: Penalty,
        limit: np.ndarray,
        record: Record,
        capacity: int = 16,
    ) -> None:
        p, n_fits = limit.shape
        self._shared = (features, shift, risk, training, penalty)
        self._most = max(p, 1)
        n_free = int((limit == 0).sum(axis=0).max(initial=0))
        capacity = min(self._most, max(capacity, n_free + 8))
        saturated = saturated_loglik(training.n_deaths, training.death_weight, risk.efron)
        self.batch = new_batch(n_fits, risk, capacity, saturated)
        self.screen = new_screen(limit, risk.weight.size)
        self.record = record
        self._scratch = new_scratch(p, risk, capacity, n_fits)
        self._route, self._progress = _NULL_MODEL, np.zeros(2, np.int64)

    def start(self) -> None:
        """Fit what is not penalised."""
        self._walk(1)

    def plan(self, lambdas: np.ndarray) -> None:
        """Set out for these lambdas."""
        self._route = plan_route(lambdas, float(self.batch.lambdas.max(initial=0.0)))
        self._progress = np.zeros(2, np.int64)

    def advance(self, n_lambdas: int) -> None:
        """Walk until so many lambdas are done."""
        self._walk(int(np.flatnonzero(self._route.row == n_lambdas - 1)[0]) + 1)

    @property
    def n_done(self) -> int:
        """How many lambdas are on record, those walked in between not counted."""
        return int(self._route.row[: self._progress[0]].max(initial=-1)) + 1

    @property
    def capacity(self) -> int:
        """How many features each fit has room for."""
        return int(self.batch.feature.shape[1])

    def _walk(self, stop: int) -> None:
        features, shift, risk, training, penalty = self._shared
        while True:
            answer = walk(
                features,
                shift,
                risk,
                training,
                penalty,
                self._route,
                stop,
                self._progress,
                self.batch,
                self.screen,
                self._scratch,
                self.record,
            )
            if answer == NO_ROOM:
                parts = self.batch._asdict()
                del self.batch  # its parts are let go one by one
                self.batch = grow(parts, self._most)
                self._scratch = new_scratch(len(self.screen.limit), risk, self.capacity, len(self.batch.eta))
            elif answer == NO_SPACE:
                self.record = widen(self.record)
            else:
                return
