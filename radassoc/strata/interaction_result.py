"""What ``interactions`` returns: the effect in each stratum and the difference, always together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result
from radassoc.enrichment.comparison import EnrichmentComparison

__all__ = ["BACKGROUND_COLUMNS", "EFFECT_COLUMNS", "STRATUM_COLUMNS", "VALUE_COLUMNS", "Interactions"]

VALUE_COLUMNS = (
    "stratum_1",
    "stratum_2",
    "estimate_1",
    "ci_low_1",
    "ci_high_1",
    "estimate_2",
    "ci_low_2",
    "ci_high_2",
    "estimate",
    "estimate_kind",
    "std_error",
    "ci_low",
    "ci_high",
    "statistic",
    "df",
    "p_value",
    "log10_p",
    "overall_statistic",
    "overall_p",
    "p_adjusted",
    "differs",
    "detectable",
    "n_1",
    "n_2",
    "n_events_1",
    "n_events_2",
)
EFFECT_COLUMNS = (
    "stratum",
    "estimate",
    "estimate_kind",
    "std_error",
    "ci_low",
    "ci_high",
    "df",
    "p_value",
    "n",
    "n_events",
)
STRATUM_COLUMNS = ("stratum", "n", "n_events", "status", "reason")
BACKGROUND_COLUMNS = ("stratum_1", "stratum_2", "estimate_1", "estimate_2")


@register("interactions")
@dataclass(frozen=True, eq=False, kw_only=True)
class Interactions(Result):
    """Effects in each stratum and tests of their difference.

    Attributes
    ----------
    table
        One row per feature (pair, set) and stratum that is compared with the first; with two strata one row each, the
        smallest p-values first. First what it is about (``feature``; ``feature`` and ``gene``; ``pathway``), then
        ``stratum_1`` (the reference) and ``stratum_2``; ``estimate_1``, ``ci_low_1``, ``ci_high_1`` and the same of 2;
        their difference ``estimate`` (2 less 1) with ``estimate_kind``, ``std_error``, ``ci_low``, ``ci_high``,
        ``statistic`` and ``df``, ``p_value``, ``log10_p``; ``overall_statistic`` and ``overall_p`` (no two strata
        differ; with two strata the same test), ``p_adjusted`` (Benjamini-Hochberg of ``overall_p`` over all features,
        kept or not), ``differs``; ``detectable``: the difference that this row would have found with a power of 80% at
        the level without correction; ``n_1``, ``n_2`` patients and their events.
    effects
        One row per kept feature and stratum: ``stratum``, ``estimate``, ``std_error``, interval, ``p_value``. What
        ``pool_estimates`` takes. That one of these p-values is below 0.05 and another is not tells of no difference.
    strata
        ``stratum``, ``n``, ``n_events``, ``status`` and why a stratum was left out.
    dropped
        ``name``, ``reason``: what could not be tested.
    background
        ``estimate_1`` and ``estimate_2`` of at most 2,000 features or pairs, drawn at random: what the strongest
        differences were chosen from.
    analysis
        ``"survival"``, ``"association"`` or ``"enrichment"``.
    variable
        What the strata are strata of.
    n_tests, n_significant
        All features, and those with ``p_adjusted`` below the level.
    comparison
        Of enrichment, what ``compare_enrichment`` returned.
    notes
        What a reader must know; of a null, the interval and what would have been found.
    """

    default_figure: ClassVar[str] = "plot_slope_scatter"

    effects: pd.DataFrame
    strata: pd.DataFrame
    dropped: pd.DataFrame
    background: pd.DataFrame
    analysis: str
    variable: str
    n_tests: int
    n_significant: int
    comparison: EnrichmentComparison | None = None
    notes: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the columns that tell what a row is about."""
        names = tuple(object.__getattribute__(self, "table").columns)
        return names[: names.index("stratum_1")]

    @property
    def formatted(self) -> pd.DataFrame:
        """Return what a paper prints: both effects and their difference with intervals as text, p and adjusted p.

        Log hazard ratios are printed as hazard ratios, their difference as the ratio of the hazard ratios.
        """
        table = self.table
        ratio = self.analysis == "survival"
        shown = table[list(self.keys)].copy()
        first = "hazard ratio in " if ratio else "NES in " if self.analysis == "enrichment" else "slope in "
        many = table["stratum_2"].nunique() > 1
        if many:
            shown["stratum"] = table["stratum_2"]
        for end in ("_1", "_2"):
            levels = table[f"stratum{end}"].unique()
            name = first + (str(levels[0]) if len(levels) == 1 else "stratum")
            shown[name] = _texts(table, end, ratio=ratio)
        shown["ratio of hazard ratios" if ratio else "difference"] = _texts(table, "", ratio=ratio)
        shown["p"] = [_number(p, 3) for p in table["p_value"]]
        shown["adjusted p"] = [_number(p, 3) for p in table["p_adjusted"]]
        return shown


def _texts(table: pd.DataFrame, end: str, *, ratio: bool) -> list[str]:
    values = table[[f"estimate{end}", f"ci_low{end}", f"ci_high{end}"]].to_numpy(dtype=float)
    if ratio:
        with np.errstate(over="ignore"):
            values = np.exp(values)
    return [
        _number(estimate, 2) + (f" ({_number(low, 2)} to {_number(high, 2)})" if np.isfinite(low) else "")
        for estimate, low, high in values
    ]


def _number(value: float, digits: int) -> str:
    if not np.isfinite(value):
        return ""
    return f"{value:.{digits}f}" if abs(value) >= 10.0**-digits or value == 0 else f"{value:.2g}"
