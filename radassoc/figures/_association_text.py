"""Which pairs of a map one picture can show, and the words beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.figures.style import format_p, pretty, shorten

if TYPE_CHECKING:
    from radassoc.association.result import AssociationMap

__all__ = [
    "OneKind",
    "counts_line",
    "estimate_in_words",
    "given",
    "name_of_pair",
    "neutral",
    "one_kind",
    "p_words",
    "plural",
]

_WORDS = {
    "spearman": "Spearman's ρ",
    "partial_spearman": "Partial Spearman's ρ",
    "pearson": "Pearson's r",
    "partial_pearson": "Partial Pearson's r",
    "slope": "Slope",
    "adjusted_slope": "Adjusted slope",
    "auc": "AUC",
    "log_odds_ratio": "Log odds ratio",
    "log_odds_ratio_per_sd": "Log odds ratio per SD",
    "log_hazard_ratio": "Log hazard ratio",
    "log_hazard_ratio_per_sd": "Log hazard ratio per SD",
    "epsilon_squared": "Epsilon squared",
    "partial_epsilon_squared": "Partial epsilon squared",
    "cramers_v": "Cramér's V",
    "partial_cramers_v": "Partial Cramér's V",
    "rank_slope": "Slope of ranks",
    "rank_difference": "Difference of ranks (SD)",
    "standardized_slope": "Slope (SD)",
    "standardized_difference": "Difference (SD)",
    "difference": "Difference",
    "risk_difference": "Risk difference",
}


@dataclass(frozen=True)
class OneKind:
    """The pairs of a map whose estimates mean the same: what one scale can show.

    Attributes
    ----------
    estimate_kind
        As in the table; empty where no kept pair tells.
    rows, columns
        The left and right columns that such pairs are made of.
    table
        The kept pairs among them.
    left_out
        Words on the columns that a picture leaves out; empty where it shows all.
    """

    estimate_kind: str
    rows: pd.Index
    columns: pd.Index
    table: pd.DataFrame
    left_out: str


def one_kind(associations: AssociationMap, kinds: tuple[str, str] | None = None) -> OneKind:
    """Keep the pairs of columns of these kinds: of the two that make most pairs, where none are asked for."""
    left, right = _kinds(associations.left_info), _kinds(associations.right_info)
    if kinds is None:
        kinds = _commonest(left), _commonest(right)
    rows, columns = left.index[left == kinds[0]], right.index[right == kinds[1]]
    table = associations.table
    own = table[associations.left_name].isin(rows.astype(str)) & table[associations.right_name].isin(
        columns.astype(str)
    )
    kept = table[own]
    seen = kept["estimate_kind"][kept["estimate_kind"] != ""]
    kind = str(seen.iloc[0]) if len(seen) else _expected(associations, kinds)
    gone = [
        f"{len(side) - len(chosen)} of {len(side):,} {plural(name)}"
        for side, chosen, name in (
            (left, rows, associations.left_name),
            (right, columns, associations.right_name),
        )
        if len(chosen) < len(side)
    ]
    told = f"Not shown: {' and '.join(gone)}, whose estimates are of another kind." if gone else ""
    return OneKind(kind, rows, columns, kept.reset_index(drop=True), told)


def _commonest(kinds: pd.Series) -> str:
    return str(kinds.value_counts(sort=True).index[0]) if len(kinds) else ""


def _kinds(info: pd.DataFrame) -> pd.Series:
    if "column_kind" not in info:
        return pd.Series("continuous", index=info.index, dtype=object)
    return info["column_kind"].astype(str)


def _expected(associations: AssociationMap, kinds: Sequence[str]) -> str:
    """Name the estimate of a map that kept no row."""
    method = str(associations.params.get("method", ""))
    if tuple(kinds) != ("continuous", "continuous") or associations.provenance.get("repeats"):
        return ""
    adjusted = bool(associations.params.get("covariates"))
    known = {"spearman": "partial_spearman", "pearson": "partial_pearson", "linear": "adjusted_slope"}
    return known.get(method, "") if adjusted else method.replace("linear", "slope")


def plural(name: str) -> str:
    """Return "genes" for "gene"."""
    return pretty(name) + "s"


def neutral(kind: str) -> float:
    """Return the estimate of no association."""
    return 0.5 if kind == "auc" else 0.0


def estimate_in_words(kind: str) -> str:
    """Name a kind of estimate on an axis."""
    return _WORDS.get(kind, pretty(kind).capitalize() if kind else "Estimate")


def given(associations: Any) -> str:
    """Tell the covariates, or nothing."""
    names = [pretty(name) for name in associations.params.get("covariates") or ()]
    return f"given {', '.join(shorten(name, 28) for name in names)}" if names else ""


def counts_line(associations: AssociationMap) -> str:
    """Tell how many pairs the map holds and how many are found, by which correction, in how many patients."""
    level = associations.params.get("level", 0.05)
    tests = sum(family.n_tests for family in associations.families)
    corrections = " ".join(dict.fromkeys(family.correction for family in associations.families))
    n = associations.provenance.get("counts", {}).get("n_patients")
    patients = f"; n = {n}" if n else ""
    adjusted = f" {given(associations)}" if given(associations) else ""
    found = f"{associations.n_significant:,} of {tests:,} pairs have adjusted p < {level:g} ({corrections})"
    return f"{found}{adjusted}{patients}"


def name_of_pair(left: object, right: object, width: int = 22) -> str:
    """Name a pair in little room."""
    return f"{shorten(left, width)} · {shorten(right, width)}"


def p_words(p: float, log10_p: float = np.nan) -> str:
    """Write a p-value, very small ones as powers of ten.

    Examples
    --------
    >>> p_words(0.02), p_words(1e-9, -9.0)
    ('p = 0.020', 'p = 1.0·10$^{-9}$')
    """
    if np.isfinite(log10_p) and log10_p < -3:
        exponent = int(np.floor(log10_p + 1e-12))
        mantissa = round(10 ** (log10_p - exponent), 1)
        mantissa, exponent = (1.0, exponent + 1) if mantissa >= 10 else (mantissa, exponent)
        return f"p = {mantissa:.1f}·10$^{{{exponent}}}$"
    return format_p(p)
