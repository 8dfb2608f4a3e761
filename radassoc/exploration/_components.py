"""What principal components go along with: clinical variables and survival."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.columns import tidy
from radassoc.exploration._variables import Variable, choose_variables
from radassoc.exploration._verdict import kruskal
from radassoc.exploration.results import ASSOCIATION_COLUMNS, SKIPPED_COLUMNS
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.correlation import midranks
from radassoc.kernels.cox_moments import cox_moments
from radassoc.kernels.tails import correlation_p

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["component_associations"]

_FEWEST = 10


def component_associations(cohort: Cohort, scores: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the association of each component (patients x components) with each usable variable, and what was left."""
    variables, skipped = choose_variables(cohort, None)
    told = skipped[skipped["reason"] != "outcome"].to_dict("records")
    rows: list[dict[str, Any]] = []
    for variable in variables:
        values = variable.values.reindex(scores.index)
        reason = _unusable(variable, values)
        if reason:
            told.append({"variable": variable.name, "reason": reason})
            continue
        rows += [_row(name, variable, values, scores[name]) for name in scores]
    rows += _survival_rows(cohort, scores)
    table = tidy(rows, ASSOCIATION_COLUMNS)
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy())
    order = {name: position for position, name in enumerate(scores)}
    table = table.sort_values("component", key=lambda column: column.map(order), kind="stable", ignore_index=True)
    return table, tidy(told, SKIPPED_COLUMNS)


def _unusable(variable: Variable, values: pd.Series) -> str:
    known = values.dropna()
    if len(known) < _FEWEST:
        return f"known in {len(known)} of the patients with the table"
    if known.nunique() < 2:
        return "the same in all patients with the table"
    return ""


def _row(component: str, variable: Variable, values: pd.Series, score: pd.Series) -> dict[str, Any]:
    known = values.notna().to_numpy()
    x = score.to_numpy()[known]
    row = {"component": component, "variable": variable.name, "p_adjusted": np.nan, "n": int(known.sum())}
    if variable.kind == "numeric":
        return row | {"test": "Spearman", **_spearman(x, values[known].to_numpy(dtype=float))}
    codes = pd.Categorical(values[known]).codes.astype(int)
    statistic, df = kruskal(x, codes, int(codes.max()) + 1)
    share = (statistic - df) / (len(x) - 1 - df) if len(x) - 1 > df else np.nan  # epsilon squared, free of bias
    p = float(special.chdtrc(df, statistic))
    return row | {"test": "Kruskal-Wallis", "estimate": max(share, 0.0), "statistic": statistic, "p_value": p}


def _spearman(x: np.ndarray, y: np.ndarray) -> dict[str, float]:
    ranks = midranks(np.column_stack([x, y]))
    rho = float(np.corrcoef(ranks.T)[0, 1])
    p = float(correlation_p(np.array([rho]), len(x) - 2)[0])
    return {"estimate": rho, "statistic": rho, "p_value": p}


def _survival_rows(cohort: Cohort, scores: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the Cox score test of each standardised component; the estimate is one Newton step from zero."""
    if cohort.outcome is None:
        return []
    table = cohort.outcome.table
    table = table.loc[table.index.intersection(scores.index)]
    if int(table["event"].sum()) < _FEWEST:
        return []
    time, event = table["time"].to_numpy(dtype=float), table["event"].to_numpy(dtype=bool)
    rows = []
    for name in scores:
        x = scores.loc[table.index, name].to_numpy()
        moments = cox_moments(((x - x.mean()) / x.std())[:, None], np.zeros(len(x)), time, event)
        score, information = float(moments.score.sum()), float(moments.information.sum())
        statistic = score**2 / information
        rows.append(
            {
                "component": name,
                "variable": "survival",
                "test": "Cox score",
                "estimate": score / information,
                "statistic": statistic,
                "p_value": float(special.chdtrc(1, statistic)),
                "p_adjusted": np.nan,
                "n": len(x),
            }
        )
    return rows
