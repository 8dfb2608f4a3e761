"""Parts of a whole, such as cell fractions: recognised, and made free of the constant sum by centred log-ratios."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError

__all__ = ["centred_log_ratio", "is_composition", "numeric"]

#: How far a row may be from its sum, beside the sum: fractions are printed with few digits.
_CLOSE = 0.01
_FEWEST_PARTS = 3


def numeric(frame: pd.DataFrame) -> np.ndarray:
    """Tell which columns hold numbers; each kind of column is asked about once, as a table has thousands of columns.

    Examples
    --------
    >>> numeric(pd.DataFrame({"age": [61.0], "sex": ["female"]})).tolist()
    [True, False]
    """
    kinds = frame.dtypes.to_numpy()
    known = {kind: pd.api.types.is_numeric_dtype(kind) for kind in set(kinds)}
    return np.array([known[kind] for kind in kinds], dtype=bool)


def is_composition(frame: pd.DataFrame) -> bool:
    """Tell whether every row holds at least three non-negative parts of 1 or of 100 (up to 1% for rounding).

    Rows that miss all parts are passed over; a row that misses some is judged by nothing, and then the table is none.

    Examples
    --------
    >>> is_composition(pd.DataFrame({"t_cell": [0.2, 0.5], "myeloid": [0.3, 0.5], "tumour": [0.5, 0.0]}))
    True
    """
    if frame.shape[1] < _FEWEST_PARTS or not numeric(frame).all():
        return False
    values = frame.to_numpy(dtype=float, na_value=np.nan)
    values = values[~np.isnan(values).all(axis=1)]
    if not len(values) or np.isnan(values).any() or (values < 0).any():
        return False
    sums = values.sum(axis=1)
    # indicators of one category each also sum to 1
    parts = ((values > 0).sum(axis=1) > 1).any()
    return bool(parts and any((np.abs(sums / whole - 1) < _CLOSE).all() for whole in (1.0, 100.0)))


def centred_log_ratio(frame: pd.DataFrame, *, what: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return log(part) less the mean log of the row's parts, and what should be told of it.

    A part of zero is first replaced by 65% of the smallest part that the column shows anywhere, and the other parts of
    the row shrink in proportion (multiplicative replacement), so that their ratios stay. A part that is zero in every
    row stays out.

    Raises
    ------
    InputError
        Fewer than three parts are ever above zero.

    References
    ----------
    Aitchison J (1982) J R Stat Soc B 44:139. doi:10.1111/j.2517-6161.1982.tb01195.x
    Martin-Fernandez JA et al. (2003) Math Geol 35:253. doi:10.1023/A:1023866030544

    Examples
    --------
    >>> frame = pd.DataFrame({"a": [0.2, 0.5], "b": [0.3, 0.3], "c": [0.5, 0.2]})
    >>> ratios, _ = centred_log_ratio(frame, what="cells")
    >>> bool(np.allclose(ratios.sum(axis=1), 0)), round(float(ratios.loc[0, "c"] - ratios.loc[0, "a"]), 4)
    (True, 0.9163)
    """
    seen = (frame > 0).any(axis=0)
    if seen.sum() < _FEWEST_PARTS:
        raise InputError(
            f"{what} has {int(seen.sum())} parts above zero.",
            wanted=f"at least {_FEWEST_PARTS} parts of a whole",
            remedy="Compare the parts as they are: their share, not its ratio to the others.",
        )
    parts = frame.loc[:, seen].astype(float)
    whole = parts.div(parts.sum(axis=1), axis=0).to_numpy()
    zero = whole == 0
    small = 0.65 * np.nanmin(np.where(zero, np.nan, whole), axis=0)
    filled = np.where(zero, small, whole * (1 - (zero * small).sum(axis=1, keepdims=True)))
    logs = np.log(filled)
    ratios = pd.DataFrame(logs - logs.mean(axis=1, keepdims=True), index=frame.index, columns=parts.columns)
    told = [
        f"{what}: parts of a whole, read as centred log-ratios: each part beside the geometric mean of all "
        f"{parts.shape[1]} parts of its row."
    ]
    if zero.any():
        told.append(
            f"{what}: {int(zero.sum())} parts of zero were replaced by 65% of the smallest part of their column "
            "(multiplicative replacement)."
        )
    if not seen.all():
        told.append(f"{what}: left out, zero in every row: {', '.join(map(str, frame.columns[~seen]))}.")
    return ratios, tuple(told)
