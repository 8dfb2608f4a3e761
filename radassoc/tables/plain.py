"""Any other table of numbers per sample: mutations, copy number, methylation, cell fractions, habitats."""

from __future__ import annotations

import pandas as pd

from radassoc.base.errors import InputError
from radassoc.tables.join import join_tables
from radassoc.tables.radiomics import read_numeric
from radassoc.tables.table import ReadTable, Source, as_tables

__all__ = ["read_plain"]


def read_plain(source: Source, modality: str) -> ReadTable:
    """Read a table of numbers, one row per sample; columns of text are left out and noted.

    Parameters
    ----------
    source
        A path, a frame, ``ra.Table(...)``, or a list of these.
    modality
        What the table is called in the cohort, such as ``"mutations"``.

    Raises
    ------
    InputError
        No column of numbers, or text among numbers.
    """
    parts = [read_numeric(table, scope=modality, error=InputError) for table in as_tables(source)]
    frame, patients, notes = join_tables(parts, scope=modality, error=InputError)
    features = pd.DataFrame(index=pd.Index(frame.columns, name="feature", dtype=object))
    return ReadTable(name=modality, frame=frame, patients=patients, features=features, notes=notes)
