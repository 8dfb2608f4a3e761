"""References to columns: ``name`` (clinical first, otherwise unique) or ``modality:name``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from radassoc.base.errors import IdentifierError, name_some
from radassoc.tables.identifiers import nearest

if TYPE_CHECKING:
    from radassoc.cohort.parts import Parts

__all__ = ["resolve", "unknown_table"]


def resolve(parts: Parts, reference: str) -> tuple[str, str]:
    """Return the table (``"clinical"`` or a modality) and the column that a reference means.

    Raises
    ------
    IdentifierError
        No such column (the nearest names are told), or several modalities have it (they are listed).
    """
    if not isinstance(reference, str):
        raise IdentifierError(
            f"{reference!r} is no reference to a column.", wanted='a name such as "age" or "radiomics:VOLUME_TC"'
        )
    if reference in parts.clinical.columns:
        return "clinical", reference
    table, colon, name = reference.partition(":")
    if colon and (table == "clinical" or table in parts.modalities):
        if name in _columns(parts, table):
            return table, name
        raise _unknown(reference, name, [table], parts)
    holding = [modality for modality, part in parts.modalities.items() if reference in part.frame.columns]
    if len(holding) == 1:
        return holding[0], reference
    if holding:
        raise IdentifierError(
            f"{reference!r} is a column of {len(holding)} tables.",
            wanted="one of " + ", ".join(repr(f"{modality}:{reference}") for modality in holding),
        )
    if colon:
        raise unknown_table(table, parts, with_clinical=True)
    raise _unknown(reference, reference, ["clinical", *parts.modalities], parts)


def _columns(parts: Parts, table: str) -> list[str]:
    frame = parts.clinical if table == "clinical" else parts.modalities[table].frame
    return list(frame.columns)


def unknown_table(table: str, parts: Parts, *, with_clinical: bool) -> IdentifierError:
    """Return the error for a table that the cohort does not have; the clinical one can be referred to, not indexed."""
    tables = ["clinical", *parts.modalities] if with_clinical else list(parts.modalities)
    near = nearest(table, tables)
    remedy = f"Did you mean {near[0]!r}?" if near else ""
    return IdentifierError(
        f"The cohort has no table {table!r} besides the clinical one.",
        wanted=f"one of {name_some(tables, most=12)}" if tables else "a cohort that was read with it",
        remedy="The clinical table is cohort.clinical." if table == "clinical" else remedy,
    )


def _unknown(reference: str, name: str, tables: list[str], parts: Parts) -> IdentifierError:
    where: dict[str, str] = {}
    for table in tables:
        for column in _columns(parts, table):
            where.setdefault(column, column if table == "clinical" else f"{table}:{column}")
    near = [where[match] for match in nearest(name, where)]
    counts = ", ".join(f"{table} ({len(_columns(parts, table))} columns)" for table in tables)
    return IdentifierError(
        f"There is no column {reference!r} in {counts}.",
        wanted="the name of a column",
        remedy=f"Did you mean {name_some(near)}?"
        if near
        else "See cohort.clinical.columns and cohort[modality].columns.",
    )
