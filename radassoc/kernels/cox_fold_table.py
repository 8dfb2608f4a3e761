"""The common feature table of a cross-validation and what each fold learned for itself, in the table's units."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from radassoc.kernels.cox_features import Features, new_features
from radassoc.kernels.cox_risk import RiskSets

__all__ = ["FoldTable", "fold_table"]


_CHUNK = 1024  # features at a time, so that no copy of the table is made


class FoldTable(NamedTuple):
    """Features divided by ``unit`` (p,), and what F fits change; an array with one row serves all of them.

    ``factor`` (p,), penalty factors; ``scale`` (F or 1, p), unit of the penalty, or ``share`` (F, n), of which patients
    each fit learns it; ``used`` (F or 1, p);
    ``gapped``, the features with missing cells; ``fill`` (F or 1, p) and ``common``, what fills them.
    """

    features: Features
    unit: np.ndarray
    factor: np.ndarray
    scale: np.ndarray
    share: np.ndarray | None
    used: np.ndarray
    gapped: np.ndarray
    fill: np.ndarray
    common: np.ndarray

    def shift(self, rows: slice) -> np.ndarray:
        """Return what these fits add to the missing cells of each gapped feature."""
        return np.ascontiguousarray(
            (_rows(self.fill, rows)[:, self.gapped] - self.common[self.gapped]) / self.unit[self.gapped]
        )

    def scale_of(self, rows: slice) -> np.ndarray:
        """Return the units of the penalty of these fits."""
        if self.share is None:
            return np.ascontiguousarray(_rows(self.scale, rows))
        return _deviations(self.features.rows, self.share[rows]) * self.unit

    def limit(self, scale: np.ndarray, rows: slice, n_fits: int) -> np.ndarray:
        """Return their penalties at lambda 1 (p, B), with ``scale`` from above; infinite for what is not used."""
        with np.errstate(invalid="ignore"):
            limit = self.factor * scale / self.unit
            limit = np.where(_rows(self.used, rows) & (scale > 0), limit, np.inf)
        return np.broadcast_to(limit, (n_fits, self.unit.size)).T


def fold_table(
    X: np.ndarray,
    risk: RiskSets,
    train: np.ndarray,
    factor: np.ndarray | None,
    scale: np.ndarray | Literal["training"] | None,
    fill: np.ndarray | None,
    missing: np.ndarray | None,
    used: np.ndarray | None,
    *,
    every: bool,
) -> FoldTable:
    """Check the parts and lay them out; ``every`` says that lambda 0 will be walked.

    The parameters are those of :func:`~radassoc.kernels.cox_folds.solve_folds`.
    """
    X = np.asarray(X, dtype=float)
    if X.ndim != 2 or X.shape[0] != risk.weight.size or train.ndim != 2 or train.shape[1] != X.shape[0]:
        raise ValueError("X must be (n, p) and train (F, n), with n patients as in time.")
    if not np.isfinite(X).all():
        raise ValueError("X holds missing or infinite values: fill the missing cells with one value a column.")
    n_fits, p = len(train), X.shape[1]
    factor = np.ones(p) if factor is None else np.asarray(factor, dtype=float)
    if factor.shape != (p,) or np.isnan(factor).any() or (factor < 0).any():
        raise ValueError("factor must hold one number a feature, not negative and not missing.")
    share = None
    if isinstance(scale, str):
        if scale != "training" or (missing is not None and np.any(missing)):
            raise ValueError("scale is an array, or 'training' for a table without missing cells.")
        share = np.where(train, risk.weight, 0.0)
        share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-300)
    scale = np.ones((1, p)) if scale is None or isinstance(scale, str) else _matrix(scale, "scale", n_fits, p)
    used = np.ones((1, p), np.bool_) if used is None else _matrix(used, "used", n_fits, p).astype(np.bool_)
    rows, unit = _centred(X)
    used = used & (scale > 0) & np.isfinite(factor) & (unit > 0)
    unit = np.where(unit > 0, unit, 1.0)
    common, largest = np.zeros(p), np.zeros(p)
    gapped = np.zeros(0, np.int64)
    cells = None
    if missing is not None and fill is not None:
        cells = np.ascontiguousarray(np.asarray(missing, dtype=np.bool_).T)
        fill = _matrix(fill, "fill", n_fits, p)
        gapped = np.flatnonzero(cells.any(axis=1))
        common[gapped] = X[cells[gapped].argmax(axis=1), gapped]
        largest[gapped] = np.abs(fill[:, gapped] - common[gapped]).max(axis=0) / unit[gapped]
        _check_fill(X, cells, gapped, common, largest)
    fill = np.zeros((1, p)) if fill is None else fill
    table = FoldTable(new_features(rows, cells, largest), unit, factor, scale, share, used, gapped, fill, common)
    return table._replace(used=_informative(table, risk, train, every))


def _centred(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return features in rows, centred and divided by their deviation, and the deviation (0 for constants)."""
    rows = X.T.copy()
    largest = np.abs(rows).max(axis=1, initial=0.0)
    rows -= rows.mean(axis=1, keepdims=True)
    unit = np.sqrt(np.einsum("ij,ij->i", rows, rows) / X.shape[0])
    unit = np.where(unit > 1e-10 * largest, unit, 0.0)
    rows /= np.where(unit > 0, unit, 1.0)[:, None]
    return rows, unit


def _deviations(rows: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return the deviation of each feature among the patients of each fit (F, p); 0 where it is rounding error."""
    found = np.empty((len(share), len(rows)))
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        middle = share @ part.T
        square = share @ (part**2).T
        found[:, start : start + _CHUNK] = np.sqrt(np.where(square - middle**2 > 1e-13 * square, square - middle**2, 0))
    return found


def _informative(table: FoldTable, risk: RiskSets, train: np.ndarray, every: bool) -> np.ndarray:
    """Return what is used, less the features without penalty that do not vary within any stratum of a training set.

    A penalty keeps such features out by itself.
    """
    used = table.used
    free = np.flatnonzero(used.any(axis=0) & ((table.factor == 0) | every))
    if free.size == 0:
        return used
    used = np.broadcast_to(used, (len(train), used.shape[1])).copy()
    counted = train & (risk.weight > 0)
    gap_of = {int(j): g for g, j in enumerate(table.gapped)}
    for j in map(int, free):
        values = np.broadcast_to(table.features.rows[j], train.shape)
        if j in gap_of:
            cells = np.zeros(train.shape[1])
            start = table.features.gap_start
            cells[table.features.gap_row[start[gap_of[j]] : start[gap_of[j] + 1]]] = 1.0
            values = values + cells * (table.fill[:, [j]] - table.common[j]) / table.unit[j]
        used[:, j] &= _varies(values, counted, risk)
    return used


def _varies(values: np.ndarray, counted: np.ndarray, risk: RiskSets) -> np.ndarray:
    """Tell which rows of values differ within a stratum by more than rounding."""
    widest = np.zeros(len(values))
    for s in range(risk.n_strata):
        here = counted & (risk.stratum == s)
        top = np.where(here, values, -np.inf).max(axis=1)
        bottom = np.where(here, values, np.inf).min(axis=1)
        widest = np.maximum(widest, np.where(np.isfinite(top), top - bottom, 0.0))
    return widest > 1e-10 * (1 + np.abs(values).max(axis=1))


def _rows(array: np.ndarray, rows: slice) -> np.ndarray:
    return array if len(array) == 1 else array[rows]


def _matrix(values: np.ndarray, name: str, n_fits: int, p: int) -> np.ndarray:
    values = np.asarray(values)
    if values.ndim != 2 or values.shape[1] != p or len(values) not in (1, n_fits):
        raise ValueError(f"{name} has shape {values.shape}: wanted ({n_fits}, {p}) or (1, {p}).")
    return values


def _check_fill(X: np.ndarray, cells: np.ndarray, gapped: np.ndarray, common: np.ndarray, largest: np.ndarray) -> None:
    if cells.shape != X.T.shape:
        raise ValueError("missing must have the shape of X.")
    if not np.isfinite(largest).all():
        raise ValueError("fill must be finite wherever cells are missing.")
    for j in gapped:
        if (X[cells[j], j] != common[j]).any():
            raise ValueError(f"The missing cells of column {j} of X must hold one common value.")
