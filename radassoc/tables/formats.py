"""Files of any supported format -> one raw frame: what the bytes are decides, not what the name promises."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import pandas as pd

from radassoc.base.errors import InputError, MissingDependencyError, name_some
from radassoc.tables.table import Note, Table, note
from radassoc.tables.text import decode, read_text

__all__ = ["read_raw"]

_TEXT = (".csv", ".tsv", ".txt", ".tab", ".gct")
_BINARY = {".parquet": "a Parquet file", ".xlsx": "an Excel workbook", ".h5ad": "an HDF5 file", ".h5mu": "an HDF5 file"}
_MAGIC = (
    (b"PK\x03\x04", ".xlsx"),
    (b"PAR1", ".parquet"),
    (b"\x89HDF", ".h5ad"),
    (b"MuData", ".h5mu"),
    (b"\xd0\xcf\x11\xe0", ".xls"),
)


def read_raw(
    table: Table, *, scope: str, text_columns: frozenset[str] | None = frozenset()
) -> tuple[pd.DataFrame, list[Note]]:
    """Return the columns of a file as they stand, the identifiers as text in the first column, and audit notes.

    Parameters
    ----------
    scope
        The modality, for the notes; ``"clinical"`` reads the observations of an h5ad file instead of its matrix.
    text_columns
        Lower-case names of columns that stay text; None: all of them.
    """
    if isinstance(table.path, pd.DataFrame):
        return _plain_frame(table.path, table.name), []
    path = Path(table.path)  # type: ignore[arg-type]  # lists were split before
    data = _bytes(path)
    kind = _kind(path, data)
    if kind in (".h5ad", ".h5mu"):
        return _read_hdf(path, kind, table.sheet, scope), []
    if kind == ".parquet":
        return _read_parquet(path), []
    if kind == ".xlsx":
        return _read_workbook(path, table.sheet), []
    text = decode(data, path.name, table.encoding)
    _refuse_web_page(text, path.name)
    notes = []
    if data.startswith(b"\xef\xbb\xbf"):
        notes.append(note(scope, path.name, "byte-order mark removed", "UTF-8 with BOM"))
    if text.startswith("#1.") and "\n" in text:
        return _read_gct(text, table, scope, notes)
    frame, more = read_text(
        text, path.name, sep=table.sep, decimal=table.decimal, text_columns=text_columns, scope=scope
    )
    return frame, notes + more


def _bytes(path: Path) -> bytes:
    """Return the file's bytes, decompressed."""
    if path.is_dir():
        raise InputError(f"{path} is a folder.", wanted="a table")
    if not path.is_file():
        near = sorted(p.name for p in path.parent.glob(f"{path.name.split('.')[0]}*")) if path.parent.is_dir() else []
        remedy = f"The folder holds {name_some(near)}." if near else "Check the path."
        raise InputError(f"{path} does not exist.", wanted="a table", remedy=remedy)
    data = path.read_bytes()
    packed = data[:2] == b"\x1f\x8b"
    if packed != (path.suffix == ".gz"):
        right = f"{path.name}.gz" if packed else path.name.removesuffix(".gz")
        raise InputError(
            f"{path.name} is {'' if packed else 'not '}compressed with gzip, its name says otherwise.",
            wanted="a name that tells the format",
            remedy=f"Rename it to {right!r}." if data else "The file is empty: fetch it again.",
        )
    if packed:
        try:
            data = gzip.decompress(data)
        except (EOFError, OSError, zlib.error) as error:
            raise InputError(
                f"{path.name} is damaged: its compressed content breaks off ({error}).",
                wanted="a complete gzip file",
                remedy="Copy or download it again.",
            ) from error
    if not data.strip():
        raise InputError(f"{path.name} is empty.", wanted="a header and at least one row of values")
    return data


def _kind(path: Path, data: bytes) -> str:
    """Return the format, after a check that name and content agree."""
    name = path.name.removesuffix(".gz").lower()
    told = "." + name.rsplit(".", 1)[-1] if "." in name else ""
    found = next((kind for magic, kind in _MAGIC if data.startswith(magic)), "")
    if told == ".h5mu" and found == ".h5ad":
        found = told
    if found == ".xls" or told == ".xls":
        raise InputError(
            f"{path.name} is a workbook of the old Excel format.", wanted=".xlsx or .csv", remedy="Save it as .xlsx."
        )
    if found != (told if told in _BINARY else ""):
        is_ = _BINARY.get(found, "not " + _BINARY.get(told, ""))
        raise InputError(
            f"{path.name} is {is_}, its name says otherwise.",
            wanted="a name that tells the format",
            remedy=f"Rename it to {Path(name).stem + found!r}."
            if found
            else "If it is text, rename it to .csv or .tsv.",
        )
    if not found and told not in _TEXT and b"\x00" in data[:4096]:
        raise InputError(f"{path.name} is not a table that can be read.", wanted=", ".join((*_TEXT, *_BINARY)))
    if not found and b"\x00" in data[:4096] and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(
            f"{path.name} is not a text file: it holds zero bytes.",
            wanted="a delimited text table",
            remedy="Export it again.",
        )
    return found or told


def _refuse_web_page(text: str, name: str) -> None:
    if text.lstrip()[:15].lower().startswith(("<!doctype", "<html", "<?xml")):
        raise InputError(
            f"{name} is a web page, not a table.",
            wanted="a table",
            remedy="The download failed: fetch the file itself.",
        )


def _read_gct(text: str, table: Table, scope: str, notes: list[Note]) -> tuple[pd.DataFrame, list[Note]]:
    """Read the GenePattern format: two lines, then Name, Description (or row annotation) and one column per sample."""
    version, sizes, body = (*text.split("\n", 2), "")[:3]
    counts = [int(part) for part in sizes.split() if part.isdigit()]
    if len(counts) not in (2, 4) or "\t" not in body:
        raise InputError(
            f"{table.name} is no complete GCT file: its second line is {sizes[:40]!r}.",
            wanted="the numbers of rows and columns, then the table",
        )
    lines = body.splitlines()
    n_annotations = counts[2] if len(counts) == 4 else 1
    if len(counts) == 4:  # version 1.3 puts annotation of the samples between header and values
        lines = lines[:1] + lines[1 + counts[3] :]
    frame, more = read_text(
        "\n".join(lines), table.name, sep="\t", decimal=table.decimal, text_columns=frozenset(), scope=scope
    )
    if len(frame) != counts[0] or frame.shape[1] != counts[1] + 1 + n_annotations:
        raise InputError(
            f"{table.name} announces {counts[0]} genes and {counts[1]} samples and holds {len(frame)} and "
            f"{frame.shape[1] - 1 - n_annotations}.",
            wanted="a complete file",
            remedy="Copy or export it again.",
        )
    annotations = list(frame.columns[1 : 1 + n_annotations])
    more.append(note(scope, ", ".join(annotations), "annotation column", f"GCT {version.strip()}"))
    keep = [0, *range(1 + n_annotations, frame.shape[1])]
    frame = frame.iloc[:, keep]
    return frame.set_axis(["gene", *frame.columns[1:]], axis=1), notes + more


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise _missing("Parquet", "parquet") from error
    try:
        return _plain_frame(pd.read_parquet(path), path.name)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path.name} is damaged: {str(error)[:100]}", wanted="a Parquet file", remedy="Write it again."
        ) from error


def _read_workbook(path: Path, sheet: str | None) -> pd.DataFrame:
    try:
        import openpyxl
        from openpyxl.utils.exceptions import InvalidFileException
    except ImportError as error:
        raise _missing("Excel", "excel") from error
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        names = [str(name) for name in book.sheetnames]
        wanted = names if sheet is None else [name for name in names if name == sheet]
        # pandas would turn the error values of formulas into empty cells without a word
        sheets = {name: pd.DataFrame(list(book[name].iter_rows(values_only=True)), dtype=object) for name in wanted}
        book.close()
    except (OSError, ValueError, KeyError, BadZipFile, InvalidFileException) as error:
        raise InputError(
            f"{path.name} cannot be opened as a workbook: {str(error)[:100]}",
            wanted="an .xlsx file",
            remedy="Save it again.",
        ) from error
    filled = {name: frame for name, frame in sheets.items() if frame.notna().to_numpy().any()}
    if len(filled) != 1:
        found = "no such sheet" if sheet else f"{len(filled)} sheets with values"
        raise InputError(
            f"{path.name} has {found}; its sheets are {name_some(names, most=6)}.",
            wanted="one sheet",
            remedy=f'Name it: Table(..., sheet="{names[0]}").',
        )
    frame = next(iter(filled.values()))
    frame = frame.loc[frame.notna().any(axis=1)]
    header = ["" if pd.isna(label) else str(label).strip() for label in frame.iloc[0]]
    body = frame.iloc[1:].reset_index(drop=True).set_axis(header, axis=1)
    if body.empty:
        raise InputError(f"{path.name} has a header and no row below it.", wanted="at least one row of values")
    return _plain_frame(body, path.name)


def _read_hdf(path: Path, kind: str, sheet: str | None, scope: str) -> pd.DataFrame:
    """Read one modality; the observations' index is the first column, clinical tables are the observations."""
    import anndata

    try:
        if kind == ".h5mu":
            import mudata

            holder: Any = mudata.read_h5mu(path)
            name = sheet or scope
            if scope != "clinical" and name not in holder.mod:
                raise InputError(
                    f"{path.name} has no modality {name!r}; it has {name_some(holder.mod, most=8)}.",
                    wanted="one of them",
                    remedy=f'Name it: Table(..., sheet="{next(iter(holder.mod), "")}").',
                )
            holder = holder if scope == "clinical" else holder.mod[name]
        else:
            holder = anndata.read_h5ad(path)
    except (OSError, KeyError, ValueError) as error:
        raise InputError(
            f"{path.name} cannot be opened: {str(error)[:100]}",
            wanted=f"a complete {kind} file",
            remedy="Write it again.",
        ) from error
    if scope == "clinical":
        frame = holder.obs
    else:
        numbers = holder.to_df()
        texts = [name for name in holder.obs.columns if name not in numbers.columns]
        frame = numbers.join(holder.obs[[name for name in texts if _names_rows(holder.obs[name])]])
    return _plain_frame(frame.rename_axis("sample"), path.name)


def _names_rows(column: pd.Series) -> bool:
    """Tell whether a column of observations may name patients: text, not numbers."""
    return not pd.api.types.is_numeric_dtype(column)


def _plain_frame(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a frame without an index of its own, in the types that the text reader gives."""
    if frame.columns.nlevels > 1 or frame.index.nlevels > 1:
        raise InputError(f"{name} has several levels of row or column names.", wanted="one name per row and column")
    if not _is_unnamed(frame):
        index = frame.index.to_series(index=pd.RangeIndex(len(frame)), name=str(frame.index.name or ""))
        frame = pd.concat([index, frame.reset_index(drop=True)], axis=1)
    if frame.empty:
        raise InputError(
            f"{name} has {len(frame)} rows and {frame.shape[1]} columns.", wanted="at least one row of values"
        )
    labels = [str(label).strip() for label in frame.columns]
    if wrong := [label for label, kind in zip(labels, frame.dtypes, strict=True) if kind.kind == "c"]:
        raise InputError(f"{name}: columns {name_some(wrong)} hold complex numbers.", wanted="real numbers")
    if all(pd.api.types.is_float_dtype(dtype) for dtype in frame.dtypes.iloc[1:]):  # the usual case, and a wide one
        first = _plain_column(frame.iloc[:, 0], as_text=True).to_frame()
        plain = pd.concat([first, frame.iloc[:, 1:].astype("float64").reset_index(drop=True)], axis=1)
        return plain.set_axis(pd.Index(labels, dtype=object), axis=1)
    columns = {i: _plain_column(frame.iloc[:, i], as_text=i == 0) for i in range(frame.shape[1])}
    return pd.DataFrame(columns, index=pd.RangeIndex(len(frame))).set_axis(pd.Index(labels, dtype=object), axis=1)


def _is_unnamed(frame: pd.DataFrame) -> bool:
    """Tell whether the index only numbers the rows: 0, 1, 2, ..., or a part of it beside a first column of names."""
    if not isinstance(frame.index, pd.RangeIndex) or frame.index.name is not None:
        return False
    if frame.index.equals(pd.RangeIndex(len(frame))) or frame.empty:
        return True
    first = frame.iloc[:, 0]
    return bool(_names_rows(first) and first.is_unique)


def _plain_column(column: pd.Series, *, as_text: bool) -> pd.Series:
    column = column.reset_index(drop=True)
    if isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype(object)
    if column.dtype == object:
        column = column.infer_objects()
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column) and not as_text:
        return column.astype("float64")
    return column.map(_cell_text, na_action="ignore").astype(object)


def _cell_text(value: Any) -> str:
    """Write a cell as a text file would: a whole number without a decimal point, a date without midnight."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip().removesuffix(" 00:00:00")


def _missing(what: str, extra: str) -> MissingDependencyError:
    return MissingDependencyError(
        f"{what} files need an optional package.",
        wanted=f'the extra "{extra}"',
        remedy=f"pip install 'radassoc[{extra}]'",
    )
