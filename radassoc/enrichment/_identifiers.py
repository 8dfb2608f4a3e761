"""What names of genes are, and names that mean the same gene: told, never matched by a guess."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from itertools import chain

from radassoc.base.data import data_path
from radassoc.base.errors import name_some
from radassoc.tables.gene_sets import GeneSets

__all__ = ["identifier_kind", "match_versions", "renamed_note"]

_ENSEMBL = re.compile(r"ENS[A-Z]{0,4}[GTP]\d{6,}(\.\d+)?$")


def identifier_kind(names: Iterable[object]) -> str:
    """Tell what most of these names are: ``"Ensembl identifiers"``, ``"Entrez numbers"`` or ``"gene symbols"``.

    Examples
    --------
    >>> identifier_kind(["ENSG00000141510.17", "ENSG00000146648"])
    'Ensembl identifiers'
    """
    texts = [str(name) for name in names]
    for kind, match in (("Ensembl identifiers", _ENSEMBL.match), ("Entrez numbers", re.compile(r"\d+$").match)):
        if texts and sum(match(text) is not None for text in texts) > len(texts) / 2:
            return kind
    return "gene symbols"


def match_versions(position: Mapping[str, int], listed: GeneSets) -> tuple[dict[str, int], GeneSets, tuple[str, ...]]:
    """Return table and sets, without Ensembl versions where that makes genes match, and a note that says so.

    Two genes of the table that differ only in their version stay apart and are not matched without it.
    """
    genes = listed.genes
    if not any("." in gene and _ENSEMBL.match(gene) for gene in chain(position, genes)):
        return dict(position), listed, ()
    plain = {gene: _plain(gene) for gene in (*position, *genes)}
    often = Counter(plain[gene] for gene in position)
    short = {plain[gene]: i for gene, i in position.items() if often[plain[gene]] == 1}
    gained = [gene for gene in genes if gene not in position and plain[gene] in short]
    if not gained:
        return dict(position), listed, ()
    whole = {gene: i for gene, i in position.items() if often[plain[gene]] > 1}
    sets = [
        replace(item, genes=tuple(dict.fromkeys(_short(g, plain, whole) for g in item.genes)))
        for item in listed.members
    ]
    told: tuple[str, ...] = (
        f"{len(gained)} Ensembl identifiers of the sets match the table without the version after the dot.",
    )
    if double := [gene for gene, count in often.items() if count > 1]:
        told += (f"{len(double)} Ensembl identifiers are in the table in several versions: {name_some(double)}.",)
    return short | whole, GeneSets(sets), told


def _short(gene: str, plain: Mapping[str, str], whole: Mapping[str, int]) -> str:
    return gene if gene in whole else plain[gene]


def _plain(gene: str) -> str:
    return gene.split(".")[0] if _ENSEMBL.match(gene) else gene


@cache
def _renamed() -> Mapping[str, str]:
    """Return the other name of each gene that is known to have been renamed, both ways."""
    lines = data_path("gene_symbols", "renamed.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [(line.split("\t")[0], line.split("\t")[1]) for line in lines]
    return dict(pairs) | {previous: symbol for symbol, previous in pairs}


def renamed_note(position: Mapping[str, int], listed: GeneSets) -> tuple[str, ...]:
    """Say which genes of the sets are in the table under a name that they are known to have had or to have got."""
    other = _renamed()
    found = {gene: other[gene] for gene in listed.genes if gene not in position and other.get(gene) in position}
    if not found:
        return ()
    shown = name_some(f"{gene} is {name}" for gene, name in found.items())
    return (
        f"{len(found)} genes of the sets are in the table under another symbol and were not matched ({shown}): "
        "gene_sets(source, rename={...}) renames them.",
    )
