"""The one way in which fits and results are saved and loaded: versioned JSON and exact CSV, never pickle."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import fields
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from radassoc._version import __version__
from radassoc.base.cells import cell_of, csv_text, dtype_of, read_column
from radassoc.base.errors import FormatError, InputError
from radassoc.base.results import PATIENT_FIELDS, Family, Record

__all__ = ["dumps", "load", "loads", "migration", "register", "save"]

FORMAT = 1
MANIFEST = "manifest.json"

Kind = TypeVar("Kind", bound=type)
_kinds: dict[str, tuple[type, int]] = {}
_migrations: dict[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {}

#: Rooms that register kinds; imported when a file names a kind that is not known yet.
_ROOMS = (
    "tables",
    "cohort",
    "preparation",
    "resampling",
    "exploration",
    "survival",
    "association",
    "enrichment",
    "strata",
)


def register(kind: str, *, version: int = 1) -> Callable[[Kind], Kind]:
    """Let the codec save and load the decorated frozen dataclass under this name and version."""

    def remember(cls: Kind) -> Kind:
        if kind in _kinds and _kinds[kind][0].__qualname__ != cls.__qualname__:
            raise ValueError(f"two classes are registered as {kind!r}")
        cls.kind = kind  # type: ignore[attr-defined]
        _kinds[kind] = (cls, version)
        return cls

    return remember


def migration(kind: str, *, from_version: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register the function that turns the stored fields of ``kind`` at ``from_version`` into the next version's."""

    def remember(step: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[..., Any]:
        _migrations[kind, from_version] = step
        return step

    return remember


register("family")(Family)


# ---- encoding
class _Writer:
    """Turns values into JSON; frames become CSV texts beside it."""

    def __init__(self, *, patient_level: bool) -> None:
        self.patient_level = patient_level
        self.csv: dict[str, str] = {}

    def encode(self, value: Any, name: str) -> Any:
        if value is None or isinstance(value, (bool, int, str)):
            return value
        if isinstance(value, float):
            return value if np.isfinite(value) else {"@": "float", "value": repr(value)}
        if isinstance(value, np.generic):
            return self.encode(value.item(), name)
        if isinstance(value, tuple):
            return {"@": "tuple", "items": [self.encode(item, f"{name}.{i}") for i, item in enumerate(value)]}
        if isinstance(value, list):
            return [self.encode(item, f"{name}.{i}") for i, item in enumerate(value)]
        if isinstance(value, Mapping):
            pairs = [[self.encode(k, name), self.encode(v, f"{name}.{k}")] for k, v in value.items()]
            return {"@": "mapping", "items": pairs}
        if isinstance(value, np.ndarray):
            flat = [self.encode(item, name) for item in value.ravel().tolist()]
            return {"@": "array", "dtype": str(value.dtype), "shape": list(value.shape), "values": flat}
        if isinstance(value, pd.Index):
            return {
                "@": "index",
                **self._frame(value.to_frame(index=False), name),
                "names": list(value.names),
            }
        if isinstance(value, pd.Series):
            frame = value.to_frame(name="value" if value.name is None else value.name)
            return {"@": "series", "name": value.name, **self._frame(frame, name, index=True)}
        if isinstance(value, pd.DataFrame):
            return {"@": "frame", **self._frame(value, name, index=True)}
        if getattr(type(value), "kind", "") in _kinds:
            return self.record(value, name)
        raise TypeError(f"{name}: the codec does not know {type(value).__name__}")

    def record(self, value: Any, name: str) -> dict[str, Any]:
        hidden = frozenset() if self.patient_level else PATIENT_FIELDS
        stored = {
            item.name: None
            if item.name in hidden
            else self.encode(getattr(value, item.name), f"{name}.{item.name}" if name else item.name)
            for item in fields(value)
        }
        return {
            "@": "record",
            "kind": type(value).kind,
            "version": _kinds[type(value).kind][1],
            "fields": stored,
        }

    def _frame(self, frame: pd.DataFrame, name: str, *, index: bool = False) -> dict[str, Any]:
        told: dict[str, Any] = {"columns_name": frame.columns.name, "dtypes": [], "index": None}
        plain = not (isinstance(frame.index, pd.RangeIndex) and frame.index.equals(pd.RangeIndex(len(frame))))
        parts = []
        if index and (plain or frame.index.name is not None):
            told["index"] = list(frame.index.names)
            parts.append(frame.index.to_frame(index=False))
        parts.append(frame.reset_index(drop=True))
        columns = [column for part in parts for _, column in part.items()]
        told["columns"] = [self.encode(label, name) for label in frame.columns]
        told["columns_array"] = str(frame.columns.dtype)
        texts = {}
        for position, column in enumerate(columns):
            told["dtypes"].append(dtype_of(column))
            texts[str(position)] = [cell_of(item) for item in column.tolist()]
        file = f"{name or 'value'}.csv"
        header = [str(n) for n in (told["index"] or [])] + [str(label) for label in frame.columns]
        self.csv[file] = csv_text(header, texts, len(frame))
        return {"file": file, "rows": len(frame), **told}


# ---- decoding
class _Reader:
    """Turns JSON and CSV texts back into values."""

    def __init__(self, csv: Callable[[str], str]) -> None:
        self.csv = csv

    def decode(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.decode(item) for item in value]
        if not isinstance(value, dict):
            return value
        tag = value.get("@")
        if tag == "float":
            return float(value["value"])
        if tag == "tuple":
            return tuple(self.decode(item) for item in value["items"])
        if tag == "mapping":
            return {self.decode(key): self.decode(item) for key, item in value["items"]}
        if tag == "array":
            flat = [self.decode(item) for item in value["values"]]
            return np.array(flat, dtype=value["dtype"]).reshape(value["shape"])
        if tag == "index":
            frame = self._frame(value)
            if len(value["names"]) > 1:
                return pd.MultiIndex.from_frame(frame, names=value["names"])
            return pd.Index(frame.iloc[:, 0], name=value["names"][0])
        if tag == "series":
            return self._frame(value).iloc[:, 0].rename(value["name"])
        if tag == "frame":
            return self._frame(value)
        if tag == "record":
            return self.record(value)
        raise FormatError(f"The file holds an unknown part {tag!r}.", remedy="Update radassoc.")

    def record(self, value: Mapping[str, Any]) -> Any:
        kind, version = value["kind"], value["version"]
        if kind not in _kinds:
            for room in _ROOMS:
                import_module(f"radassoc.{room}")
        if kind not in _kinds:
            raise FormatError(f"The file holds a {kind!r}, which this version of radassoc does not know.")
        cls, newest = _kinds[kind]
        if version > newest:
            raise FormatError(
                f"The file holds a {kind!r} of version {version}.",
                wanted=f"version {newest} or older",
                remedy="Update radassoc.",
            )
        stored = dict(value["fields"])
        for step in range(version, newest):
            stored = _migrations[kind, step](stored)
        return cls(**{name: self.decode(item) for name, item in stored.items()})

    def _frame(self, told: Mapping[str, Any]) -> pd.DataFrame:
        import csv

        rows = list(csv.reader(StringIO(self.csv(told["file"]))))[1:]
        if len(told["dtypes"]) == 1:  # csv.reader drops nothing but an empty only cell reads as no cell
            rows = [row or [""] for row in rows]
        if len(rows) != told["rows"]:
            raise FormatError(f"{told['file']} has {len(rows)} rows.", wanted=f"{told['rows']}, as the manifest says")
        columns = [read_column([row[i] for row in rows], dtype) for i, dtype in enumerate(told["dtypes"])]
        depth = len(told["index"] or [])
        frame = pd.DataFrame(dict(enumerate(columns[depth:])), index=pd.RangeIndex(len(rows)))
        labels = [self.decode(label) for label in told["columns"]]
        frame.columns = pd.Index(labels, dtype=told["columns_array"], name=told["columns_name"])
        if depth == 1:
            frame.index = pd.Index(columns[0], name=told["index"][0])
        elif depth > 1:
            frame.index = pd.MultiIndex.from_arrays(columns[:depth], names=told["index"])
        return frame


# ---- public door
def _manifest(value: Record, patient_level: bool) -> tuple[dict[str, Any], dict[str, str]]:
    writer = _Writer(patient_level=patient_level)
    content = writer.record(value, "")
    told = {"format": FORMAT, "package": __version__, "patient_level": patient_level, "content": content}
    return told, writer.csv


def dumps(value: Record, *, patient_level: bool = False) -> str:
    """Return a record as one text: what ``save`` writes to a ``.json`` file."""
    manifest, csv = _manifest(value, patient_level)
    return _json({**manifest, "csv": csv})


def loads(text: str, *, source: str = "The text") -> Any:
    """Return the record that ``dumps`` wrote; ``source`` names the text in messages."""
    manifest = _checked(lambda: text, source)
    return _record(manifest, lambda name: str(manifest["csv"][name]), source)


def save(value: Record, path: str | Path, *, patient_level: bool = False) -> Path:
    """Write a fit or result to a folder, or to one file where ``path`` ends in ``.json``; see ``Record.save``."""
    path = _path(path)
    try:
        return _save(value, path, patient_level)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written: {error.strerror or error}.", wanted="a place where files can be written"
        ) from error


def _path(path: str | Path) -> Path:
    if not isinstance(path, (str, os.PathLike)):
        raise InputError(f"{path!r} is no path.", wanted="a path, such as 'score.json'")
    return Path(path)


def _save(value: Record, path: Path, patient_level: bool) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".json":
        _replace_file(path, dumps(value, patient_level=patient_level))
        return path
    manifest, csv = _manifest(value, patient_level)
    if path.exists() and not (path / MANIFEST).is_file() and any(path.iterdir()):
        raise FormatError(f"{path} exists and holds something else.", remedy="Choose a new folder.")
    work = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    work.chmod(0o755)
    for name, text in csv.items():
        (work / name).write_text(text, encoding="utf-8", newline="\n")
    (work / MANIFEST).write_text(_json(manifest), encoding="utf-8", newline="\n")
    if path.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        os.replace(path, old / "old")
        os.replace(work, path)
        shutil.rmtree(old)
    else:
        os.replace(work, path)
    return path


def load(path: str | Path) -> Any:
    """Load a fit or result that ``.save`` wrote, exactly as it was.

    Parameters
    ----------
    path
        The folder or ``.json`` file.

    Raises
    ------
    FormatError
        Nothing is there, the file is damaged, or it was written by a newer format of radassoc.
    """
    path = _path(path)
    single = path.suffix == ".json"
    manifest = _checked(lambda: (path if single else path / MANIFEST).read_text(encoding="utf-8"), str(path))
    if single:
        return _record(manifest, lambda name: str(manifest["csv"][name]), str(path))
    # bytes keep a carriage return inside a quoted cell as it is
    return _record(manifest, lambda name: (path / name).read_bytes().decode("utf-8"), str(path))


def _checked(read: Callable[[], str], source: str) -> dict[str, Any]:
    """Return the manifest, if it is one and of a known format."""
    try:
        manifest: dict[str, Any] = json.loads(read())
        found = int(manifest["format"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FormatError(
            f"{source} is nothing that radassoc saved ({type(error).__name__}).",
            wanted=f"a folder with {MANIFEST}, or a .json file written by .save()",
        ) from error
    if found > FORMAT:
        wanted = f"format {FORMAT} or older"
        raise FormatError(f"{source} has format {found}.", wanted=wanted, remedy="Update radassoc.")
    return manifest


def _record(manifest: Mapping[str, Any], text_of: Callable[[str], str], source: str) -> Any:
    try:
        return _Reader(text_of).record(manifest["content"])
    except (KeyError, IndexError, ValueError, OSError) as error:
        raise FormatError(f"{source} is damaged: {error}", remedy="Save it again from the analysis.") from error


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _replace_file(path: Path, text: str) -> None:
    handle, work = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as out:
        out.write(text)
    os.chmod(work, 0o644)
    os.replace(work, path)
