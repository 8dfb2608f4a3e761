"""Every pair of a map to a Parquet file, block by block."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from radassoc.association._answers import Question
from radassoc.association._found import Found
from radassoc.association._groups import Tables
from radassoc.association._pair_scan import PairScan
from radassoc.association._scan import scan
from radassoc.association.result import VALUE_COLUMNS
from radassoc.base.errors import InputError, MissingDependencyError

__all__ = ["check_stream", "named", "stream_rows"]

#: Pairs that are held at a time.
_BLOCK = 500_000
#: The column of the table that a field of a scan becomes.
_FIELDS = {"p": "p_value"}


def check_stream(path: str | Path) -> Path:
    """Refuse a stream that could not be written, before hours of work."""
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            "stream= writes Parquet, and pyarrow is not installed.", remedy="pip install 'radassoc[parquet]'"
        ) from error
    if not isinstance(path, (str, os.PathLike)):
        raise InputError(f"stream={path!r} is no path.", wanted='a file to write, such as "pairs.parquet"')
    path = Path(path)
    if not path.parent.is_dir() or path.is_dir():
        raise InputError(f"{path} cannot be written.", wanted="a file in a folder that exists, such as pairs.parquet")
    return path


def named(values: PairScan, p_adjusted: np.ndarray) -> dict[str, np.ndarray]:
    """Return the columns of a table from the fields of a scan; ``n_patients`` is ``n`` where each row is a patient."""
    columns = {_FIELDS.get(f.name, f.name): getattr(values, f.name) for f in fields(PairScan)}
    columns["n_patients"] = np.where(columns["n_patients"] == 0, columns["n"], columns["n_patients"])
    return {name: p_adjusted if name == "p_adjusted" else columns[name] for name in VALUE_COLUMNS}


def stream_rows(path: Path, question: Question, found: Found, names: tuple[pd.Index, pd.Index]) -> int:
    """Write every tested pair, left column by left column within blocks of right columns; return how many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    left, right = (pa.array(index.astype(str)) for index in names)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    written, writer = 0, None
    try:
        for i, j, values, adjusted in _blocks(question, found):
            told = ~np.isnan(values.p)
            columns: dict[str, Any] = {
                str(names[0].name): pa.DictionaryArray.from_arrays(i[told].astype(np.int32), left),
                str(names[1].name): pa.DictionaryArray.from_arrays(j[told].astype(np.int32), right),
            }
            columns |= {name: pa.array(value[told]) for name, value in named(values, adjusted).items()}
            for name in ("estimate_kind", "p_value_from"):
                columns[name] = columns[name].cast(pa.string()).dictionary_encode()
            block = pa.table(columns)
            writer = writer or pq.ParquetWriter(beside, block.schema)
            writer.write_table(block)
            written += len(block)
    finally:
        if writer is not None:
            writer.close()
    if writer is not None:
        os.replace(beside, path)
    return written


def _blocks(question: Question, found: Found) -> Iterator[tuple[np.ndarray, np.ndarray, PairScan, np.ndarray]]:
    """Yield positions, answers and adjusted p-values: what is kept already, or the blocks of a large map anew."""
    if not question.large:
        for start in range(0, len(found.i), _BLOCK):
            some = slice(start, start + _BLOCK)
            flat = PairScan(**{f.name: getattr(found.values, f.name)[some] for f in fields(PairScan)})
            yield found.i[some], found.j[some], flat, found.p_adjusted[some]
        return
    tables = question.tables(question.inputs.Z)
    p, g = tables.shape
    code = found.i.astype(np.int64) * g + found.j
    order = np.argsort(code)
    width = max(_BLOCK // p, 1)
    for start in range(0, g, width):
        taken = np.arange(start, min(start + width, g))
        block = Tables(tables.X, tables.Y[:, taken], tables.Z, tables.ranked)
        part = scan(block, question.asked.method, question.asked.settings)
        flat = PairScan(**{f.name: getattr(part, f.name).ravel() for f in fields(PairScan)})
        i, j = np.repeat(np.arange(p), len(taken)), np.tile(taken, p)
        if tables.same:
            flat.p[i >= j] = np.nan
        adjusted = found.adjusted_at(flat)
        place = np.minimum(np.searchsorted(code[order], i * g + j), max(len(code) - 1, 0))
        if len(code):
            kept = code[order][place] == i * g + j
            adjusted[kept] = found.p_adjusted[order][place[kept]]
        yield i, j, flat, adjusted
