"""The same analysis in each stratum, lined up, with a test of whether the strata differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["HETEROGENEITY_COLUMNS", "STRATA_COLUMNS", "StratifiedResult"]

STRATA_COLUMNS = ("stratum", "status", "reason", "n_patients", "n_events")
#: What follows the keys in ``StratifiedResult.heterogeneity``.
HETEROGENEITY_COLUMNS = (
    "contrast_of_strata",
    "estimate",
    "estimate_kind",
    "ci_low",
    "ci_high",
    "detectable",
    "statistic",
    "df",
    "p_value",
    "p_adjusted",
    "n_strata",
    "significant_in",
    "differs",
    "interval",
    "reason",
)


@register("stratified")
@dataclass(frozen=True, eq=False, kw_only=True)
class StratifiedResult(Result):
    """One analysis run in each stratum with the same settings, and what tells whether the strata differ.

    "Significant in one stratum and not in the other" is no evidence of a difference: it comes up in half of all studies
    in which the effect is the same. The evidence is ``heterogeneity``.

    Attributes
    ----------
    table
        ``stratum``, the ``keys`` of the analysis (such as ``feature`` and ``gene``), ``estimate`` and its
        ``estimate_kind``, ``ci_low``, ``ci_high``, ``p_value``, ``p_adjusted`` as the stratum's own result has them;
        ``effect`` and ``std_error`` on the ``effect_scale`` on which strata are compared and pooled (``"log"`` of
        ratios, ``"fisher_z"`` of correlations, ``"identity"``; empty where there is none), residual ``df``,
        ``n_patients``, ``n_events``, ``interval``, ``reason``.
    strata
        One row per stratum: ``status``, ``reason`` (why it could not be analysed, with the numbers), ``n_patients``,
        ``n_events``.
    heterogeneity
        One row per row of the analysis: ``statistic`` (Cochran's Q), ``df``, ``p_value`` and its Benjamini-Hochberg
        adjustment over the rows of one measure (or model); of two strata ``contrast_of_strata`` and their difference
        with its 95% interval: the ratio of two hazard ratios, the difference of two slopes, of two Fisher z; and
        ``detectable``, the difference that such a study finds in four of five repetitions. ``significant_in``: where
        the row's own p-value (adjusted, where the analysis adjusts) is below 0.05; ``differs``: the adjusted p of
        heterogeneity is. ``reason`` tells why a row has no test.
    results, fits
        By stratum: its own result, and with ``analysis="risk_score"`` the score that was fitted on all of it.
    comparison
        With ``analysis="enrichment"`` and two strata: what ``compare_enrichment`` returned, whose test this is.
    keys
        The columns that name a row.
    variable, analysis
        What parts the patients, and what was run.
    notes
        Everything else a reader should know, in sentences.
    """

    default_figure: ClassVar[str] = "plot_strata_forest"

    strata: pd.DataFrame
    heterogeneity: pd.DataFrame
    results: Mapping[str, Any] = field(default_factory=dict)
    fits: Mapping[str, Any] = field(default_factory=dict)
    comparison: Any = None
    keys: tuple[str, ...] = ()
    variable: str = ""
    analysis: str = ""
    notes: tuple[str, ...] = ()

    def _headline(self) -> str:
        told = super()._headline()
        return f"{told}. {self.notes[0]}" if self.notes else told
