"""From a correlation of residuals to what is reported: coefficient or slope, interval, t and p."""

from __future__ import annotations

import numpy as np
from scipy import special

from radassoc.kernels.tails import t_from_correlation, t_tails

__all__ = ["CONFIDENCE", "KINDS", "answers", "kind_of_estimate"]

#: Level of the intervals.
CONFIDENCE = 0.95
KINDS = {"spearman": "partial_spearman", "pearson": "partial_pearson", "linear": "adjusted_slope"}


def kind_of_estimate(method: str, *, adjusted: bool) -> str:
    """Return what an estimate is called, such as ``"partial_spearman"``.

    Examples
    --------
    >>> kind_of_estimate("linear", adjusted=False), kind_of_estimate("pearson", adjusted=True)
    ('slope', 'partial_pearson')
    """
    return KINDS[method] if adjusted else method.replace("linear", "slope")


def answers(
    r: np.ndarray, ratio: np.ndarray, df: np.ndarray | float, doubtful: np.ndarray, *, method: str
) -> dict[str, np.ndarray]:
    """Return estimate, standard error, interval, statistic and p of correlations of residuals.

    ``ratio`` is the length of the right column's residual over the left's: the slope of the right column on the left is
    their correlation times it. The interval of a correlation is Fisher's z with variance 1 / (df - 1), times
    1 + r^2 / 2 for ranks (Bonett & Wright 2000); a pair whose t is ``doubtful`` has none.
    """
    t = t_from_correlation(r, df)
    p, log10_p = t_tails(t, df)
    if method == "linear":
        estimate = r * ratio
        with np.errstate(invalid="ignore"):
            error = np.sqrt((1.0 - r) * (1.0 + r) / df) * ratio
        half = special.stdtrit(df, 0.5 + CONFIDENCE / 2) * error
        low, high = estimate - half, estimate + half
    else:
        estimate, error = r, np.full(r.shape, np.nan)
        low, high = _fisher(r, df, ranked=method == "spearman")
    gone = {"ci_low": np.where(doubtful, np.nan, low), "ci_high": np.where(doubtful, np.nan, high)}
    return {"estimate": estimate, "std_error": error, **gone, "statistic": t, "p": p, "log10_p": log10_p}


def _fisher(r: np.ndarray, df: np.ndarray | float, *, ranked: bool) -> tuple[np.ndarray, np.ndarray]:
    variance = 1.0 / (np.asarray(df, dtype=float) - 1.0)
    half = special.ndtri(0.5 + CONFIDENCE / 2) * np.sqrt(variance * (1.0 + r * r / 2.0) if ranked else variance)
    with np.errstate(divide="ignore"):
        z = np.arctanh(r)
    return np.tanh(z - half), np.tanh(z + half)
