"""What one pair looks like: values of patients on the scale of the estimate, the line through them, classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from radassoc.association._columns import CONTINUOUS, Columns
from radassoc.association._estimates import CONFIDENCE
from radassoc.association._pair_scan import PairScan
from radassoc.association.pair_result import CLASS_COLUMNS, FIT_COLUMNS
from radassoc.base.columns import tidy
from radassoc.kernels.correlation import basis, midranks, residuals

__all__ = ["Shown", "class_frame", "fit_frame", "measured", "shown_values"]

_POINTS = 60


@dataclass(frozen=True)
class Shown:
    """Rows that have both values: their positions, and both columns as the estimate sees them.

    ``unit`` is the standard deviation of the right column over that of the left, before covariates.
    """

    rows: np.ndarray
    x: np.ndarray
    y: np.ndarray
    unit: float


def shown_values(left: Columns, right: Columns, Z: np.ndarray, *, ranked: bool) -> Shown:
    """Return the two columns among the rows that have both: ranked where asked, less what the covariates explain.

    The mean of each column stays, so that without covariates these are the ranks or values themselves. Codes of classes
    are left as they are.
    """
    rows = np.flatnonzero(~np.isnan(left.values[:, 0]) & ~np.isnan(right.values[:, 0]))
    numbers, shown = [], []
    for side in (left, right):
        column = side.values[rows]
        if len(rows) and side.kinds[0] == CONTINUOUS:
            column = midranks(column) if ranked else column
        numbers.append(column)
        shown.append(_given(column, Z[rows], ranked=ranked) if side.kinds[0] == CONTINUOUS else column)
    spread = [float(column.std()) if len(rows) else 0.0 for column in numbers]
    unit = spread[1] / spread[0] if spread[0] else float("nan")
    return Shown(rows, shown[0][:, 0], shown[1][:, 0], unit)


def _given(column: np.ndarray, z: np.ndarray, *, ranked: bool) -> np.ndarray:
    if not (len(column) and z.shape[1]):
        return column
    return residuals(column, basis(midranks(z) if ranked else z)) + column.mean()


def fit_frame(shown: Shown, answer: PairScan) -> pd.DataFrame:
    """Return the line that the estimate of two columns of numbers stands for, with its band."""
    x, y = shown.x, shown.y
    grid = np.linspace(x.min(), x.max(), _POINTS)
    away = grid - x.mean()
    slope, half = _line(shown, answer, away)
    if not np.isfinite(answer.ci_low[0]):  # the p-value is not that of a model
        half = np.full(len(grid), np.nan)
    line = y.mean() + slope * away
    columns = {"x": grid, "estimate": line, "ci_low": line - half, "ci_high": line + half}
    return tidy(pd.DataFrame(columns), FIT_COLUMNS)


def _line(shown: Shown, answer: PairScan, away: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the slope on the scale that is shown, and half the width of the band so far from the mean."""
    estimate, df = float(answer.estimate[0]), float(answer.df[0])
    reach = float(special.stdtrit(df, 0.5 + CONFIDENCE / 2))
    kind = str(answer.estimate_kind[0])
    if answer.n_patients[0]:  # samples of patients
        unit = 1.0 if kind == "slope" else shown.unit
        return estimate * unit, reach * float(answer.std_error[0]) * unit * np.abs(away)
    length = [float(np.linalg.norm(values - values.mean())) for values in (shown.x, shown.y)]
    slope = estimate if kind.endswith("slope") else estimate * length[1] / length[0]
    error = np.sqrt(max(length[1] ** 2 - (slope * length[0]) ** 2, 0.0) / df)
    return float(slope), reach * error * np.sqrt(1 / len(shown.x) + (away / length[0]) ** 2)


def measured(column: Columns, rows: np.ndarray) -> np.ndarray:
    """Return the values as they were measured: numbers, or the names of classes."""
    values = column.values[rows, 0]
    if column.kinds[0] == CONTINUOUS:
        return values
    return np.array(_levels(column), dtype=object)[values.astype(int)]


def _levels(column: Columns) -> tuple[str, ...]:
    return column.levels[str(column.names[0])]


def class_frame(left: Columns, right: Columns, shown: Shown) -> pd.DataFrame:
    """Count the rows of each class, with median and quartiles of the other column where that holds numbers."""
    numbers = [side for side in (left, right) if side.kinds[0] == CONTINUOUS]
    if len(numbers) == 2:
        return tidy([], CLASS_COLUMNS)
    rows = []
    names = [_levels(side) if side.kinds[0] != CONTINUOUS else ("",) for side in (left, right)]
    for a, of_left in enumerate(names[0]):
        for b, of_right in enumerate(names[1]):
            chosen = np.ones(len(shown.rows), dtype=bool)
            for side, code in ((left, a), (right, b)):
                if side.kinds[0] != CONTINUOUS:
                    chosen &= side.values[shown.rows, 0] == code
            row = {"left_class": of_left, "right_class": of_right, "n": int(chosen.sum())}
            if numbers and chosen.any():
                values = numbers[0].values[shown.rows[chosen], 0]
                row |= dict(zip(("q25", "median", "q75"), np.quantile(values, [0.25, 0.5, 0.75]), strict=True))
            rows.append(row)
    return tidy(pd.DataFrame(rows, columns=list(CLASS_COLUMNS)), CLASS_COLUMNS)
