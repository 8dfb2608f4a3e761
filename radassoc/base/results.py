"""What every verb returns: a frozen, labelled, self-describing value that can be printed, drawn and saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from html import escape
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Literal

import pandas as pd

__all__ = ["Family", "Fit", "Record", "Result", "Status"]

Status = Literal["ok", "no_signal", "not_estimable"]

#: Fields that hold values of single patients: never shown, saved only on request.
PATIENT_FIELDS = frozenset({"samples", "null_samples", "null_imaging", "null_groups"})


@dataclass(frozen=True, eq=False, kw_only=True)
class Record:
    """A frozen value whose frames come out as copies, so that nobody can change it by accident."""

    kind: ClassVar[str] = ""

    def __post_init__(self) -> None:
        for item in fields(self):
            value = object.__getattribute__(self, item.name)
            if isinstance(value, (pd.DataFrame, pd.Series)):
                object.__setattr__(self, item.name, value.copy())
            elif isinstance(value, dict):
                object.__setattr__(self, item.name, MappingProxyType(dict(value)))

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        return value.copy() if isinstance(value, (pd.DataFrame, pd.Series)) else value

    def __getstate__(self) -> dict[str, Any]:
        return {
            name: dict(value) if isinstance(value, MappingProxyType) else value
            for name, value in object.__getattribute__(self, "__dict__").items()
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, MappingProxyType(value) if isinstance(value, dict) else value)

    def save(self, path: str | Path, *, patient_level: bool = False) -> Path:
        """Save as a folder (JSON manifest and one CSV per table), or as one file where ``path`` ends in ``.json``.

        Parameters
        ----------
        path
            The folder or the ``.json`` file; an existing one of the same kind is replaced atomically.
        patient_level
            Also write the tables that hold values of single patients.

        Returns
        -------
        Path
            What was written; ``radassoc.load`` reads it back exactly.
        """
        from radassoc.base.codec import save

        return save(self, path, patient_level=patient_level)


@dataclass(frozen=True, eq=False, kw_only=True)
class Family:
    """The tests that were done together: what was tested, how often, and how it was corrected."""

    hypothesis: str
    n_tests: int
    correction: str = "none"


@dataclass(frozen=True, eq=False, kw_only=True)
class _Described(Record):
    """What results and fits share: a tidy table, a status, parameters, origin, a figure."""

    default_figure: ClassVar[str] = ""

    table: pd.DataFrame
    status: Status = "ok"
    reason: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __init_subclass__(cls) -> None:
        cls.__repr__ = _Described.__repr__  # type: ignore[method-assign]  # or the dataclass would print every field

    def plot(self, **settings: Any) -> Any:
        """Draw the default figure; ``radassoc.figures`` has it and all others by name."""
        if not self.default_figure:
            raise AttributeError(f"{type(self).__name__} has no figure of its own; its values are in .table")
        return getattr(import_module("radassoc.figures"), self.default_figure)(self, **settings)

    def __repr__(self) -> str:
        lines = [f"<{type(self).__name__}: {self._headline()}>"]
        table = self.table
        if len(table):
            lines.append(_shown(table).to_string(index=False, max_colwidth=40))
            if len(table) > 10:
                lines.append(f"... {len(table)} rows")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        table = _shown(self.table).to_html(index=False, escape=True, border=0, max_cols=14)
        more = f"<p>{len(self.table)} rows in <code>.table</code></p>" if len(self.table) > 10 else ""
        return f"<div><p><b>{type(self).__name__}</b>: {escape(self._headline())}</p>{table}{more}</div>"

    def _headline(self) -> str:
        counts = self.provenance.get("counts", {})
        told = [self.status if not self.reason else f"{self.status} ({self.reason})"]
        told += [f"{key.removeprefix('n_').replace('_', ' ')} {value}" for key, value in counts.items()]
        return ", ".join(told)


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return the first rows, without the columns that are missing throughout."""
    return table.dropna(axis=1, how="all").head(10)


@dataclass(frozen=True, eq=False, kw_only=True)
class Result(_Described):
    """The answer of a verb.

    Attributes
    ----------
    table
        Tidy frame with fixed columns, also when it has no rows.
    status
        ``"ok"``; ``"no_signal"``: the method ran and found nothing; ``"not_estimable"``: it could not, see ``reason``.
    params, provenance
        The settings; versions, seed, data fingerprint and counts.
    families
        The families of tests that this result adds to a report.
    samples
        Values of single patients or samples; saved and reported only with ``patient_level=True``.
    """

    families: tuple[Family, ...] = ()
    samples: pd.DataFrame | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class Fit(_Described):
    """Something learned from training patients, frozen, ready to be applied to others; holds no patient's row."""
