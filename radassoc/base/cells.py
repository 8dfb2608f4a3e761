"""Cells of a table as text, such that every type and every bit comes back."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["cell_of", "csv_text", "dtype_of", "read_column"]


def dtype_of(column: pd.Series) -> Any:
    """Return what JSON keeps of a column's type: its name, or the categories."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        categories = column.cat.categories
        return {
            "categories": [cell_of(item) for item in categories.tolist()],
            "of": str(categories.dtype),
            "ordered": bool(column.cat.ordered),
        }
    return str(column.dtype)


def cell_of(value: Any) -> str:
    """Write a cell so that its type and every bit come back: JSON for text, ``repr`` for floats, empty for missing."""
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, float):
        return "nan" if np.isnan(value) else repr(value)
    if isinstance(value, (bool, int)):
        return repr(value)
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if isinstance(value, str):
        # a text that would read as something else is quoted once more
        return json.dumps(value, ensure_ascii=False) if value == "" or _looks_typed(value) else value
    if isinstance(value, (tuple, list)):
        return json.dumps(list(value), ensure_ascii=False)
    raise TypeError(f"a table cell holds {type(value).__name__}, which cannot be saved")


def _looks_typed(text: str) -> bool:
    # a carriage return alone is no new line to who writes CSV, and is one to who reads it
    if text[0] in '"[' or "\r" in text or text in {"True", "False", "nan", "inf", "-inf"} or text != text.strip():
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True


def csv_text(header: list[str], columns: dict[str, list[str]], rows: int) -> str:
    """Return columns of cells as CSV; lines end with a newline on every system."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow([json.dumps(label, ensure_ascii=False) if "\r" in label else label for label in header])
    writer.writerows([column[row] for column in columns.values()] for row in range(rows))
    return out.getvalue()


def _read_cell(text: str) -> Any:
    if text == "":
        return None
    if text[0] in '"[':
        value = json.loads(text)
        return tuple(value) if isinstance(value, list) else value
    if text in {"True", "False"}:
        return text == "True"
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def read_column(texts: list[str], dtype: Any) -> pd.Series:
    """Return the column that ``cell_of`` wrote, with the type that ``dtype_of`` told."""
    if isinstance(dtype, dict):
        categories = read_column(dtype["categories"], dtype["of"]).tolist()
        values = [_read_cell(text) for text in texts]
        return pd.Series(pd.Categorical(values, categories=categories, ordered=dtype["ordered"]))
    if dtype.startswith("float"):
        return pd.Series([float(text) if text else np.nan for text in texts], dtype=dtype)
    if dtype.startswith(("datetime", "timedelta")):
        return pd.Series(pd.to_datetime([text or None for text in texts])).astype(dtype)
    values = [_read_cell(text) for text in texts]
    if dtype == "bool":
        return pd.Series(values, dtype=bool)
    return pd.Series(values, dtype=dtype)
