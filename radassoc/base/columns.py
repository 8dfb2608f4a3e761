"""Tidy tables: one name per idea, the same columns and types even when there are no rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

__all__ = ["DTYPES", "tidy"]

#: The type of every standard column; a column that is not listed is text.
DTYPES: Mapping[str, str] = {
    "estimate": "float64",
    "std_error": "float64",
    "ci_low": "float64",
    "ci_high": "float64",
    "detectable": "float64",
    "statistic": "float64",
    "p_value": "float64",
    "log10_p": "float64",
    "p_adjusted": "float64",
    "q_value": "float64",
    "hazard_ratio": "float64",
    "es": "float64",
    "nes": "float64",
    "self_contained_p": "float64",
    "mean_statistic": "float64",
    "running_score": "float64",
    "enriched": "bool",
    "share_associated": "float64",
    "coverage": "float64",
    "coefficient": "float64",
    "resample_low": "float64",
    "resample_high": "float64",
    "selection_frequency": "float64",
    "stability_frequency": "float64",
    "feature_frequency": "float64",
    "stable": "boolean",
    "cluster": "int64",
    "time": "float64",
    "tau": "float64",
    "survival": "float64",
    "cumulative_hazard": "float64",
    "median": "float64",
    "df": "float64",
    "mean": "float64",
    "sd": "float64",
    "q25": "float64",
    "q75": "float64",
    "percent": "float64",
    "standardized_difference": "float64",
    "variance": "float64",
    "explained": "float64",
    "cumulative": "float64",
    "lambda": "float64",
    "deviance": "float64",
    "deviance_low": "float64",
    "deviance_high": "float64",
    "concordance": "float64",
    "concordance_std_error": "float64",
    "concordance_low": "float64",
    "concordance_high": "float64",
    "kept": "bool",
    "primary": "bool",
    "cut": "float64",
    "left": "float64",
    "right": "float64",
    "missing_share": "float64",
    "correlation": "float64",
    "overall_statistic": "float64",
    "overall_p": "float64",
    "ph_statistic": "float64",
    "ph_p": "float64",
    "interaction_statistic": "float64",
    "interaction_p": "float64",
    "is_reference": "bool",
    "events_per_parameter": "float64",
    "loglik": "float64",
    "r_squared": "float64",
    "max_r_squared": "float64",
    "nagelkerke": "float64",
    "shrinkage": "float64",
    "points": "float64",
    "total_points": "float64",
    "linear_predictor": "float64",
    "apparent": "float64",
    "optimism": "float64",
    "fill": "float64",
    "center": "float64",
    "membership": "float64",
    "loading": "float64",
    "mean_correlation": "float64",
    "scale": "float64",
    "value": "float64",
    "false_positive": "float64",
    "true_positive": "float64",
    "threshold": "float64",
    "net_benefit": "float64",
    "predicted": "float64",
    "observed": "float64",
    "index": "int64",
    "n": "int64",
    "n_patients": "int64",
    "n_events": "int64",
    "n_samples": "int64",
    "n_excluded": "int64",
    "n_missing": "int64",
    "n_tests": "int64",
    "n_low": "int64",
    "n_high": "int64",
    "n_leading_edge": "int64",
    "n_nonzero": "int64",
    "n_level": "int64",
    "n_level_events": "int64",
    "n_parameters": "int64",
    "n_bootstraps": "int64",
    "size": "int64",
    "n_listed": "int64",
    "n_genes": "int64",
    "position": "int64",
    "at_risk": "int64",
    "events": "int64",
    "censored": "int64",
}


def tidy(rows: Iterable[Mapping[str, Any]] | pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return a frame with exactly these columns, in this order and with their standard types.

    Examples
    --------
    >>> tidy([], ["feature", "p_value", "n"]).dtypes.astype(str).to_dict()
    {'feature': 'object', 'p_value': 'float64', 'n': 'int64'}
    """
    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame.from_records(list(rows), columns=list(columns))
    frame = frame.loc[:, list(columns)].reset_index(drop=True)
    return frame.astype({name: DTYPES.get(name, "object") for name in columns})
