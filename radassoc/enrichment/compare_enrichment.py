"""The difference of enrichment along a value between two groups of patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_choice
from radassoc.base.errors import DesignError, ExpressionError, InputError, name_some
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.enrichment._arguments import as_names, check_settings, half_known, size_settings
from radassoc.enrichment._compared_rows import gene_rows, pathway_rows
from radassoc.enrichment._genes import outlier_note, usable_genes
from radassoc.enrichment._slopes import Side, compare_slopes, equal_slopes_null, make_side
from radassoc.enrichment._subjects import Subject, read_subjects
from radassoc.enrichment._two_groups import as_two_groups, check_sizes, read_groups
from radassoc.enrichment.comparison import EnrichmentComparison
from radassoc.enrichment.overlap import Overlap, overlap_sets
from radassoc.kernels.correction import permutations_needed
from radassoc.kernels.correlation import midranks
from radassoc.kernels.enrichment import pack_sets

if TYPE_CHECKING:
    from radassoc.cohort.align import Aligned
    from radassoc.cohort.cohort import Cohort

__all__ = ["compare_enrichment"]

_FEWEST_PERMUTATIONS, _MOST_PERMUTATIONS = 1_000, 10_000


def compare_enrichment(
    cohort: Cohort,
    by: Any,
    gene_sets: Any,
    *,
    groups: Any,
    levels: Sequence[str] | None = None,
    modality: str = "expression",
    statistic: Literal["correlation", "rank_correlation"] = "correlation",
    covariates: Sequence[str] = (),
    strata: Sequence[str] | str | None = None,
    n_permutations: int | None = None,
    weight: float = 1.0,
    min_size: int = 10,
    max_size: int = 500,
    min_coverage: float = 0.3,
    keep_small: bool | Sequence[str] = True,
    level: float = 0.05,
    seed: int = 0,
) -> EnrichmentComparison:
    """Test whether the genes of each set follow a value more steeply in one of two groups.

    Null hypothesis: every gene has the same slope on the value in both groups, given the covariates. Reduced model of
    each gene: value + group + covariates + group x covariates, one slope of the value for both groups. Its residuals
    are permuted among the patients of a group (and stratum), whole patients at a time so that the correlation between
    genes is kept, the fit is added back (Freedman and Lane), and the difference of the slopes is tested again. Genes
    are ranked by the t of that difference, each group with a residual variance of its own; a set's enrichment in this
    ranking is the test.

    The enrichment within each group and the difference of the two are there to look at, not to test: an enrichment
    score grows with the number of patients, so with equal slopes the larger group shows the larger score. ``null_low``
    and ``null_high`` tell where the difference lies when the slopes are equal.

    Parameters
    ----------
    cohort
        With a table of genes. Several samples of a patient are averaged first.
    by
        One value per patient: a patient-indexed Series or a column reference. Scores that were fitted on these
        patients' outcome (a risk score or its validation) are compared without p-values, and the reason is told.
    gene_sets
        A bundled name, a GMT path, a mapping from names to genes, a list of these, or what ``gene_sets`` returned.
    groups
        A column reference such as ``"sex"``, or a patient-indexed Series of labels.
    levels
        The two groups to compare, first and second, where there are more or where the order matters; sorted by default.
    modality
        The table of genes.
    statistic
        ``"correlation"``: slopes of the values as they are; ``"rank_correlation"``: value, genes and covariates are
        ranked over all patients first, so that no single patient leads a slope.
    covariates, strata
        Column references. Patients with a missing one are left out. The effect of a covariate may differ by group, so
        that it does not pass for a difference of slopes; one that is the same throughout a group counts in the other.
    n_permutations
        By default 1,000, and as many as let the correction reject one set alone, up to 10,000.
    weight
        Exponent of the statistic in the walk.
    min_size, max_size, min_coverage, keep_small
        Which sets are tested: see ``radassoc.enrichment.overlap.overlap_sets``.
    level
        Level of ``differs``.
    seed
        Of the permutations.

    Returns
    -------
    EnrichmentComparison
        ``table`` by pathway, ``genes`` with both slopes and the interval of their difference, ``dropped``, ``notes``.

    Raises
    ------
    DesignError
        Not two groups, a group with fewer than 10 patients or 5 degrees of freedom, or a value that is constant in a
        group; the message tells the numbers.
    ExpressionError
        No set shares genes with the table.

    Notes
    -----
    Slopes, standard errors and t equal two separate fits ``lm(gene ~ value + covariates)`` in R, and the t of
    ``(b2 - b1) / sqrt(se1^2 + se2^2)`` with Welch-Satterthwaite degrees of freedom, to 1e-10. With 120 and 50
    patients and real co-expression 4 to 5% of the p-values fell below 0.05 (unequal variances and means, equal slopes
    that are not 0), and 5 to 9% of the differences of NES lay outside ``null_low`` to ``null_high``; permuting the
    labels of the groups instead gave 26% where their means differ (``benchmarks/null_difference.csv``).

    References
    ----------
    Freedman D, Lane D (1983) J Bus Econ Stat 1:292. doi:10.1080/07350015.1983.10509354
    Subramanian A et al. (2005) PNAS 102:15545. doi:10.1073/pnas.0506580102
    Phipson B, Smyth GK (2010) Stat Appl Genet Mol Biol 9:39. doi:10.2202/1544-6115.1585

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=80, seed=1).cohort
    >>> sets = {"one": list(cohort.expression.columns[:15]), "two": list(cohort.expression.columns[20:40])}
    >>> feature = f"radiomics:{cohort.radiomics.columns[0]}"
    >>> found = ra.compare_enrichment(cohort, feature, sets, groups="sex", n_permutations=50)
    >>> found.table[["pathway", "size", "group_1", "group_2"]].values.tolist()
    [['one', 15, 'female', 'male'], ['two', 20, 'female', 'male']]
    """
    from radassoc.cohort.align import align, check_cohort

    check_cohort(cohort)
    check_settings(n_permutations, weight, level)
    check_choice("statistic", statistic, ("correlation", "rank_correlation"))
    ranked = statistic == "rank_correlation"
    covariates, strata = as_names("covariates", covariates), as_names("strata", strata)
    subject = _one_subject(cohort, by)
    group_name, labels = read_groups(cohort, groups)
    _refuse_own(subject, group_name, covariates, strata)
    chosen = as_two_groups(group_name, labels, levels)
    values = {subject.name: subject.values, group_name: labels[labels.isin(chosen)]}
    values |= half_known(cohort.patient_frame(modality))
    aligned = align(cohort, modalities=(modality,), values=values, covariates=covariates, strata=strata)
    inside = [(aligned.values[group_name] == label).to_numpy() for label in chosen]
    table, notes = usable_genes(aligned.frames[modality])
    sides, table, told = _sides(aligned, table, subject.name, group_name, chosen, inside, ranked=ranked)
    told += () if ranked else outlier_note(table)
    sizes = size_settings(min_size, max_size, min_coverage, keep_small)
    overlap = overlap_sets(table.columns, gene_sets, **sizes)
    n = n_permutations or _default_permutations(len(overlap.members), level)
    params = {
        "by": subject.name,
        "gene_sets": tuple(overlap.members),
        "groups": group_name,
        "levels": chosen,
        "modality": modality,
        "statistic": statistic,
        "covariates": covariates,
        "strata": strata,
        "n_permutations": n,
        "weight": weight,
        **sizes,
        "level": level,
        "seed": seed,
    }
    told = (*aligned.left_out, *overlap.notes, *notes, *told)
    return _compare(cohort, subject, sides, overlap, table.columns, params, told)


def _compare(
    cohort: Cohort,
    subject: Subject,
    sides: tuple[Side, Side],
    overlap: Overlap,
    genes: pd.Index,
    params: dict[str, Any],
    told: tuple[str, ...],
) -> EnrichmentComparison:
    """Test all sets and return the result."""
    weight, level, n, chosen = params["weight"], params["level"], params["n_permutations"], params["levels"]
    sets = pack_sets(list(overlap.members.values()), len(genes))
    found = compare_slopes(sides)
    null = equal_slopes_null(sides, sets, weight=weight, n=n, seed=params["seed"])
    by_gene = gene_rows(genes, found, (sides[0].df, sides[1].df))
    known = subject.source == "permutation"
    table = pathway_rows(
        overlap, sides, found, null, sets, by_gene, chosen=chosen, weight=weight, level=level, known=known
    )
    return EnrichmentComparison(
        table=table,
        genes=by_gene,
        dropped=overlap.dropped,
        notes=_notes(subject, told, n, len(table), level),
        reason="" if known else _seen(subject),
        families=(_family(subject, chosen, params["covariates"], table),),
        params=params,
        provenance=provenance(
            data=cohort.fingerprint,
            seed=params["seed"],
            n_patients=sum(len(side.unit) for side in sides),
            n_genes=len(genes),
            n_gene_sets=len(overlap.members),
        ),
    )


def _family(subject: Subject, chosen: tuple[str, str], covariates: Sequence[str], answer: pd.DataFrame) -> Family:
    given = f" given {', '.join(covariates)}" if covariates else ""
    return Family(
        hypothesis=f"Genes have the same slope on {subject.name} in {chosen[0]} and {chosen[1]}{given}",
        n_tests=int(answer["p_value"].notna().sum()),
        correction="Benjamini-Hochberg",
    )


def _one_subject(cohort: Cohort, by: Any) -> Subject:
    subjects = read_subjects(cohort, by)
    if len(subjects) != 1:
        raise InputError(
            f"by names {len(subjects)} values.",
            wanted="one value",
            remedy="Compare the groups along one after the other.",
        )
    return subjects[0]


def _seen(subject: Subject) -> str:
    return subject.reason or (
        "the score was fitted on the outcome of these patients; reruns of its pipeline tell about no slope at all, not "
        "about equal slopes: compare along a score of other patients"
    )


def _refuse_own(subject: Subject, groups: str, covariates: Sequence[str], strata: Sequence[str]) -> None:
    used = [name for name in (*covariates, *strata) if name == groups]
    if used or subject.name == groups:
        what = "the value itself" if subject.name == groups else "a covariate or stratum too"
        raise DesignError(f"{groups!r} is {what}.", wanted="groups that are neither", remedy="Leave it out there.")


def _sides(
    aligned: Aligned,
    table: pd.DataFrame,
    by: str,
    groups: str,
    chosen: tuple[str, str],
    inside: list[np.ndarray],
    *,
    ranked: bool,
) -> tuple[tuple[Side, Side], pd.DataFrame, tuple[str, ...]]:
    """Return both groups less their covariates, and the genes that vary in both."""
    covariates = aligned.covariates.to_numpy(dtype=float)
    values = aligned.values[by].to_numpy(dtype=float)
    check_sizes(groups, chosen, [int(rows.sum()) for rows in inside], [1, 1])
    X = table.to_numpy()
    if ranked:  # ranking leaves an indicator as it is but for scale
        X, values, covariates = midranks(X), midranks(values[:, None])[:, 0], midranks(covariates)
    made = [make_side(X[rows], values[rows], covariates[rows], aligned.strata[rows]) for rows in inside]
    check_sizes(groups, chosen, [int(rows.sum()) for rows in inside], [side.Q.shape[1] for side in made])
    for label, side in zip(chosen, made, strict=True):
        if side.length == 0:
            raise DesignError(
                f"Among the {len(side.unit)} patients of {label!r}, {by!r} is constant or explained by the covariates.",
                wanted="a value that varies in both groups",
            )
    varies = np.logical_and(*[_varies(X[rows], side) for rows, side in zip(inside, made, strict=True)])
    if varies.sum() < 2:
        raise ExpressionError(f"{varies.sum()} genes vary in both groups.", wanted="at least two genes to rank")
    lost = table.columns[~varies]
    told = (f"{len(lost)} genes do not vary in one of the groups and were left out: {name_some(lost)}.",)
    first, second = (Side(s.genes[:, varies], s.unit, s.length, s.Q, s.strata) for s in made)
    return (first, second), table.loc[:, varies], told if len(lost) else ()


def _varies(genes: np.ndarray, side: Side) -> np.ndarray:
    spread = np.linalg.norm(genes - genes.mean(axis=0), axis=0)
    return np.asarray((np.ptp(genes, axis=0) > 0) & (np.linalg.norm(side.genes, axis=0) > 1e-7 * spread))


def _default_permutations(n_sets: int, level: float) -> int:
    needed = int(1.2 * permutations_needed(n_sets, level, usable=0.5))
    return max(_FEWEST_PERMUTATIONS, min(needed, _MOST_PERMUTATIONS))


def _notes(subject: Subject, told: tuple[str, ...], n: int, n_sets: int, level: float) -> tuple[str, ...]:
    notes = [f"{subject.note}."] if subject.note else []
    notes += told
    if 2.0 / n > level / n_sets:
        notes.append(
            f"{n} permutations are too few for Benjamini-Hochberg to find one of {n_sets} sets alone: that takes about "
            f"{permutations_needed(n_sets, level, usable=0.5)}."
        )
    return tuple(dict.fromkeys(notes))
