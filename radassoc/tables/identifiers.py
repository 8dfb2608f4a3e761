"""Who is who: exact identifiers first, then explicit rules, never a guess; near misses are named in the error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pandas as pd

from radassoc.base.errors import IdentifierError, InputError, name_some
from radassoc.tables.orientation import gene_share
from radassoc.tables.table import Note, Table, note

__all__ = ["check_known", "nearest", "no_overlap", "one_sample_type", "patients_of", "remedy_for"]

#: A full TCGA barcode: patient, then the two digits of the sample type, then vial, portion, plate.
_TCGA_SAMPLE = re.compile(r"(TCGA-\w{2}-\w{4})-(\d{2})[A-Z]?(-\w+)*")
#: From this share of well-known genes on, identifiers are taken for genes in messages (a whole genome has 0.01).
_GENES = 0.003
_TCGA_PATIENT = re.compile(r"TCGA-\w{2}-\w{4}")
#: Which sample of a patient stands for the tumour: primary ones, then recurrent, then metastatic ones.
_TYPE_ORDER = ("01", "03", "09", "05", "02", "04", "06", "07")


def nearest(name: object, candidates: Iterable[object], *, most: int = 3) -> list[str]:
    """Return the candidates that resemble a name, for messages; nothing is ever matched by them.

    Examples
    --------
    >>> nearest("os_month", ["os_months", "age", "OS.event"])
    ['os_months']
    """
    known = [str(candidate) for candidate in candidates]
    lower: dict[str, str] = {}
    for candidate in known:
        lower.setdefault(candidate.lower(), candidate)
    return [lower[match] for match in get_close_matches(str(name).lower(), list(lower), n=most, cutoff=0.6)]


def check_known(
    names: Iterable[str], known: Iterable[object], *, what: str, source: str, error: type[InputError] = InputError
) -> None:
    """Raise an error that names the nearest known names unless all ``names`` are known."""
    candidates = [str(name) for name in known]
    missing = [name for name in names if name not in set(candidates)]
    if not missing:
        return
    near = list(dict.fromkeys(match for name in missing[:3] for match in nearest(name, candidates)))
    remedy = f"Did you mean {name_some(near)}?" if near else f"It has {name_some(candidates, most=8)}."
    raise error(f"{source} has no {what} {name_some(missing)}.", wanted=f"a known {what}", remedy=remedy)


# ---- sample -> patient
def patients_of(
    samples: pd.Index, column: pd.Series | None, table: Table, *, scope: str
) -> tuple[pd.Series, list[Note]]:
    """Return the patient of each sample (missing where none is named), by the one rule that the table states.

    Parameters
    ----------
    samples
        Unique identifiers of the rows.
    column
        The patient column, where the table has one.
    """
    notes: list[Note] = []
    if column is not None:
        found = column.to_numpy(dtype=object)
    elif callable(table.patient):
        found = [_call(table.patient, sample, table.name) for sample in samples]
    elif table.mapping is not None:
        mapping = _mapping(table.mapping)
        found = [mapping.get(sample) for sample in samples]
    elif table.patient_pattern is not None:
        found = _by_pattern(samples, table.patient_pattern, table.name)
    elif table.identifier_rule == "tcga":
        found = _by_pattern(samples, _TCGA_PATIENT.pattern, table.name, shown="TCGA-..-....")
    elif table.identifier_rule == "auto" and len(samples) and all(_TCGA_SAMPLE.fullmatch(name) for name in samples):
        found = [name[:12] for name in samples]
        notes.append(note(scope, table.name, "TCGA barcodes", "the first 12 characters are the patient"))
    else:
        found = list(samples)
    return pd.Series(found, index=samples, name="patient", dtype=object), notes


def _call(rule: Callable[[str], Any], sample: str, source: str) -> str | None:
    try:
        patient = rule(sample)
    except Exception as error:
        raise IdentifierError(
            f"{source}: the function given as patient= fails on {sample!r}: {type(error).__name__}: {error}",
            wanted="a function from a sample's identifier to the patient's",
        ) from error
    return None if patient is None else str(patient)


def _mapping(mapping: Mapping[str, str] | pd.Series | str | Path) -> dict[str, str]:
    if isinstance(mapping, (str, Path)):
        from radassoc.tables.formats import read_raw

        frame, _ = read_raw(Table(mapping), scope="mapping", text_columns=None)
        if frame.shape[1] != 2:
            raise IdentifierError(
                f"{Path(mapping).name} has {frame.shape[1]} columns.", wanted="two: the sample, then the patient"
            )
        pairs = zip(frame.iloc[:, 0].tolist(), frame.iloc[:, 1].tolist(), strict=True)
    else:
        series = pd.Series(mapping, dtype=object)
        pairs = zip(series.index.tolist(), series.tolist(), strict=True)
    found: dict[str, str] = {}
    for sample, patient in pairs:
        if pd.isna(sample) or pd.isna(patient):
            continue
        whole = isinstance(patient, float) and patient.is_integer()
        patient = str(int(patient) if whole else patient).strip()
        if found.setdefault(str(sample).strip(), patient) != patient:
            raise IdentifierError(
                f"The mapping gives {sample!r} to two patients: {found[str(sample).strip()]!r} and {patient!r}.",
                wanted="one patient per sample",
            )
    return found


def _by_pattern(samples: pd.Index, pattern: str, source: str, *, shown: str = "") -> list[str]:
    try:
        rule = re.compile(pattern)
    except re.error as error:
        raise IdentifierError(
            f"patient_pattern={pattern!r} is no regular expression: {error}.", wanted='such as "TCGA-..-...."'
        ) from error
    matches = [rule.match(name) for name in samples]
    failed = [name for name, match in zip(samples, matches, strict=True) if match is None]
    if failed:
        raise IdentifierError(
            f"{source}: {len(failed)} of {len(samples)} identifiers do not follow {shown or pattern!r}: "
            f"{name_some(failed)}.",
            wanted="identifiers that begin with the pattern",
            remedy="Correct the pattern, or give a mapping: Table(..., mapping=...).",
        )
    return [match.group(1) if rule.groups else match.group(0) for match in matches if match is not None]


def one_sample_type(patients: pd.Series, *, scope: str) -> tuple[list[str], list[Note]]:
    """Return the samples to keep: of a patient's TCGA samples the first tumour type (01 before 06), no normal tissue.

    Identifiers that are no full TCGA barcodes are all kept.
    """
    matches = {sample: _TCGA_SAMPLE.fullmatch(sample) for sample in patients.index}
    types = {sample: match.group(2) for sample, match in matches.items() if match}
    if not types or len(types) < len(matches):
        return list(patients.index), []
    order = {sample: _TYPE_ORDER.index(kind) if kind in _TYPE_ORDER else 99 for sample, kind in types.items()}
    best: dict[object, int] = {}
    for sample, patient in patients.items():
        best[patient] = min(best.get(patient, 99), order[sample])
    keep, notes = [], []
    for sample, patient in patients.items():
        if order[sample] == 99:
            notes.append(note(scope, sample, "no tumour sample", f"TCGA sample type {types[sample]}"))
        elif order[sample] > best[patient]:
            first = _TYPE_ORDER[best[patient]]
            detail = f"type {first} of {patient} goes before {types[sample]}"
            notes.append(note(scope, sample, "other sample type", detail))
        else:
            keep.append(sample)
    return keep, notes


# ---- tables that do not meet
def no_overlap(left_name: str, left: Iterable[object], right_name: str, right: Iterable[object]) -> IdentifierError:
    """Return the error for two tables without a common patient: how each names them, and what would join them."""
    one, two = [str(name) for name in left], [str(name) for name in right]
    return IdentifierError(
        f"No patient is in both {left_name} ({len(one)}: {name_some(one)}) and {right_name} ({len(two)}: "
        f"{name_some(two)}).",
        wanted="the same patient written in the same way in both tables",
        remedy=remedy_for(one, two),
    )


def remedy_for(left: list[str], right: list[str]) -> str:
    """Return what would make two lists of identifiers meet, tried rule by rule; nothing is changed by it."""
    rules: tuple[tuple[str, Callable[[str], str], str], ...] = (
        ("what follows the first 12 characters", lambda name: name[:12] if name.upper().startswith("TCGA") else name,
         'Table(..., identifier_rule="tcga")'),
        ("leading zeros", lambda name: re.sub(r"\d+", lambda digits: str(int(digits.group())), name),
         "Table(..., mapping=...) or the same padding in both files"),
        ("upper and lower case", str.lower, "Table(..., patient=str.upper)"),
        ("punctuation", lambda name: re.sub(r"[\W_]+", "", name).lower(), "Table(..., mapping=...)"),
    )  # fmt: skip
    for what, rule, advice in rules:
        there = {rule(name): name for name in right}
        pairs = [(name, there[rule(name)]) for name in left if rule(name) in there]
        if pairs:
            one, two = pairs[0]
            return f"{len(pairs)} would match if {what} were ignored (such as {one!r} and {two!r}): use {advice}."
    for names in (left, right):
        if gene_share(names) > _GENES:
            return f"{name_some(names)} look like genes: are two tables exchanged, or is one turned (orientation=)?"
    for name in left[:20]:
        near = nearest(name, right, most=1)
        if near:
            rule_ = "State the rule: Table(..., patient_pattern=...) or Table(..., mapping=...)."
            return f"Near misses: {name!r} and {near[0]!r}. {rule_}"
    return "Check that the right column names the patient: Table(..., patient=...)."
