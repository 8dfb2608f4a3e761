"""The answer of a batched cross-validation: deviances, scores of those left out, coefficients without their zeros."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from radassoc.kernels.cox_record import Record
from radassoc.kernels.pages import paged_zeros

__all__ = ["FoldPaths", "collect", "pooled_deviance"]


class FoldPaths(NamedTuple):
    """F fits at L lambdas.

    Attributes
    ----------
    lambdas
        (L,) those done.
    deviance
        (F, L) minus twice the log partial likelihood of all patients less that of the training set, both at the
        fit's coefficients, per event left out.
    events_out
        (F,) the weight of the events left out.
    eta
        (m, L) scores of those left out, fit by fit.
    out_start, out_row
        (F + 1,) and (m,): fit f leaves out the patients ``out_row[out_start[f] : out_start[f + 1]]``, and the same
        rows of ``eta`` are theirs.
    deviance_ratio, converged
        (F, L) share of the null deviance explained in training; whether the optimum was reached.
    column, value, start, counts
        Coefficients that are not zero, per ``scale`` of their fit: those of fit f at lambda l are
        ``value[start[f, l] : start[f, l] + counts[f, l]]`` of the features ``column[...]``.
    """

    lambdas: np.ndarray
    deviance: np.ndarray
    events_out: np.ndarray
    eta: np.ndarray
    out_start: np.ndarray
    out_row: np.ndarray
    deviance_ratio: np.ndarray
    converged: np.ndarray
    column: np.ndarray
    value: np.ndarray
    start: np.ndarray
    counts: np.ndarray

    @property
    def n_lambdas(self) -> int:
        """How many lambdas are done."""
        return len(self.lambdas)

    @property
    def curve(self) -> np.ndarray:
        """The pooled curve (L,): the mean deviance of the fits, each as heavy as its events left out."""
        return np.asarray(self.events_out @ self.deviance / self.events_out.sum())

    def coefficients(self, f: int, row: int) -> tuple[np.ndarray, np.ndarray]:
        """Return features and coefficients (per ``scale`` of the fit) of one fit at one lambda."""
        part = slice(self.start[f, row], self.start[f, row] + self.counts[f, row])
        return self.column[part], self.value[part]

    def path(self, f: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the features that a fit ever selects (k,) and their coefficients at every lambda (L, k)."""
        parts = [self.coefficients(f, row) for row in range(self.n_lambdas)]
        columns = np.unique(np.concatenate([column for column, _ in parts]))
        values = np.zeros((self.n_lambdas, columns.size))
        for row, (column, value) in enumerate(parts):
            values[row, np.searchsorted(columns, column)] = value
        return columns, values

    def by_repeat(self, n_repeats: int, row: int | slice = slice(None)) -> np.ndarray:
        """Return the out-of-fold scores (repeats, n, L), or (repeats, n) at one lambda.

        The fits must be whole repeats one after the other, each leaving out every patient once.
        """
        n = len(self.out_row) // n_repeats
        rows = np.repeat(np.arange(n_repeats), n) * n + self.out_row
        eta = self.eta[:, row]
        scores = np.full(eta.shape, np.nan)
        scores[rows] = eta
        return scores.reshape(n_repeats, n, *eta.shape[1:])


def pooled_deviance(records: list[Record]) -> np.ndarray:
    """Return the pooled curve of several records over all lambdas, done or not."""
    total = sum(record.deviance @ record.events_out for record in records)
    return np.asarray(total / sum(record.events_out.sum() for record in records))


def collect(records: list[Record], lambdas: np.ndarray, train: np.ndarray, events_out: np.ndarray) -> FoldPaths:
    """Put the records of several blocks of fits together, as far as ``lambdas`` go; the list is emptied meanwhile."""
    n = len(lambdas)
    counts = np.concatenate([record.counts[:n].T for record in records])
    n_out, n_written = int((~train).sum()), int(counts.sum())
    parts: dict[str, list[np.ndarray]] = {"deviance": [], "deviance_ratio": [], "converged": [], "start": []}
    eta, column, value = paged_zeros((n, n_out)), paged_zeros((n_written,), np.int32), paged_zeros((n_written,))
    first_out = written = 0
    while records:  # what has been copied is let go: the records are larger than everything else
        record = records.pop(0)
        count = record.counts[:n]
        end_out, end = first_out + record.eta.shape[1], written + int(count.sum())
        eta[:, first_out:end_out] = record.eta[:n]
        column[written:end], value[written:end] = record.column[: end - written], record.value[: end - written]
        parts["start"].append(written + (np.cumsum(count) - count.ravel()).reshape(count.shape).T)
        for name in ("deviance", "deviance_ratio", "converged"):
            parts[name].append(getattr(record, name)[:n].T)
        first_out, written = end_out, end
    return FoldPaths(
        lambdas=lambdas,
        events_out=events_out,
        eta=eta.T,
        out_start=np.append(0, np.cumsum((~train).sum(axis=1))),
        out_row=np.nonzero(~train)[1],
        column=column,
        value=value,
        counts=counts,
        **{name: np.concatenate(arrays) for name, arrays in parts.items()},
    )
