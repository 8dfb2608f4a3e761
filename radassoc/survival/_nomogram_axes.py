"""The rulers of a nomogram: round tick values, points, total points and what survival they mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy

__all__ = [
    "AXIS_COLUMNS",
    "TABLE_COLUMNS",
    "TOTAL_COLUMNS",
    "points_table",
    "round_values",
    "survival_axis",
    "total_axis",
]

TABLE_COLUMNS = ("variable", "level", "value", "points")
TOTAL_COLUMNS = ("total_points", "linear_predictor")
AXIS_COLUMNS = ("stratum", "time", "survival", "total_points")
_SURVIVAL = np.array([0.99, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.01])
_FEW = 4
_FINER = np.unique(np.append(np.arange(1, 20) / 20, [0.99, 0.01]))[::-1].round(2)  # where few of the others fit


def round_values(low: float, high: float, n: int = 10) -> np.ndarray:
    """Return about ``n`` equally spaced round values (steps 1, 2 or 5 times a power of ten) that cover the range.

    Examples
    --------
    >>> round_values(33.2, 84.1).tolist()
    [30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0]
    """
    cell = (high - low) / n
    base = 10.0 ** np.floor(np.log10(cell))
    # the same preferences as R's pretty(): 1.5 for a step of 2 or 10, 2.75 for a step of 5
    step = base
    for multiple, bias in ((2, 1.5), (5, 2.75), (10, 1.5)):
        if multiple * base - cell >= bias * (cell - step):
            break
        step = multiple * base
    first, last = np.floor(low / step + 1e-7), np.ceil(high / step - 1e-7)
    decimals = max(0, 1 - int(np.floor(np.log10(step))))
    return np.round(np.arange(first, last + 1) * step, decimals)


def points_table(coding: pd.DataFrame, ranges: Mapping[str, tuple[float, float]]) -> tuple[pd.DataFrame, float, float]:
    """Return the points of levels and round values, points per unit of the linear predictor, and its lowest value.

    ``ranges`` holds lowest and highest training value of each number. The variable whose ruler spans the largest
    effect takes 100 points; the value or level of a variable that lowers the hazard most takes none.
    """
    effects: list[tuple[str, list[str], np.ndarray, np.ndarray]] = []
    for variable, part in coding.groupby("variable", sort=False):
        name, slope = str(variable), part["coefficient"].to_numpy(dtype=float)
        if name in ranges:
            values = round_values(*ranges[name])
            effects.append((name, [""] * values.size, values, slope[0] * values))
        else:
            levels = [str(part["reference"].iloc[0]), *part["level"]]
            effects.append((name, levels, np.full(len(levels), np.nan), np.append(0.0, slope)))
    widest = max(float(np.ptp(effect)) for *_, effect in effects)
    scale = 100 / widest if widest > 0 else 0.0
    rows = [
        {"variable": name, "level": level, "value": value, "points": point}
        for name, levels, values, effect in effects
        for level, value, point in zip(levels, values, _points(effect, widest), strict=True)
    ]
    return tidy(rows, TABLE_COLUMNS), scale, float(sum(effect.min() for *_, effect in effects))


def _points(effect: np.ndarray, widest: float) -> np.ndarray:
    """Return points from the lowest effect upwards; exactly 100 for the highest of the widest variable."""
    above = effect - effect.min()
    return 100 * (above / widest) if widest > 0 else above


def total_axis(table: pd.DataFrame, scale: float, lowest: float) -> pd.DataFrame:
    """Return round total points from none to all, and the linear predictor of each."""
    most = float(table.groupby("variable")["points"].max().sum())
    total = round_values(0.0, most) if most > 0 else np.zeros(1)
    predictor = total / scale + lowest if scale > 0 else np.full(total.size, lowest)
    return tidy(pd.DataFrame({"total_points": total, "linear_predictor": predictor}), TOTAL_COLUMNS)


def survival_axis(
    total: pd.DataFrame, hazards: Sequence[tuple[str, float, float]], scale: float, lowest: float
) -> pd.DataFrame:
    """Return the total points that mean certain survival probabilities.

    ``hazards`` holds stratum, time and cumulative hazard where the linear predictor is zero.
    """
    rows: list[dict[str, Any]] = []
    for stratum, time, hazard in hazards:
        if not hazard > 0 or scale == 0:
            continue
        for values in (_SURVIVAL, _FINER):
            points = scale * (np.log(-np.log(values) / hazard) - lowest)
            inside = (points >= total["total_points"].min()) & (points <= total["total_points"].max())
            if inside.sum() >= _FEW:
                break
        rows += [
            {"stratum": stratum, "time": time, "survival": survival, "total_points": at}
            for survival, at in zip(values[inside], points[inside], strict=True)
        ]
    return tidy(rows, AXIS_COLUMNS)
