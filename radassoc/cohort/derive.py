"""Columns made from others: a mapping of values, or a function of the clinical table; counted in the audit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from radassoc.base.errors import ClinicalError, Problems, RadassocError, name_some
from radassoc.cohort.columns import resolve
from radassoc.cohort.parts import Parts, check_clinical, key_of
from radassoc.tables.identifiers import check_known
from radassoc.tables.table import Note, note

__all__ = ["Derivation", "derive_columns"]

#: ``{"from": reference, "map": {value: value}}`` or a function of the clinical frame.
Derivation = Mapping[str, Any] | Callable[[pd.DataFrame], pd.Series]


def derive_columns(parts: Parts, derive: Mapping[str, Derivation]) -> Parts:
    """Return the parts with derived clinical columns; a later one may use an earlier one.

    Raises
    ------
    ClinicalError
        A name that exists, a mapping that fits no value, a function that fails; all are told at once.
    """
    if not isinstance(derive, Mapping):
        raise ClinicalError(f"derive is given as {type(derive).__name__}.", wanted="a mapping from new names to rules")
    problems = Problems()
    for name, how in derive.items():
        try:
            parts = _with_column(parts, str(name), how)
        except RadassocError as error:
            problems.add(error)
    problems.raise_if_any()
    return parts


def _with_column(parts: Parts, name: str, how: Derivation) -> Parts:
    if name in parts.clinical.columns:
        raise ClinicalError(f"The derived column {name!r} exists already.", wanted="a new name")
    values, told = _call(parts, name, how) if callable(how) else _mapped(parts, name, how)
    rows = parts.patients[parts.patients.isin(parts.clinical.index) | parts.patients.isin(values.dropna().index)]
    column = check_clinical(values.reindex(rows).to_frame(name))[name]
    clinical = parts.clinical.reindex(rows).assign(**{name: column})
    return replace(parts, clinical=clinical, notes=(*parts.notes, *told))


def _mapped(parts: Parts, name: str, how: Mapping[str, Any]) -> tuple[pd.Series, list[Note]]:
    if not isinstance(how, Mapping) or not isinstance(how.get("from"), str) or not isinstance(how.get("map"), Mapping):
        raise ClinicalError(
            f"derive does not say how {name!r} is made: {how!r}.",
            wanted='{"from": "a_column", "map": {"value": "new value", ...}} or a function of the clinical frame',
        )
    check_known(how, ("from", "map"), what="key", source=f"derive[{name!r}]", error=ClinicalError)
    source = _values(parts, how["from"])
    new = {key_of(old): value for old, value in how["map"].items()}
    keys = source.dropna().map(key_of)
    unmapped = keys[~keys.isin(new)]
    if len(keys) and len(unmapped) == len(keys):
        raise ClinicalError(
            f"The map of {name!r} fits no value of {how['from']!r}: it maps {name_some(new)}.",
            wanted=f"a map from its values, which are {name_some(sorted(keys.unique()), most=8)}",
        )
    values = keys[keys.isin(new)].map(new)
    detail = f"from {how['from']}: {len(values)} patients mapped"
    notes = [note("clinical", name, "derived", detail, step="derive")]
    if len(unmapped):
        counts = ", ".join(f"{value!r} ({count})" for value, count in sorted(unmapped.value_counts().items()))
        told = note("clinical", name, "values without a mapping", f"made missing: {counts}", step="derive")
        notes.append({**told, "n": str(len(unmapped))})
    return values.reindex(source.index), notes


def _values(parts: Parts, reference: str) -> pd.Series:
    table, column = resolve(parts, reference)
    if table == "clinical":
        return parts.clinical[column]
    part = parts.modalities[table]
    return part.frame[column].groupby(part.patients.to_numpy(), sort=False).mean()


def _call(parts: Parts, name: str, how: Callable[[pd.DataFrame], pd.Series]) -> tuple[pd.Series, list[Note]]:
    try:
        values = how(parts.clinical.copy())
    except Exception as error:
        raise ClinicalError(
            f"The function that derives {name!r} fails: {type(error).__name__}: {error}",
            wanted="a function from the clinical frame to one value per patient",
        ) from error
    if not isinstance(values, pd.Series) or not values.index.equals(parts.clinical.index):
        raise ClinicalError(
            f"The function that derives {name!r} returns a {type(values).__name__} that is not by patient.",
            wanted="a Series with the index of the frame that it got",
        )
    missing = int(values.isna().sum())
    detail = f"by a function: {len(values) - missing} patients" + (f", {missing} missing" if missing else "")
    return values, [note("clinical", name, "derived", detail, step="derive")]
