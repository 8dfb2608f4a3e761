"""Features or genes of the same name: an error, or one explicit policy."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError, name_some
from radassoc.tables.table import Note, Table, count, note

__all__ = ["resolve_duplicates"]


def resolve_duplicates(
    frame: pd.DataFrame, table: Table, *, what: str, scope: str, error: type[InputError]
) -> tuple[pd.DataFrame, list[Note]]:
    """Return a frame whose column names are unique, by the table's policy.

    ``"mean"`` averages what is known, ``"max_variance"`` keeps the column that varies most (the first of equals),
    ``"first"`` the first.
    """
    repeated = list(dict.fromkeys(frame.columns[frame.columns.duplicated()]))
    if not repeated:
        return frame, []
    if table.duplicates == "error":
        raise error(
            f"{table.name}: {count(len(repeated), f'{what} name')} given more than once "
            f"(first: {name_some(repeated)}).",
            wanted=f"one {what} per name",
            remedy='Choose duplicates="mean" | "max_variance" | "first", or fix the file.',
        )
    detail = {"mean": "averaged", "max_variance": "the most variable stays", "first": "the first stays"}
    notes = [note(scope, str(name), "duplicate name", detail[table.duplicates]) for name in repeated]
    if table.duplicates == "first":
        return frame.loc[:, ~frame.columns.duplicated()], notes
    values = frame.to_numpy(dtype=np.float64, copy=True)
    codes, names = pd.factorize(frame.columns)
    if table.duplicates == "mean":
        for code in np.flatnonzero(np.bincount(codes) > 1):
            at = np.flatnonzero(codes == code)
            values[:, at[0]] = pd.DataFrame(values[:, at]).mean(axis=1).to_numpy()
        keep = np.unique(codes, return_index=True)[1]
    else:
        variance = frame.var(axis=0, ddof=1).fillna(-1.0).to_numpy()
        order = np.lexsort((np.arange(len(codes)), -variance, codes))
        keep = order[np.unique(codes[order], return_index=True)[1]]
    result = pd.DataFrame(values[:, keep], index=frame.index)
    result.columns = pd.Index(names, dtype=object)
    return result, notes
