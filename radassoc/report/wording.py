"""Numbers and names as a reader wants them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

__all__ = [
    "capitalised",
    "cell",
    "interval",
    "listed",
    "number",
    "p_text",
    "p_value",
    "plural",
    "pretty",
    "who_of",
]

MISSING = "–"
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_P_COLUMNS = (
    "p_value",
    "p_adjusted",
    "p_after",
    "q_value",
    "self_contained_p",
    "overall_p",
    "ph_p",
    "interaction_p",
)
#: Columns of identifiers of ours, which a reader wants as words.
_WORD_COLUMNS = ("measure", "estimate_kind")
_MEASURES: Mapping[str, str] = {
    "log_rank": "log-rank",
    "log_rank_trend": "log-rank for trend",
    "stratified_log_rank": "stratified log-rank",
    "stratified_log_rank_trend": "stratified log-rank for trend",
    "max_log_rank": "largest log-rank",
    "ph_test": "proportional hazards",
    "adjusted_ph_test": "proportional hazards, adjusted",
    "rmst": "restricted mean",
    "rmst_difference": "difference of restricted means",
    "rmst_ratio": "ratio of restricted means",
}
#: Columns of whole numbers that are stored as floats, because they may be missing.
_WHOLE_COLUMNS = ("df",)
_WORDS: Mapping[str, str] = {
    "p_value": "p",
    "p_adjusted": "adjusted p",
    "q_value": "GSEA q",
    "self_contained_p": "self-contained p",
    "log10_p": "log₁₀ p",
    "ci_low": "95% low",
    "ci_high": "95% high",
    "es": "ES",
    "nes": "NES",
    "n": "n",
    "n_patients": "patients",
    "n_events": "events",
    "n_tests": "tests",
    "n_missing": "missing",
    "n_excluded": "excluded",
    "std_error": "SE",
    "interaction_p": "interaction p",
}


def number(value: Any, digits: int = 3) -> str:
    """Return a number with ``digits`` digits (decimals below 1), and a dash for a missing one.

    Examples
    --------
    >>> number(0.012345), number(1234.5), number(float("nan")), number(7), number(0.00012345)
    ('0.012', '1234', '–', '7', '1.23×10⁻⁴')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return MISSING
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    value = float(value)
    if value == 0 or not np.isfinite(value):
        return str(value).replace("-", "−").removesuffix(".0")
    size = int(np.floor(np.log10(abs(value))))
    if size < -3 or size >= 6:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa}×10{str(int(exponent)).translate(_RAISED)}".replace("-", "−")
    return f"{value:.{max(digits - 1 - max(size, -1), 0)}f}".replace("-", "−")


def p_value(value: Any) -> str:
    """Return a p-value alone, as tables show it.

    Examples
    --------
    >>> p_value(0.04567), p_value(0.00001), p_value(0.5), p_value(None)
    ('0.046', '<0.001', '0.50', '–')
    """
    if value is None or pd.isna(value):
        return MISSING
    if value < 0.001:
        return "<0.001"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def p_text(value: Any, name: str = "p") -> str:
    """Return a p-value with its name, as sentences have it.

    Examples
    --------
    >>> p_text(0.04), p_text(1e-9)
    ('p = 0.040', 'p < 0.001')
    """
    text = p_value(value)
    return f"{name} {text[0]} {text[1:]}" if text.startswith("<") else f"{name} = {text}"


def interval(low: Any, high: Any) -> str:
    """Return ``"low to high"``, or nothing where there is no interval.

    Examples
    --------
    >>> interval(-0.25, 1.5)
    '−0.250 to 1.50'
    """
    if low is None or high is None or pd.isna(low) or pd.isna(high):
        return ""
    return f"{number(low)} to {number(high)}"


def plural(count: int, word: str, words: str = "") -> str:
    """Return a count with its noun.

    Examples
    --------
    >>> plural(1, "patient"), plural(3, "patient"), plural(2, "is", "are")
    ('1 patient', '3 patients', '2 are')
    """
    return f"{count} {word if count == 1 else (words or word + 's')}"


def listed(names: Iterable[object], most: int = 8) -> str:
    """Return names in a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed("abcd", most=2), listed([])
    ('a, b and c', 'a, b and 2 more', '')
    """
    items = [str(name) for name in names]
    if len(items) > most:
        return f"{', '.join(items[:most])} and {len(items) - most} more"
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def capitalised(text: str) -> str:
    """Return a text with a large first letter, all else as it is.

    Examples
    --------
    >>> capitalised("an HR of 2"), capitalised("")
    ('An HR of 2', '')
    """
    return text[:1].upper() + text[1:]


def who_of(name: str, prefix: str) -> str:
    """Return which patients a result of a study is about.

    Examples
    --------
    >>> who_of("cox_table", "cox_table"), who_of("survival_test", "survival"), who_of("survival_hn1", "survival")
    ('patients of the study', 'test patients', 'hn1')
    """
    rest = name.removeprefix(prefix).strip("_")
    return {"": "patients of the study", "test": "test patients"}.get(rest, rest)


def pretty(name: object) -> str:
    """Return a column's name for people.

    Examples
    --------
    >>> pretty("p_adjusted"), pretty("estimate_kind")
    ('adjusted p', 'estimate kind')
    """
    text = str(name)
    return _WORDS.get(text, text.replace("_", " "))


def cell(value: Any, column: str) -> str:
    """Return a table's cell as text."""
    if value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value)):
        return MISSING
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, float, np.number)):
        if column in _WHOLE_COLUMNS and float(value).is_integer():
            return str(int(value))
        return p_value(value) if column.startswith(_P_COLUMNS) else number(value)
    if column not in _WORD_COLUMNS:
        return str(value)
    return _MEASURES.get(str(value), str(value).replace("_", " "))
