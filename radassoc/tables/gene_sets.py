"""Gene sets: bundled signatures, GMT and MSigDB JSON files, mappings -> one checked, immutable collection."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import pandas as pd

from radassoc.base.columns import tidy
from radassoc.base.data import data_path
from radassoc.base.errors import ExpressionError, InputError, Problems, name_some
from radassoc.tables.identifiers import check_known, nearest
from radassoc.tables.text import decode

__all__ = ["BUNDLED", "GeneSet", "GeneSets", "gene_sets"]

#: The files of ``data/gene_sets``; ``"glioma"`` stands for all of them.
BUNDLED = ("glioma_core", "hypoxia", "angiogenesis", "proliferation", "glioma_subtypes")
_ALL = "glioma"
_DOI = re.compile(r"\b10\.\d{4,9}/\S+[^\s.,;)\]]")
_COLUMNS = ("pathway", "size", "description", "doi", "source")

GeneSetSource: TypeAlias = "str | Path | Mapping[str, Iterable[str]] | Sequence[Any]"


@dataclass(frozen=True)
class GeneSet:
    """One named set: its genes in their order, what is told of it, and the file that it came from."""

    name: str
    genes: tuple[str, ...]
    description: str = ""
    source: str = "mapping"

    @property
    def doi(self) -> str:
        """Return the DOI in the description, or an empty text."""
        found = _DOI.search(self.description)
        return found.group() if found else ""


class GeneSets(Mapping[str, tuple[str, ...]]):
    """Genes by name of the set; immutable, in the order in which the sets were given.

    Examples
    --------
    >>> sets = GeneSets([GeneSet("CORE_P53", ("CDKN2A", "MDM2", "MDM4", "TP53"))])
    >>> sets["CORE_P53"]
    ('CDKN2A', 'MDM2', 'MDM4', 'TP53')
    """

    __slots__ = ("_sets",)

    def __init__(self, sets: Iterable[GeneSet]) -> None:
        self._sets = {item.name: item for item in sets}

    def __getitem__(self, name: str) -> tuple[str, ...]:
        return self._sets[name].genes

    def __iter__(self) -> Iterator[str]:
        return iter(self._sets)

    def __len__(self) -> int:
        return len(self._sets)

    @property
    def members(self) -> tuple[GeneSet, ...]:
        """Return the sets with their descriptions and sources."""
        return tuple(self._sets.values())

    @property
    def genes(self) -> dict[str, None]:
        """Return the genes of all sets, each once, in the order in which they are first named."""
        return dict.fromkeys(chain.from_iterable(item.genes for item in self._sets.values()))

    @property
    def table(self) -> pd.DataFrame:
        """Return one row per set: pathway, size (number of genes), description, doi, source."""
        rows = [
            {
                "pathway": item.name,
                "size": len(item.genes),
                "description": item.description,
                "doi": item.doi,
                "source": item.source,
            }
            for item in self.members
        ]
        return tidy(rows, _COLUMNS)

    def select(self, names: str | Sequence[str]) -> GeneSets:
        """Return only these sets, in this order."""
        wanted = [names] if isinstance(names, str) else list(names)
        check_known(wanted, self._sets, what="gene set", source="The collection")
        return GeneSets(self._sets[name] for name in wanted)

    def __repr__(self) -> str:
        head = f"<GeneSets: {len(self)} sets, {len(self.genes)} genes>"
        return "\n".join([head, self.table.head(10).to_string(index=False, max_colwidth=40)])

    def _repr_html_(self) -> str:
        return str(self.table.to_html(index=False, escape=True, border=0))


def gene_sets(source: GeneSetSource, *, rename: Mapping[Any, str] | pd.Series | None = None) -> GeneSets:
    """Return gene sets from bundled names, GMT or JSON files, mappings, or several of these.

    Parameters
    ----------
    source
        ``"glioma_core"`` (RTK/RAS/PI3K, p53 and RB1 core pathways), ``"hypoxia"``, ``"angiogenesis"``,
        ``"proliferation"``, ``"glioma_subtypes"``, or ``"glioma"`` for all of them; the path of a ``.gmt`` or
        ``.gmt.gz`` file, or of a ``.json`` file as MSigDB offers it; a mapping from names to genes; or a list of these.
    rename
        From the sets' identifiers to those of the expression table, such as Entrez numbers to symbols or outdated
        symbols to new ones: a mapping, or a Series indexed by the sets' identifiers. Genes that it does not name stay
        as they are; two that get one name count once.

    Returns
    -------
    GeneSets
        A mapping from the set's name to its genes, with ``.table`` (pathway, size, description, doi, source).

    Raises
    ------
    ExpressionError
        A set is empty, named twice with different genes or repeats a gene, or a line of a GMT file is malformed; all
        problems are listed at once.
    InputError
        A name is not bundled (the message names the nearest), or ``rename`` names no gene of the sets.

    Examples
    --------
    >>> sets = gene_sets({"mine": ["EGFR", "PTEN"]})
    >>> sets.table[["pathway", "size"]].values.tolist()
    [['mine', 2]]
    >>> gene_sets({"mine": ["1956", "5728"]}, rename={"1956": "EGFR", "5728": "PTEN"})["mine"]
    ('EGFR', 'PTEN')
    """
    problems = Problems()
    found: dict[str, GeneSet] = {}
    for item in _read(source, problems):
        _check(item, problems)
        before = found.setdefault(item.name, item)
        # the same set through two doors, as in ["glioma", "hypoxia"], is still one set
        if before.genes != item.genes:
            problems.add(
                ExpressionError(
                    f"Two gene sets are named {item.name!r}, with different genes "
                    f"({len(before.genes)} in {before.source}, {len(item.genes)} in {item.source}).",
                    wanted="one name per set",
                    remedy="Rename one of them.",
                )
            )
    problems.raise_if_any()
    if not found:
        raise ExpressionError("No gene set was given.", wanted="a bundled name, a GMT file or a mapping with genes")
    return GeneSets(found.values() if rename is None else _renamed(list(found.values()), rename))


def _renamed(sets: list[GeneSet], rename: Mapping[Any, str] | pd.Series) -> list[GeneSet]:
    """Return the sets with other names for their genes."""
    if not isinstance(rename, (Mapping, pd.Series)):
        raise InputError(
            f"rename={type(rename).__name__} maps nothing.", wanted="a mapping or a Series from identifiers to others"
        )
    known = {_identifier(old): str(new).strip() for old, new in rename.items() if not pd.isna(new)}
    if not any(gene in known for item in sets for gene in item.genes):
        raise InputError(
            f"rename names no gene of the sets: it has {name_some(known)}, they have {name_some(sets[0].genes)}.",
            wanted="a mapping from the sets' identifiers to those of the table",
            remedy="Turn it round, if it maps the other way.",
        )
    return [replace(item, genes=tuple(dict.fromkeys(known.get(gene, gene) for gene in item.genes))) for item in sets]


def _identifier(name: Any) -> str:
    """Write a number as a number is written in a file: 7157, not 7157.0."""
    return f"{name:.0f}" if isinstance(name, float) and name.is_integer() else str(name).strip()


def _check(item: GeneSet, problems: Problems) -> None:
    place = f"Gene set {item.name!r} ({item.source})"
    if not item.genes:
        problems.add(ExpressionError(f"{place} has no gene.", wanted="at least one gene per set"))
    if len(set(item.genes)) < len(item.genes):
        repeated = [gene for gene, count in Counter(item.genes).items() if count > 1]
        problems.add(
            ExpressionError(
                f"{place} names {len(repeated)} genes more than once: {name_some(repeated)}.",
                wanted="each gene once per set",
                remedy="Remove the repeats; a gene does not count twice.",
            )
        )


# ---- the doors
def _read(source: Any, problems: Problems) -> Iterator[GeneSet]:
    if isinstance(source, GeneSets):
        yield from source.members
    elif isinstance(source, Mapping):
        yield from _from_mapping(source, problems)
    elif isinstance(source, (str, Path)) and str(source).lower().endswith(".json"):
        yield from _from_json(Path(source), problems)
    elif isinstance(source, Path) or (isinstance(source, str) and _is_gmt(source)):
        yield from _from_gmt(Path(source), source=Path(source).name, problems=problems)
    elif isinstance(source, str):
        for name in BUNDLED if source == _ALL else (source,):
            yield from _bundled(name, problems)
    elif isinstance(source, Sequence) and len(source) > 1 and all(_is_no_source(part) for part in source):
        problems.add(
            InputError(
                f"None of these {len(source)} texts is bundled or a file: {name_some(source)}.",
                wanted="bundled names or paths of GMT or JSON files",
                remedy="If they are genes, give the set a name: {'my genes': [...]}.",
            )
        )
    elif isinstance(source, Sequence):
        for part in source:
            yield from _read(part, problems)
    else:
        problems.add(
            InputError(
                f"Gene sets cannot be read from {type(source).__name__}.",
                wanted="a bundled name, the path of a GMT or JSON file, a mapping from names to genes, or a list",
            )
        )


def _is_no_source(part: Any) -> bool:
    return (
        isinstance(part, str) and part not in (*BUNDLED, _ALL) and not part.lower().endswith((".gz", ".gmt", ".json"))
    )


def _is_gmt(name: str) -> bool:
    return name.lower().endswith((".gmt", ".gmt.gz"))


def _bundled(name: str, problems: Problems) -> Iterator[GeneSet]:
    if name in BUNDLED:
        yield from _from_gmt(data_path("gene_sets", f"{name}.gmt"), source=f"bundled {name}", problems=problems)
        return
    near = nearest(name, (*BUNDLED, _ALL))
    known = f"Bundled are {', '.join(BUNDLED)}, and {_ALL} for all of them."
    problems.add(
        InputError(
            f"No gene sets are bundled as {name!r}.",
            wanted="a bundled name, or a file that ends in .gmt, .gmt.gz or .json",
            remedy=f"Did you mean {name_some(near)}? {known}" if near else known,
        )
    )


def _from_mapping(source: Mapping[Any, Any], problems: Problems) -> Iterator[GeneSet]:
    for name, genes in source.items():
        if isinstance(genes, str) or not isinstance(genes, Iterable):
            problems.add(
                ExpressionError(f"Gene set {str(name)!r} is {genes!r}.", wanted='a list of genes, such as ["EGFR"]')
            )
            continue
        listed = sorted(genes, key=str) if isinstance(genes, (set, frozenset)) else list(genes)
        # most are texts, of which asking whether they are missing takes longer than all the rest
        texts = [gene.strip() if isinstance(gene, str) else _text(gene) for gene in listed]
        if "" in texts:
            problems.add(
                ExpressionError(
                    f"Gene set {str(name)!r} holds {texts.count('')} genes without a name.", wanted="a name per gene"
                )
            )
            continue
        yield GeneSet(str(name), tuple(texts))


def _text(gene: Any) -> str:
    return "" if pd.isna(gene) else str(gene).strip()


# ---- JSON as MSigDB offers it: {name: {"geneSymbols": [...], "pmid": ..., "systematicName": ...}}
def _from_json(path: Path, problems: Problems) -> Iterator[GeneSet]:
    wanted = 'a JSON object of sets, each with its "geneSymbols", as MSigDB offers it'
    try:
        _check_file(path, "JSON")
        told = json.loads(decode(path.read_bytes(), path.name, "utf-8"))
    except InputError as error:
        problems.add(error)
        return
    except ValueError as error:
        problems.add(ExpressionError(f"{path.name} is no JSON: {error}.", wanted=wanted))
        return
    if not isinstance(told, dict) or not told:
        problems.add(ExpressionError(f"{path.name} holds no gene set.", wanted=wanted))
        return
    for name, item in told.items():
        genes = item.get("geneSymbols") if isinstance(item, dict) else None
        if not isinstance(genes, list):
            problems.add(ExpressionError(f"{path.name}: {name!r} has no list of genes.", wanted=wanted))
            continue
        parts = [item.get("systematicName"), item.get("exactSource"), item.get("pmid") and f"PMID {item['pmid']}"]
        description = "; ".join(str(part) for part in parts if part)
        yield GeneSet(str(name), tuple(str(gene).strip() for gene in genes), description, path.name)


# ---- GMT: one set per line; name, description, then its genes, split by tabs
def _from_gmt(path: Path, *, source: str, problems: Problems) -> Iterator[GeneSet]:
    try:
        lines = _gmt_text(path).splitlines()
    except InputError as error:
        problems.add(error)
        return
    first: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        name, description, *genes = [part.strip() for part in line.split("\t")] + [""] * (2 - line.count("\t"))
        reason = _why_malformed(line, name, first)
        if reason:
            problems.add(
                ExpressionError(
                    f"{path.name}, line {number}: {reason}.",
                    wanted="in each line the set's name, a description and its genes, split by tabs",
                )
            )
            continue
        first[name] = number
        yield GeneSet(name, tuple(gene for gene in genes if gene), description, source)
    if not first and not len(problems):
        problems.add(ExpressionError(f"{path.name} holds no gene set.", wanted="one gene set per line"))


def _why_malformed(line: str, name: str, first: Mapping[str, int]) -> str:
    if "\t" not in line:
        return f"no tab splits {line.strip()[:40]!r}"
    if not name:
        return "the set has no name"
    if name in first:
        return f"{name!r} is named already in line {first[name]}"
    return ""


def _check_file(path: Path, kind: str) -> None:
    if path.is_file():
        return
    near = nearest(path.name, [item.name for item in path.parent.glob(f"*.{kind.lower()}*")])
    raise ExpressionError(
        f"{path.name} does not exist.",
        wanted=f"the path of a {kind} file",
        remedy=f"Did you mean {name_some(near)}?" if near else "",
    )


def _gmt_text(path: Path) -> str:
    _check_file(path, "GMT")
    if not _is_gmt(path.name):
        raise ExpressionError(f"{path.name} is no GMT file.", wanted="a file that ends in .gmt or .gmt.gz")
    data = path.read_bytes()
    if path.suffix.lower() == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise ExpressionError(f"{path.name} cannot be unpacked: {error}.", wanted="a complete gzip file") from error
    return decode(data, path.name, "utf-8")
