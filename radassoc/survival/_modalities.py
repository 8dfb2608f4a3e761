"""The tables that a score is made of: their penalty factors, their features under unique names, and what is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from radassoc.base.arguments import check_number
from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.tables.volume import find_volume

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = [
    "Modalities",
    "Table",
    "as_modalities",
    "label_features",
    "locate_volume",
    "name_modalities",
    "own_name",
    "plain_modality",
    "refuse_learned",
    "refuse_unpenalised",
]

Modalities = str | Sequence[str] | Mapping[str, float]

#: Metadata by which a table made by ``score_pathways`` is known, and the methods that look at one sample at a time.
_SCORED = frozenset({"n_listed", "coverage", "method"})
_ALONE = frozenset({"ssgsea", "singscore"})


class Table(NamedTuple):
    """One modality in the matrix: its name, its features' own names and their unique labels, its penalty factor."""

    name: str
    features: list[str]
    labels: list[str]
    factor: float


def as_modalities(modality: Modalities) -> dict[str, float]:
    """Return the penalty factor of each table asked for: 1 unless a mapping tells otherwise."""
    if isinstance(modality, str):
        return {modality: 1.0}
    if isinstance(modality, Mapping):
        for name, factor in modality.items():
            check_number(f"modality[{name!r}]", factor)
            if not 0 <= factor < float("inf"):
                raise InputError(f"modality[{name!r}]={factor} is no penalty factor.", wanted="0 or more, finite")
        found = {str(name): float(factor) for name, factor in modality.items()}
    else:
        if not isinstance(modality, Iterable):
            raise InputError(
                f"modality={modality!r} names no table.", wanted="a table, several, or a mapping from tables"
            )
        names = [str(name) for name in modality]
        if repeated := [name for name, count in Counter(names).items() if count > 1]:
            raise InputError(f"modality names a table more than once: {name_some(repeated)}.", wanted="each once")
        found = dict.fromkeys(names, 1.0)
    if not any(found.values()):
        raise InputError(
            f"modality={modality!r} leaves nothing to penalise.",
            wanted="a table, several, or a mapping from tables to penalty factors of which one is above 0",
            remedy="Columns that are to stay whatever the penalty are covariates.",
        )
    return found


def name_modalities(modality: str | Sequence[str]) -> str:
    """Return one table's name, or those of several as a phrase."""
    return modality if isinstance(modality, str) else " and ".join(modality)


def label_features(frames: Mapping[str, pd.DataFrame], factors: Mapping[str, float]) -> tuple[Table, ...]:
    """Return the tables with unique labels: ``modality:name`` where two tables share a name."""
    names = {name: [str(column) for column in frame.columns] for name, frame in frames.items()}
    count = Counter(column for columns in names.values() for column in columns)
    return tuple(
        Table(name, columns, [f"{name}:{c}" if count[c] > 1 else c for c in columns], factors[name])
        for name, columns in names.items()
    )


def refuse_unpenalised(tables: Sequence[Table], n_events: int) -> None:
    """Refuse a table without penalty that has more features than there are events."""
    for table in tables:
        if table.factor == 0 and len(table.features) > n_events:
            raise DesignError(
                f"The {len(table.features)} features of {table.name!r} have penalty factor 0, with {n_events} events.",
                wanted="no more unpenalised features than events",
                remedy="Without a penalty their coefficients run off to infinity; choose a factor above 0.",
            )


def refuse_learned(cohort: Cohort, name: str) -> None:
    """Refuse pathway scores that were learned from all patients together: a fold's training would see the others."""
    known = cohort.features(name)
    if not _SCORED.issubset(known.columns):
        return
    if wrong := sorted(set(known["method"].astype(str)) - _ALONE):
        raise DesignError(
            f"The table {name!r} holds {name_some(wrong)} scores, which were learned from all patients at once.",
            wanted="scores of one sample at a time, when they go into a prediction",
            remedy='ra.score_pathways(cohort, gene_sets, method="ssgsea") makes such scores; '
            "those of the whole cohort are for association only.",
        )


def locate_volume(tables: Sequence[Table], volume: str | None) -> tuple[str, str]:
    """Return the table and the own name of the feature that holds the tumour volume; empty where there is none."""
    if volume is None:
        return "", ""
    if volume == "auto":
        for table in tables:
            if found := find_volume(table.features, "auto"):
                return table.name, found
        return "", ""
    labels = [label for table in tables for label in table.labels]
    found = find_volume(labels, volume)
    table = next(table for table in tables if found in table.labels)
    return table.name, table.features[table.labels.index(found)]


def own_name(label: str, modality: str, features: Iterable[str]) -> str:
    """Return the name that a feature has in its own table."""
    return label if label in set(features) else label.removeprefix(f"{modality}:")


def plain_modality(factors: Mapping[str, float]) -> Any:
    """Return the name of one table, or those of several as a tuple: what ``params`` tells."""
    return next(iter(factors)) if len(factors) == 1 else tuple(factors)
