"""How many associations survive the covariates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.association._found import Found
from radassoc.association.result import ADJUSTMENT_COLUMNS, CHANGE_COLUMNS
from radassoc.base.columns import tidy

__all__ = ["adjustment_frame", "adjustment_note", "changes_frame"]

_MOST = 1_000


def _codes(found: Found, n_right: int, level: float) -> np.ndarray:
    significant = found.p_adjusted < level
    return found.i[significant].astype(np.int64) * n_right + found.j[significant]


def adjustment_frame(
    before: Found, after: Found, n_right: int, covariates: tuple[str, ...], level: float
) -> pd.DataFrame:
    """Count the pairs with an adjusted p-value below the level without covariates, with them, and both times."""
    without, given = (_codes(found, n_right, level) for found in (before, after))
    survive = np.intersect1d(without, given, assume_unique=True).size
    row = {
        "covariates": ", ".join(covariates),
        "n_tests": after.n_tests,
        "n_unadjusted": without.size,
        "n_adjusted": given.size,
        "n_survive": survive,
        "n_vanish": without.size - survive,
        "n_appear": given.size - survive,
    }
    return tidy([row], ADJUSTMENT_COLUMNS)


def changes_frame(before: Found, after: Found, left: pd.Index, right: pd.Index, level: float) -> pd.DataFrame:
    """List the pairs that either scan finds, strongest first, with both estimates."""
    n_right = len(right)
    without, given = (_codes(found, n_right, level) for found in (before, after))
    either = np.union1d(without, given)
    columns: dict[str, np.ndarray] = {
        "change": np.select([~np.isin(either, given), ~np.isin(either, without)], ["vanishes", "appears"], "survives")
    }
    strength = np.zeros(len(either))
    for found, names in ((before, _UNADJUSTED), (after, _GIVEN)):
        place, known = _places(found, n_right, either)
        for source, name in names.items():
            values = found.p_adjusted if source == "p_adjusted" else getattr(found.values, source)
            columns[name] = np.where(known, values[place], np.nan)
        strength = np.fmin(strength, np.where(known, found.values.log10_p[place], np.nan))
    first = np.argsort(strength, kind="stable")
    # of each change its strongest: the many that vanish do not crowd out those that survive
    within = pd.Series(columns["change"][first]).groupby(columns["change"][first]).cumcount().to_numpy()
    first = first[within < _MOST]
    i, j = np.divmod(either[first], n_right)
    frame = pd.DataFrame({name: values[first] for name, values in columns.items()})
    frame.insert(0, right.name, right.astype(str).to_numpy()[j])
    frame.insert(0, left.name, left.astype(str).to_numpy()[i])
    return tidy(frame, [str(left.name), str(right.name), *CHANGE_COLUMNS])


_UNADJUSTED = {"estimate": "unadjusted_estimate", "p": "unadjusted_p", "p_adjusted": "unadjusted_p_adjusted"}
_GIVEN = {"estimate": "estimate", "p": "p_value", "p_adjusted": "p_adjusted"}


def _places(found: Found, n_right: int, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where pairs are among the found, and which are there at all."""
    codes = found.i.astype(np.int64) * n_right + found.j
    if not (len(codes) and len(wanted)):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=bool)
    order = np.argsort(codes, kind="stable")
    place = order[np.minimum(np.searchsorted(codes[order], wanted), len(codes) - 1)]
    return place, codes[place] == wanted


def adjustment_note(frame: pd.DataFrame) -> str:
    """Say it in a sentence.

    Examples
    --------
    >>> row = {"covariates": "age", "n_tests": 9, "n_unadjusted": 4, "n_adjusted": 2}
    >>> adjustment_note(tidy([{**row, "n_survive": 1, "n_vanish": 3, "n_appear": 1}], ADJUSTMENT_COLUMNS))
    'Of 4 pairs found without covariates, 1 survives adjustment for age and 3 vanish; 1 appears.'
    """
    row = frame.iloc[0]

    survive, vanish, appear = (
        f"{count} {one if count == 1 else many}"
        for count, one, many in (
            (row.n_survive, "survives", "survive"),
            (row.n_vanish, "vanishes", "vanish"),
            (row.n_appear, "appears", "appear"),
        )
    )
    return (
        f"Of {row.n_unadjusted} pairs found without covariates, {survive} adjustment for {row.covariates} and "
        f"{vanish}; {appear}."
    )
