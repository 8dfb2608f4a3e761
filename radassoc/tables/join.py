"""Several files of one modality -> one table: stacked if their samples differ, side by side if their columns do."""

from __future__ import annotations

import pandas as pd

from radassoc.base.errors import IdentifierError, InputError, name_some
from radassoc.tables.identifiers import no_overlap
from radassoc.tables.table import Note, note

__all__ = ["join_tables"]

Part = tuple[pd.DataFrame, pd.Series, list[Note]]


def join_tables(
    parts: list[Part], *, scope: str, error: type[InputError]
) -> tuple[pd.DataFrame, pd.Series, list[Note]]:
    """Return one frame, the patient of each sample, and all notes."""
    frame, patients, notes = parts[0]
    notes = list(notes)
    for other, other_patients, more in parts[1:]:
        notes += more
        common = frame.index.intersection(other.index)
        if frame.columns.intersection(other.columns).empty:
            frame = _beside(frame, other, common, notes, scope)
        elif common.empty:
            frame = _below(frame, other, notes, scope)
        else:
            shared = frame.columns.intersection(other.columns)
            raise error(
                f"Two files have the samples {name_some(common)} and the columns {name_some(shared)} in common.",
                wanted="files of other samples, or of other columns",
                remedy='Give each file a prefix: ra.Table(path, prefix="T1_").',
            )
        patients = _patients(patients, other_patients)
    return frame, patients.reindex(frame.index), notes


def _beside(one: pd.DataFrame, two: pd.DataFrame, common: pd.Index, notes: list[Note], scope: str) -> pd.DataFrame:
    if common.empty:
        raise no_overlap("the first file", one.index, "the next file", two.index)
    lacking = len(one.index.union(two.index)) - len(common)
    if lacking:
        detail = f"{lacking} samples are in one of two joined files only"
        notes.append(note(scope, f"{two.shape[1]} columns", "partly missing", detail))
    return pd.concat([one, two], axis=1).rename_axis("sample")


def _below(one: pd.DataFrame, two: pd.DataFrame, notes: list[Note], scope: str) -> pd.DataFrame:
    only = one.columns.symmetric_difference(two.columns)
    if len(only):
        notes.append(
            note(scope, name_some(only), "partly missing", f"{len(only)} columns are in one of two stacked files only")
        )
    return pd.concat([one, two], axis=0).rename_axis("sample")


def _patients(one: pd.Series, two: pd.Series) -> pd.Series:
    common = one.index.intersection(two.index)
    differ = common[(one[common] != two[common]).to_numpy()]
    if len(differ):
        raise IdentifierError(
            f"Two files give {len(differ)} samples to different patients: {name_some(differ)}.",
            wanted="one patient per sample",
        )
    return pd.concat([one, two[~two.index.isin(one.index)]]).rename("patient")
