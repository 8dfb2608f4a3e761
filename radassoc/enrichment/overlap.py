"""Which genes of each gene set are in the table: coverage, small sets, identifiers that do not match."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.base.errors import ExpressionError, InputError, name_some
from radassoc.enrichment._arguments import check_sizes
from radassoc.enrichment._identifiers import identifier_kind, match_versions, renamed_note
from radassoc.enrichment.result import DROPPED_COLUMNS
from radassoc.tables.gene_sets import GeneSets, GeneSetSource
from radassoc.tables.gene_sets import gene_sets as read_gene_sets

__all__ = ["Overlap", "identifier_kind", "overlap_sets"]

#: A set of one gene is a gene.
_FEWEST = 2


@dataclass(frozen=True)
class Overlap:
    """Gene sets as positions in a table.

    Attributes
    ----------
    members
        Positions of each kept set's genes in the table, by name of the set.
    table
        Indexed by pathway: ``size`` genes found, ``n_listed`` in the set, ``coverage`` (their ratio), ``flag``
        (``"n of N genes"`` for a set that is kept although it is small or badly covered, else empty).
    dropped
        The other sets: pathway, size, n_listed, coverage, reason.
    notes
        What else a reader should know.
    """

    members: Mapping[str, np.ndarray]
    table: pd.DataFrame
    dropped: pd.DataFrame
    notes: tuple[str, ...] = ()


def overlap_sets(
    genes: Sequence[str] | pd.Index,
    gene_sets: GeneSetSource | GeneSets,
    *,
    min_size: int = 10,
    max_size: int = 500,
    min_coverage: float = 0.3,
    keep_small: bool | Sequence[str] = True,
) -> Overlap:
    """Match gene sets with the genes of a table, exactly.

    Identifiers are matched as they are written, with one exception that is told in the notes: where Ensembl identifiers
    carry a version on one side only, or other versions, the version is left out. Where a name is known to have been
    changed (``data/gene_symbols``), a note says so; ``gene_sets(source, rename=...)`` renames.

    Parameters
    ----------
    genes
        Names of the table's genes, each once.
    gene_sets
        A bundled name, a GMT path, a mapping from names to genes, a list of these, or what ``gene_sets`` returned.
    min_size, min_coverage
        A set with fewer genes in the table, or a smaller share of its genes there, is small. The defaults are the
        sizes below which an enrichment score rests on single genes.
    max_size
        A set with more genes in the table is dropped: it says little about a pathway.
    keep_small
        True keeps (and flags) sets with few genes whose coverage suffices, such as a curated core pathway of 7 genes,
        and sets that were asked for by a bundled name, whatever their coverage; a list of names keeps these besides;
        False drops all small sets. A set of which fewer than two genes are in the table is always dropped.

    Returns
    -------
    Overlap

    Raises
    ------
    ExpressionError
        No set shares a gene with the table, or none can be kept. The message shows identifiers of both.
    InputError
        ``keep_small`` names a set that is not there, or a size or coverage is none.
    """
    check_sizes(min_size, max_size, min_coverage)
    listed = read_gene_sets(gene_sets)
    named = _named(listed, keep_small)
    position, listed, versions = match_versions({str(gene): i for i, gene in enumerate(genes)}, listed)
    found = _positions(position, listed)
    if not any(len(where) for where in found.values()):
        raise _no_overlap(position, listed)
    rows = [_row(name, len(found[name]), len(listed[name])) for name in listed]
    for row in rows:
        row["reason"] = _why_dropped(row, min_size, max_size, min_coverage, keep_small is not False, named)
        small = row["size"] < min_size or row["coverage"] < min_coverage
        row["flag"] = f"{row['size']} of {row['n_listed']} genes" if small else ""
    kept = [row for row in rows if not row["reason"]]
    dropped = tidy([row for row in rows if row["reason"]], DROPPED_COLUMNS)
    if not kept:
        raise ExpressionError(
            f"None of the {len(rows)} gene sets can be used: {_reasons(dropped)}.",
            wanted=f"sets with {min_size} to {max_size} genes in the table and a coverage of {min_coverage:g}",
            remedy="Name sets in keep_small, or lower min_size or min_coverage.",
        )
    columns = ["pathway", "size", "n_listed", "coverage", "flag"]
    return Overlap(
        members={row["pathway"]: found[row["pathway"]] for row in kept},
        table=tidy(kept, columns).set_index("pathway"),
        dropped=dropped,
        notes=(*versions, *_case_note(position, listed), *renamed_note(position, listed)),
    )


def _positions(position: Mapping[str, int], listed: GeneSets) -> dict[str, np.ndarray]:
    """Return the positions of each set's genes in the table, without those that are not in it."""
    members = list(listed.values())
    every = list(chain.from_iterable(members))
    where = np.fromiter(map(position.get, every, repeat(-1)), dtype=np.int64, count=len(every))
    parts = np.split(where, np.cumsum([len(genes) for genes in members])[:-1])
    return {name: part[part >= 0] for name, part in zip(listed, parts, strict=True)}


def _named(listed: GeneSets, keep_small: bool | Sequence[str]) -> frozenset[str]:
    """Return the sets that were asked for by name: small or badly covered, they are what the user wants to see."""
    if keep_small is False:
        return frozenset()
    named = () if keep_small is True else (keep_small,) if isinstance(keep_small, str) else tuple(keep_small)
    unknown = [name for name in named if name not in listed]
    if unknown:
        raise InputError(f"keep_small names gene sets that are not there: {name_some(unknown)}.")
    return frozenset(named) | {item.name for item in listed.members if item.source.startswith("bundled ")}


def _row(name: str, size: int, n_listed: int) -> dict[str, Any]:
    return {"pathway": name, "size": size, "n_listed": n_listed, "coverage": size / n_listed if n_listed else 0.0}


def _why_dropped(
    row: Mapping[str, Any], min_size: int, max_size: int, min_coverage: float, keep: bool, named: frozenset[str]
) -> str:
    size = row["size"]
    told = f"{size} of {row['n_listed']} genes in the table"
    if size < _FEWEST:
        return f"{told}: fewer than {_FEWEST}"
    if size > max_size:
        return f"{told}: more than max_size={max_size}"
    if row["pathway"] in named:
        return ""
    if row["coverage"] < min_coverage:
        return f"{told}: coverage below {min_coverage:g}"
    if size < min_size and not keep:
        return f"{told}: fewer than min_size={min_size}"
    return ""


def _reasons(dropped: pd.DataFrame) -> str:
    return name_some(f"{row.pathway}: {row.reason}" for row in dropped.itertuples())


def _no_overlap(position: Mapping[str, int], listed: GeneSets) -> ExpressionError:
    wanted = list(listed.genes)
    table_kind, set_kind = identifier_kind(position), identifier_kind(wanted)
    upper = {gene.upper() for gene in position}
    same_but_case = [gene for gene in wanted if gene.upper() in upper]
    if table_kind != set_kind:
        remedy = (
            f"The table holds {table_kind}, the sets hold {set_kind}: rename the sets' genes with "
            "gene_sets(source, rename=mapping)."
        )
    elif same_but_case:
        remedy = f"{len(same_but_case)} genes match if upper and lower case are ignored: write both alike."
    else:
        remedy = (
            "Give the expression table and the gene sets the same kind of identifier; if both hold symbols, the "
            f"table lacks these genes: it has {len(position)}."
        )
    return ExpressionError(
        f"No gene of the {len(listed)} gene sets is in the expression table: the table has {name_some(position)}, "
        f"the sets have {name_some(wanted)}.",
        wanted="gene sets and table with the same identifiers",
        remedy=remedy,
    )


def _case_note(position: Mapping[str, int], listed: GeneSets) -> tuple[str, ...]:
    """Say which genes were not matched only because of their case: never matched silently, never lost silently."""
    upper = {gene.upper() for gene in position}
    lost = [gene for gene in listed.genes if gene not in position and gene.upper() in upper]
    if not lost:
        return ()
    told = f"{len(lost)} genes of the sets differ from the table only in case and were not matched: {name_some(lost)}."
    return (told,)
