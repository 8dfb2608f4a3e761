"""Gene sets that hold more of the found genes than chance would put there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_number
from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family, Result
from radassoc.enrichment._arguments import size_settings
from radassoc.enrichment._background import read_background, read_lists
from radassoc.enrichment.overlap import Overlap, overlap_sets
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.hypergeometric import hypergeometric_tail, odds_ratio

__all__ = ["OverRepresentation", "over_represent"]

COLUMNS = (
    "by",
    "pathway",
    "n_overlap",
    "size",
    "n_found",
    "n_background",
    "n_listed",
    "coverage",
    "expected",
    "odds_ratio",
    "ci_low",
    "ci_high",
    "p_value",
    "p_adjusted",
    "flag",
    "genes",
)


@register("over_representation")
@dataclass(frozen=True, eq=False, kw_only=True)
class OverRepresentation(Result):
    """Gene sets among found genes.

    Attributes
    ----------
    table
        One row per list (``by``) and ``pathway``, the smallest p-values of a list first: ``n_overlap`` genes are in
        both, of the ``size`` genes of the set and the ``n_found`` genes of the list in a background of
        ``n_background``; ``n_listed`` and ``coverage`` tell how much of the set is in the background; ``expected``
        overlap by chance; conditional ``odds_ratio`` with its exact 95% interval; ``p_value`` (one-sided),
        ``p_adjusted`` (Benjamini-Hochberg over the sets of a list); ``flag``; the shared ``genes``, parted by ``;``.
    dropped
        Gene sets that were not tested, with the reason.
    notes
        Everything else a reader should know, in sentences.
    """

    default_figure: ClassVar[str] = "plot_over_representation"

    dropped: pd.DataFrame
    notes: tuple[str, ...] = ()


def over_represent(
    genes: Any,
    gene_sets: Any,
    *,
    background: Any,
    min_size: int = 10,
    max_size: int = 500,
    min_coverage: float = 0.3,
    keep_small: bool | Sequence[str] = True,
    level: float = 0.05,
) -> OverRepresentation:
    """Test whether gene sets hold more of the found genes than as many genes drawn at random from the background.

    Null hypothesis: the found genes are a random draw, without replacement, from the background; the overlap is then
    hypergeometric. The background is what could have been found: the genes that were measured *and* tested, not the
    genome. With a background that is too large every set of genes that the table holds at all looks over-represented,
    so it has no default. The test takes genes as independent, which co-expressed genes are not: its p-values are
    exploratory, and ``enrich`` with permuted samples is the test to trust where the samples are at hand.

    Parameters
    ----------
    genes
        Names of the found genes, each once; or a mapping from names to such lists (modules, up and down), each tested
        on its own.
    gene_sets
        A bundled name, a GMT or JSON path, a mapping from names to genes, a list of these, or what ``gene_sets``
        returned.
    background
        The genes that could have been found: a list of names (such as ``cohort.expression.columns``), or the
        ``AssociationMap`` that found them, of which the genes that were tested are taken.
    min_size, max_size, min_coverage, keep_small
        Which sets are tested, by their genes in the background: see ``radassoc.enrichment.overlap.overlap_sets``.
    level
        Level at which sets count as found in ``notes``.

    Returns
    -------
    OverRepresentation
        ``table`` (by, pathway, n_overlap, size, n_found, n_background, n_listed, coverage, expected, odds_ratio,
        ci_low, ci_high, p_value, p_adjusted, flag, genes), ``dropped``, ``notes``. An empty list has no rows and
        status ``"no_signal"`` where all lists are empty.

    Raises
    ------
    ExpressionError
        A found gene is not in the background, or no set shares genes with it.
    InputError
        The background or a list is no list of genes, or a list names a gene twice.

    See Also
    --------
    radassoc.enrichment.reduce_redundancy : Which of the found sets tell the same.

    Notes
    -----
    p-values equal R ``phyper(k - 1, K, N - K, n, lower.tail = FALSE)`` and ``scipy.stats.hypergeom.sf`` to 1e-12; odds
    ratio and interval are those of ``scipy.stats.contingency.odds_ratio(kind="conditional")`` to 1e-8 and of R
    ``fisher.test`` as far as R solves for them (3e-4; ends of very wide intervals 4%). An overlap of 0 gives an
    odds ratio of 0, a complete one an infinite odds ratio.

    References
    ----------
    Rivals I et al. (2007) Bioinformatics 23:401. doi:10.1093/bioinformatics/btl633
    Timmons JA, Szkop KJ, Gallagher IJ (2015) Genome Biol 16:186. doi:10.1186/s13059-015-0761-7

    Examples
    --------
    >>> import radassoc as ra
    >>> measured = [f"G{i}" for i in range(200)]
    >>> sets = {"first": measured[:10], "other": measured[50:70]}
    >>> found = ra.over_represent(measured[:12], sets, background=measured)
    >>> found.table[["pathway", "n_overlap", "size"]].values.tolist()
    [['first', 10, 10], ['other', 0, 20]]
    """
    check_number("level", level)
    if not 0 < level < 1:
        raise InputError(f"level={level} is no level of a test.", wanted="a number between 0 and 1, such as 0.05")
    measured = read_background(background)
    lists = read_lists(genes, measured)
    sizes = size_settings(min_size, max_size, min_coverage, keep_small)
    overlap = overlap_sets(measured, gene_sets, **sizes)
    filled = [name for name, found in lists.items() if found]
    parts = [_one_list(name, lists[name], measured, overlap) for name in filled]
    table = tidy(pd.concat(parts), COLUMNS) if parts else tidy([], COLUMNS)
    empty = [name for name, found in lists.items() if not found]
    hits = int((table["p_adjusted"] < level).sum())
    return OverRepresentation(
        table=table,
        dropped=overlap.dropped,
        notes=(
            *overlap.notes,
            *(f"The list {name!r} is empty." for name in empty),
            f"{hits} of {len(table)} tests have an adjusted p-value below {level:g}; they take genes as independent.",
        ),
        status="ok" if parts else "no_signal",
        reason="" if parts else "no gene was found",
        families=tuple(_family(name, part) for name, part in zip(filled, parts, strict=True)),
        params={
            "gene_sets": tuple(overlap.members),
            **sizes,
            "level": level,
        },
        provenance=provenance(n_background=len(measured), n_gene_sets=len(overlap.members)),
    )


def _family(name: str, part: pd.DataFrame) -> Family:
    return Family(
        hypothesis=f"The genes of {name!r} are a random draw from the background",
        n_tests=len(part),
        correction="Benjamini-Hochberg",
    )


def _one_list(name: str, found: list[str], measured: pd.Index, overlap: Overlap) -> pd.DataFrame:
    """Return the rows of one list: all overlaps from one sparse product."""
    from scipy import sparse

    members = list(overlap.members.values())
    sizes = overlap.table["size"].to_numpy()
    start = np.concatenate([[0], np.cumsum(sizes)])
    flat = np.concatenate(members)
    inside = np.zeros(len(measured))
    inside[measured.get_indexer(pd.Index(found, dtype=object))] = 1.0
    holds = sparse.csr_array((np.ones(len(flat)), flat, start), shape=(len(members), len(measured)))
    k = np.rint(holds @ inside).astype(np.int64)
    n = np.full_like(k, len(found))
    N = len(measured)
    shared = [
        ";".join(measured[where[inside[where] > 0]]) if count else "" for where, count in zip(members, k, strict=True)
    ]
    estimate, low, high = odds_ratio(k, sizes, n, N).T
    p = hypergeometric_tail(k, sizes, n, N)
    frame = overlap.table.reset_index().assign(
        by=name,
        n_overlap=k,
        n_found=n,
        n_background=N,
        expected=sizes * (len(found) / N),
        odds_ratio=estimate,
        ci_low=low,
        ci_high=high,
        p_value=p,
        p_adjusted=benjamini_hochberg(p),
        genes=shared,
    )
    return frame.sort_values("p_value", kind="stable")
