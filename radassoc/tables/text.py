"""Delimited text -> a frame: encoding, delimiter, header, ragged lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from io import StringIO

import pandas as pd

from radassoc.base.errors import InputError, name_some
from radassoc.tables.table import Note, note

__all__ = ["MISSING", "decode", "read_text"]

#: What a table writer leaves where nothing was measured; read as missing without a note.
MISSING = ("", "NA", "NaN", "nan", "N/A", "n/a", "NULL", "null", "<NA>", "-nan")

_QUOTED = re.compile(r'"[^"]*"')
_SEPARATORS = {"\t": "a tab", ",": "','", ";": "';'", "|": "'|'"}


def decode(data: bytes, name: str, encoding: str) -> str:
    """Return the text of a file, without its byte-order mark."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and not encoding.lower().startswith("utf-16"):
        raise InputError(
            f"{name} is written in UTF-16.",
            wanted="UTF-8",
            remedy='Save it as "CSV UTF-8", or read it with Table(..., encoding="utf-16").',
        )
    try:
        text = data.decode("utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise InputError(
            f"{name} is not written in {encoding.upper()}: line {line} holds the byte 0x{data[error.start]:02X}.",
            wanted="UTF-8",
            remedy='Save it as "CSV UTF-8", or name its encoding: Table(..., encoding="latin-1").',
        ) from error
    except LookupError as error:
        raise InputError(f"encoding={encoding!r} is unknown.", wanted='such as "utf-8" or "latin-1"') from error
    if "\x00" in text:
        raise InputError(f"{name} is not a text file: it holds zero bytes.", wanted="a delimited text table")
    return text


def read_text(
    text: str, name: str, *, sep: str | None, decimal: str, text_columns: frozenset[str] | None, scope: str
) -> tuple[pd.DataFrame, list[Note]]:
    """Return all columns of a delimited text: numbers where a whole column is numbers, text otherwise.

    Parameters
    ----------
    text_columns
        Lower-case names of columns that stay text even if they look like numbers (identifiers keep leading zeros). The
        first column always does. None: all columns stay text.
    """
    lines = text.splitlines()
    start, notes = _skip_comments(lines, name, scope)
    sep = _separator(lines[start:], name, sep, decimal)
    header = [label.strip() for label in _fields(lines[start], sep)]
    widths = _widths(lines[start + 1 :], name, sep)
    if not widths:
        raise InputError(
            f"{name} has a header ({name_some(header)}) and no row below it.", wanted="at least one row of values"
        )
    # R leaves the column of row names without one; between commas it might as well be a decimal comma
    if sep != "," and all(width == len(header) + 1 for _, width in widths):
        header = ["", *header]
    _check_widths(widths, len(header), name, start)
    as_text = {
        i: str for i, label in enumerate(header) if i == 0 or text_columns is None or label.lower() in text_columns
    }
    frame = _parse("\n".join(lines[start + 1 :]), name, len(header), sep, decimal, as_text)
    # pandas takes TRUE and FALSE for truth values; here they are text until a reader says what they mean
    truths = [column for column, dtype in frame.dtypes.items() if pd.api.types.is_bool_dtype(dtype)]
    if truths:  # astype looks at each column, which takes seconds where there are 20,000
        frame = frame.astype(dict.fromkeys(truths, str))
    frame.columns = pd.Index(header, dtype=object)
    return frame, notes


def _skip_comments(lines: list[str], name: str, scope: str) -> tuple[int, list[Note]]:
    start = next((i for i, line in enumerate(lines) if line.strip() and not line.startswith("#")), len(lines))
    if start == len(lines):
        raise InputError(f"{name} is empty.", wanted="a header and at least one row of values")
    n_comments = sum(line.startswith("#") for line in lines[:start])
    if not n_comments:
        return start, []
    return start, [note(scope, name, "comment lines skipped", f"{n_comments} lines that begin with #")]


def _separator(lines: list[str], name: str, sep: str | None, decimal: str) -> str:
    """Return the given delimiter after a check, or the one that splits header and rows most evenly."""
    sample = [line for line in lines[:40] if line.strip()]
    found = _sniff(sample)
    if sep is None:
        if found is None:
            raise InputError(
                f"{name} has only one column: no tab, comma, semicolon or bar splits {sample[0][:60]!r}.",
                wanted="a column of identifiers and at least one of values",
                remedy='Name the delimiter: Table(..., sep=" ").',
            )
        return found
    if len(_fields(sample[0], sep)) > 1:
        return sep
    hint = f"Its lines look split at {_SEPARATORS[found]}: Table(..., sep={found!r})." if found else ""
    raise InputError(f"{name} has only one column when split at {sep!r}.", wanted="two or more columns", remedy=hint)


def _fields(line: str, sep: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=sep))
    except csv.Error:  # the standard library refuses fields of more than 131,072 characters: nothing splits this line
        return [line]


def _sniff(sample: list[str]) -> str | None:
    scores = {}
    for sep in _SEPARATORS:
        widths = [_QUOTED.sub("", line).count(sep) + 1 for line in sample]
        if widths[0] < 2:
            continue
        common, times = Counter(widths).most_common(1)[0]
        # a decimal comma splits rows but not the header: the true delimiter splits both alike
        even = abs(widths[0] - common) <= 1
        scores[sep] = (even, times / len(widths), widths[0])
    return max(scores, key=lambda sep: scores[sep]) if scores else None


def _widths(lines: list[str], name: str, sep: str) -> list[tuple[int, int]]:
    """Return (line number within the body, number of fields) of every line that is not blank."""
    if any('"' in line for line in lines):
        reader = csv.reader(lines, delimiter=sep)
        try:
            return [(reader.line_num, len(row)) for row in reader if row]
        except csv.Error as error:
            raise InputError(
                f"{name}: a quotation mark before line {reader.line_num} is opened and not closed.",
                wanted="quotation marks in pairs",
                remedy="Correct the cell, or export the table again.",
            ) from error
    return [(i, line.count(sep) + 1) for i, line in enumerate(lines, 1) if line.strip()]


def _check_widths(widths: list[tuple[int, int]], n_columns: int, name: str, start: int) -> None:
    wrong = [(line, width) for line, width in widths if width != n_columns]
    if not wrong:
        return
    line, width = wrong[0]
    more = f" (and {len(wrong) - 1} more lines differ)" if len(wrong) > 1 else ""
    raise InputError(
        f"{name}: line {line + start + 1} has {width} fields, the header has {n_columns}{more}.",
        wanted="the same number of fields in every line",
        remedy="The file may be cut off, its delimiter may stand unquoted inside a cell, or decimals may be written "
        "with the comma that also splits the columns.",
    )


def _parse(body: str, name: str, n_columns: int, sep: str, decimal: str, as_text: dict[int, type[str]]) -> pd.DataFrame:
    try:
        return pd.read_csv(
            StringIO(body),
            sep=sep,
            decimal=decimal,
            header=None,
            names=range(n_columns),
            index_col=False,
            dtype=as_text,
            na_values=list(MISSING),
            keep_default_na=False,
            skipinitialspace=True,
            float_precision="round_trip" if decimal == "." else None,
            low_memory=False,
        )
    except (pd.errors.ParserError, ValueError) as error:
        reason = re.sub(r"\s+", " ", str(error))
        raise InputError(
            f"{name} cannot be split into columns: {reason}", wanted="a regular delimited table"
        ) from error
