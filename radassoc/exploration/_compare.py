"""How one variable of Table 1 differs between the groups."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.exploration._groups import Groups, rerun_codes
from radassoc.exploration._variables import Variable
from radassoc.exploration._verdict import (
    Verdict,
    compare_levels,
    compare_numbers,
    kruskal,
    pearson,
    standardized_difference,
)

__all__ = ["compare", "difference"]


def compare(variable: Variable, values: pd.Series, codes: np.ndarray, found: Groups) -> Verdict:
    """Test a variable between groups: from reruns for out-of-fold groups, not at all where no p-value is valid."""
    known = values.notna().to_numpy()
    numbers, n_groups = _as_codes(variable, values)[known], len(found.labels)
    if found.source == "training" or (found.source == "out_of_fold" and found.null_codes is None):
        return Verdict("", np.nan, np.nan)
    if found.source == "out_of_fold":
        return _rerun_test(variable, numbers, codes[known], rerun_codes(found, values.index[known]), n_groups)
    if variable.kind == "numeric":
        return compare_numbers(numbers, codes[known], n_groups)
    return compare_levels(_crossed(numbers, codes[known], n_groups))


def _as_codes(variable: Variable, values: pd.Series) -> np.ndarray:
    """Return numbers as they are and levels as their positions."""
    if variable.kind == "numeric":
        return values.to_numpy(dtype=float)
    place = {level: float(code) for code, level in enumerate(variable.levels)}
    return values.map(place).to_numpy(dtype=float)


def _crossed(levels: np.ndarray, codes: np.ndarray, n_groups: int) -> np.ndarray:
    if not levels.size:
        return np.zeros((0, n_groups), dtype=int)
    table = np.zeros((int(levels.max()) + 1, n_groups), dtype=int)
    np.add.at(table, (levels.astype(int), codes), 1)
    return table


def _rerun_test(variable: Variable, numbers: np.ndarray, codes: np.ndarray, null: np.ndarray, n_groups: int) -> Verdict:
    """Hold the statistic of the groups against that of the groups of each rerun; no groups count as no effect."""

    def statistic(assigned: np.ndarray) -> float:
        inside = np.isfinite(assigned)
        part, group = numbers[inside], assigned[inside].astype(int)
        if part.size < 2:
            return 0.0
        value = (
            kruskal(part, group, n_groups)[0]
            if variable.kind == "numeric"
            else pearson(_crossed(part, group, n_groups))[0]
        )
        return 0.0 if np.isnan(value) else value

    observed = statistic(codes.astype(float))
    larger = sum(statistic(column) >= observed * (1 - 1e-12) for column in null.T)
    name = "Kruskal-Wallis" if variable.kind == "numeric" else "chi-square"
    return Verdict(f"{name}, reruns", observed, (1 + larger) / (1 + null.shape[1]))


def difference(variable: Variable, values: pd.Series, codes: np.ndarray, n_groups: int) -> float:
    """Return the standardised difference of a variable between groups."""
    known = values.notna().to_numpy()
    numbers = _as_codes(variable, values)[known]
    if variable.kind == "numeric":
        return standardized_difference(numbers[:, None], codes[known], n_groups)
    if len(variable.levels) < 2:
        return np.nan
    indicators = (numbers[:, None] == np.arange(1, len(variable.levels))).astype(float)
    return standardized_difference(indicators, codes[known], n_groups)
