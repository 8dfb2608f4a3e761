"""What ``pool_estimates`` returns: one answer for all strata, and how much they differ."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["LEFT_COLUMNS", "PART_COLUMNS", "VALUE_COLUMNS", "PooledEstimates"]

VALUE_COLUMNS = (
    "n_strata",
    "estimate",
    "std_error",
    "ci_low",
    "ci_high",
    "statistic",
    "df",
    "p_value",
    "p_adjusted",
    "effect_scale",
    "natural",
    "natural_low",
    "natural_high",
    "q",
    "q_df",
    "q_p",
    "i2",
    "i2_low",
    "i2_high",
    "tau2",
    "tau2_low",
    "tau2_high",
    "prediction_low",
    "prediction_high",
    "reason",
)
PART_COLUMNS = ("stratum", "effect", "std_error", "ci_low", "ci_high", "weight")
LEFT_COLUMNS = (
    "left_out",
    "n_strata",
    "estimate",
    "std_error",
    "ci_low",
    "ci_high",
    "p_value",
    "q",
    "q_p",
    "i2",
    "tau2",
)


@register("pooled_estimates")
@dataclass(frozen=True, eq=False, kw_only=True)
class PooledEstimates(Result):
    """Estimates of several strata or centres in one.

    Attributes
    ----------
    table
        One row per ``keys``: ``n_strata``; pooled ``estimate`` on its ``effect_scale`` (``"log"``, ``"fisher_z"``,
        ``"identity"``) with ``std_error``, interval, ``statistic``, ``df`` (infinite: normal), ``p_value`` and its
        Benjamini-Hochberg adjustment; ``natural``, ``natural_low``, ``natural_high``: the same as a ratio or
        correlation; Cochran's ``q``, ``q_df``, ``q_p``; ``i2`` in percent and ``tau2``, the variance between strata,
        with Q-profile intervals; of random effects ``prediction_low``, ``prediction_high``: where the effect of another
        stratum lies; ``reason`` why a row was not pooled.
    strata
        One row per ``keys`` and stratum: its ``effect`` with interval, and its ``weight`` in percent.
    leave_one_out
        One row per ``keys`` and stratum left out: the answer of the others.
    keys
        The columns that name a row; empty where there is one row only.
    method
        ``"fixed"`` or ``"random"``.
    notes
        What a reader must know.
    """

    default_figure: ClassVar[str] = "plot_pooled_forest"

    strata: pd.DataFrame
    leave_one_out: pd.DataFrame
    keys: tuple[str, ...]
    method: str
    level: float = 0.95
    notes: tuple[str, ...] = ()
