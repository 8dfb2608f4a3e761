"""Whether the absence of a region goes with clinical variables or survival: then it is a finding, not a gap."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.columns import tidy
from radassoc.exploration._variables import choose_variables
from radassoc.exploration._verdict import Verdict, compare_levels, compare_numbers
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.cox_moments import cox_moments

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["ABSENCE_COLUMNS", "absence_tests"]

ABSENCE_COLUMNS = ("region", "variable", "test", "statistic", "p_value", "p_adjusted", "n", "n_absent")
_FEWEST = 5


def absence_tests(cohort: Cohort, lacking: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Test each region's absence against each clinical variable and survival; fewer than 5 on a side are not tested."""
    rows: list[dict[str, Any]] = []
    variables, _ = choose_variables(cohort, None)
    for region, lacks in lacking.items():
        for variable in variables:
            values = variable.values.reindex(lacks.index).dropna()
            code = lacks[values.index].to_numpy(int)
            if min(code.sum(), len(code) - code.sum()) < _FEWEST or values.nunique() < 2:
                continue
            if variable.kind == "numeric":
                found = compare_numbers(values.to_numpy(float), code, 2)
            else:
                found = compare_levels(pd.crosstab(values, code).to_numpy())
            rows.append(_row(region, variable.name, found, code))
        rows += _survival(cohort, region, lacks)
    table = tidy(rows, ABSENCE_COLUMNS)
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy())
    return table


def _row(region: str, variable: str, found: Verdict, code: np.ndarray) -> dict[str, Any]:
    told = {"region": region, "variable": variable, "test": found.name, "statistic": found.statistic}
    return {**told, "p_value": found.p_value, "p_adjusted": np.nan, "n": len(code), "n_absent": int(code.sum())}


def _survival(cohort: Cohort, region: str, lacks: pd.Series) -> list[dict[str, Any]]:
    if cohort.outcome is None:
        return []
    table = cohort.outcome.table
    table = table.loc[table.index.intersection(lacks.index)]
    code = lacks[table.index].to_numpy(int)
    if min(code.sum(), len(code) - code.sum()) < _FEWEST or int(table["event"].sum()) < _FEWEST:
        return []
    time, event = table["time"].to_numpy(float), table["event"].to_numpy(bool)
    moments = cox_moments((code - code.mean())[:, None].astype(float), np.zeros(len(code)), time, event)
    statistic = float(moments.score.sum()) ** 2 / float(moments.information.sum())
    found = Verdict("Cox score", statistic, float(special.chdtrc(1, statistic)))
    return [_row(region, "survival", found, code)]
