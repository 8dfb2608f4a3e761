"""What ``cox_table`` and ``subgroup_effects`` return."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["COLUMNS", "EFFECT_COLUMNS", "MODEL_COLUMNS", "CoxTable", "SubgroupEffects", "empty_row"]

COLUMNS = (
    "model",
    "variable",
    "level",
    "is_reference",
    "hazard_ratio",
    "ci_low",
    "ci_high",
    "std_error",
    "statistic",
    "p_value",
    "overall_statistic",
    "df",
    "overall_p",
    "ph_statistic",
    "ph_p",
    "n_level",
    "n_level_events",
    "n_patients",
    "n_events",
    "interval",
    "source",
    "reason",
)
MODEL_COLUMNS = (
    "model",
    "variable",
    "n_patients",
    "n_events",
    "n_missing",
    "n_parameters",
    "events_per_parameter",
    "loglik",
    "overall_statistic",
    "df",
    "overall_p",
    "ph_statistic",
    "ph_p",
    "r_squared",
    "shrinkage",
)
EFFECT_COLUMNS = (
    "subgroup",
    "level",
    "contrast",
    "hazard_ratio",
    "ci_low",
    "ci_high",
    "std_error",
    "statistic",
    "p_value",
    "interaction_statistic",
    "df",
    "interaction_p",
    "n_patients",
    "n_events",
    "interval",
    "reason",
)


@register("cox_table")
@dataclass(frozen=True, eq=False, kw_only=True)
class CoxTable(Result):
    """Univariable and multivariable Cox models side by side.

    Attributes
    ----------
    table
        One row for each model ("univariable", "multivariable") and level of a variable: ``model``, ``variable``,
        ``level`` (of a category; "per unit", "per 10", "per SD (2.1)" of a number), ``is_reference`` (its hazard ratio
        is 1 by definition), ``hazard_ratio``, ``ci_low``, ``ci_high``, ``std_error`` (of the log hazard ratio),
        ``statistic`` (Wald z), ``p_value``; of the variable as a whole ``overall_statistic``, ``df``, ``overall_p``
        (likelihood-ratio test against the model without it) and ``ph_statistic``, ``ph_p`` (proportional hazards, same
        ``df``); ``n_level``, ``n_level_events``, and ``n_patients``, ``n_events`` of the model; ``interval``
        ("Wald"; "conditional on the score" or "... on the groups" where it was learned from the outcome of the other
        patients; "none"); ``source`` of the values ("clinical", "given", "test", "out_of_fold", "training");
        ``reason`` (why an estimate is missing).
    models
        One row per model: ``model``, ``variable`` (empty for the multivariable one), ``n_patients``, ``n_events``,
        ``n_missing`` (patients with outcome who lack a value), ``n_parameters``, ``events_per_parameter`` (of the
        multivariable model: per *candidate* parameter), ``loglik``, the likelihood-ratio test of the whole model,
        the global test of proportional hazards, ``r_squared`` (Cox-Snell, apparent) and ``shrinkage`` (that this model
        is expected to need, van Houwelingen and le Cessie).
    notes
        What a reader must know: missing patients, events per candidate parameter, shrinkage, withheld p-values.
    p_reason
        Why p-values are missing; empty where none is withheld.
    """

    default_figure: ClassVar[str] = "plot_forest"

    models: pd.DataFrame
    notes: tuple[str, ...] = ()
    p_reason: str = ""
    level: float = 0.95

    @property
    def formatted(self) -> pd.DataFrame:
        """Return what a paper prints: one row per level, hazard ratio with interval and p of both models as text.

        A variable with several levels gets its overall p on its first row, in ``p (...)`` of the reference.
        """
        from radassoc.survival._cox_format import formatted

        return formatted(self.table, self.level)


@register("subgroup_effects")
@dataclass(frozen=True, eq=False, kw_only=True)
class SubgroupEffects(Result):
    """The effect of one variable within levels of others.

    Attributes
    ----------
    table
        ``subgroup`` (empty: all patients), ``level``, ``contrast`` ("male vs female"; "per SD (2.1)"),
        ``hazard_ratio``, ``ci_low``, ``ci_high``, ``std_error``, ``statistic`` (Wald z), ``p_value``,
        ``interaction_statistic``, ``df``, ``interaction_p`` (likelihood-ratio test of variable x subgroup; the same on
        all rows of a subgroup), ``n_patients``, ``n_events``, ``interval``, ``reason`` (why an estimate is missing).
    variable
        Whose effect it is.
    notes
        What a reader must know.
    p_reason
        Why p-values are missing; empty where none is withheld.
    """

    default_figure: ClassVar[str] = "plot_subgroup_forest"

    variable: str
    notes: tuple[str, ...] = ()
    p_reason: str = ""
    level: float = 0.95

    @property
    def interactions(self) -> pd.DataFrame:
        """Return one row per subgroup variable: ``subgroup``, ``interaction_statistic``, ``df``, ``interaction_p``."""
        rows = self.table[self.table["subgroup"] != ""].drop_duplicates("subgroup")
        return rows[["subgroup", "interaction_statistic", "df", "interaction_p"]].reset_index(drop=True)


def empty_row(columns: tuple[str, ...]) -> dict[str, object]:
    """Return a row without values: missing numbers, empty texts."""
    from radassoc.base.columns import DTYPES

    empty: dict[str, object] = {"float64": np.nan, "int64": 0, "bool": False}
    return {name: empty.get(DTYPES.get(name, "object"), "") for name in columns}
