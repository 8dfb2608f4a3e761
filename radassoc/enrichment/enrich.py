"""Gene set enrichment along values of patients, tested by permuting patients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_choice, check_number
from radassoc.base.errors import DesignError, InputError
from radassoc.enrichment._arguments import as_names, check_settings, half_known, size_settings
from radassoc.enrichment._assemble import assemble
from radassoc.enrichment._genes import outlier_note, usable_genes
from radassoc.enrichment._null import Design, make_design
from radassoc.enrichment._score import MIN_DF, Scored, Settings, score_subject
from radassoc.enrichment._statistics import STATISTICS, statistic_of
from radassoc.enrichment._subjects import SURVIVAL, Subject, read_subjects
from radassoc.enrichment.overlap import Overlap, overlap_sets
from radassoc.enrichment.result import Enrichment
from radassoc.kernels.correction import permutations_needed
from radassoc.kernels.enrichment import pack_sets

if TYPE_CHECKING:
    from radassoc.cohort.align import Aligned
    from radassoc.cohort.cohort import Cohort

__all__ = ["enrich"]

_FEWEST_PERMUTATIONS, _MOST_PERMUTATIONS, _BUDGET = 1_000, 10_000, 20_000


def enrich(
    cohort: Cohort,
    by: Any,
    gene_sets: Any,
    *,
    modality: str = "expression",
    statistic: Literal["correlation", "rank_correlation", "t", "cox"] | None = None,
    null: Literal["samples", "genes", "rotation"] = "samples",
    covariates: Sequence[str] = (),
    strata: Sequence[str] | str = (),
    n_permutations: int | None = None,
    weight: float = 1.0,
    inter_gene_correlation: float | None = None,
    maxmean: bool = False,
    min_size: int = 10,
    max_size: int = 500,
    min_coverage: float = 0.3,
    keep_small: bool | Sequence[str] = True,
    level: float = 0.05,
    seed: int = 0,
) -> Enrichment:
    """Test whether the genes of each set gather at one end of the genes ranked by their association with a value.

    Null hypothesis: no gene of the table is associated with the value given covariates and strata. The value is
    regressed on intercept, strata and covariates; its residuals are permuted among patients within strata,
    residualised again (Freedman and Lane), and every gene's statistic is computed anew, so that the correlation between
    genes is kept. With ``by="survival"`` time, event and covariates stay together where they are, and the residuals of
    the genes change places, jointly. Several samples of a patient are averaged first: whole patients are permuted.

    When most genes follow the value, an unrelated set can stand out. Beside the enrichment p-value stands therefore a
    self-contained one (the mean statistic of the set's own genes, same permutations) and the share of associated genes.
    ``enriched`` needs both p-values, in the same direction. ``camera_p`` asks a third question, without permutations:
    do the set's genes differ from the other genes on average, allowing for the correlation between them?

    Parameters
    ----------
    cohort
        With a table of genes.
    by
        What the genes are ranked by: a patient-indexed Series or frame, a column reference, a list of references (a map
        of values by sets in one pass), ``"survival"`` (the outcome of the cohort), risk groups, or a validated risk
        score (an object with ``samples`` and ``null_samples``): its p-values come from the reruns of its whole
        pipeline, because the score has seen these patients' outcome. A fitted risk score, out-of-fold values, and
        groups without reruns give scores of enrichment without p-values. Missing values leave the patient out.
    gene_sets
        A bundled name, a GMT path, a mapping from names to genes, a list of these, or what ``gene_sets`` returned.
    modality
        The table of genes.
    statistic
        ``"correlation"``, Pearson's; ``"rank_correlation"``: value, genes and covariates are ranked first; ``"t"``
        between two groups: the moderated t of limma, its prior learned anew in every permutation (an ordinary t ranks
        genes as the correlation does); ``"cox"``: score test of a Cox model with the gene, Efron's ties, strata as
        strata. By default ``"cox"`` for survival and ``"correlation"`` for everything else.
    null
        ``"samples"`` permutes patients. ``"rotation"`` turns the residuals of the value in all directions that the
        covariates leave, within strata: it takes the genes as normal, with equal variance in all patients of a stratum
        (with unequal ones its level was up to 9%: make them strata), and has no smallest p-value where few patients
        have few permutations. ``"genes"`` draws random sets, as preranked tools do; it takes genes as independent and
        is there for exploration only: with random scores and co-expressed sets most of its small p-values are false
        (``benchmarks/null_enrichment.csv``). ``camera_p`` is a column and no null: it needs none of them and answers
        another question.
    covariates, strata
        Column references. Patients with a missing covariate are left out.
    n_permutations
        By default 1,000, and as many as let the correction reject one set alone, up to 10,000 for one value or 20,000
        over all. Where they cannot, a note says so. Reruns of a risk score come as many as there are.
    weight
        Exponent of the statistic in the walk: 1 as in GSEA; 0 is the classic Kolmogorov-Smirnov walk.
    inter_gene_correlation
        Of ``camera_p``: estimated in each set by default; a number, such as the 0.01 that limma presets, is used for
        all sets. The estimate keeps the level where sets are co-expressed; the preset does not.
    maxmean
        Adds ``maxmean_p``: the mean of a set's positive or of its negative statistics, whichever is larger, less what
        all genes have in common (restandardised, Efron and Tibshirani), with the same permutations. It is for tables in
        which many genes are associated, and finds sets of which only some genes move.
    min_size, max_size, min_coverage, keep_small
        Which sets are tested: see ``radassoc.enrichment.overlap.overlap_sets``. Small curated sets are kept and
        flagged ``"n of N genes"``.
    level
        Level of ``enriched``, and of the values found in the two-level correction.
    seed
        Of the permutations.

    Returns
    -------
    Enrichment
        ``table`` (by, pathway, size, n_listed, coverage, es, nes, p_value, p_adjusted, q_value, familywise_p,
        mean_statistic, self_contained_p, maxmean_p, camera_p, inter_gene_correlation, share_associated, direction,
        enriched, flag, n_leading_edge, leading_edge, n_patients), ``subjects``, ``ranking``, ``walks``, ``dropped``,
        ``notes``. A constant score gives status ``"no_signal"`` and an empty table.

    Raises
    ------
    ExpressionError
        No set shares genes with the table: the message shows identifiers of both.
    DesignError
        Too few patients have everything asked for; ``statistic="t"`` of a value with more than two levels; ``"cox"`` of
        a value that is not survival; groups parted by a score that was fitted on these patients.

    Notes
    -----
    The enrichment score equals that of gseapy's prerank for the same ranking to 1e-5. NES is ES over the mean size of
    null scores of the same sign and set; p is one plus the number of null scores of the same sign that are at least as
    large, over one plus the number of the same sign: two-sided by construction. ``p_adjusted`` is Benjamini-Hochberg
    over the sets of one value. With several values it controls two levels: each value by Simes' test of its sets,
    Benjamini-Hochberg over the values, then over the sets of a value that is found (Benjamini and Bogomolov).
    ``q_value`` is the false discovery rate of GSEA, for comparison; ``familywise_p`` compares with the largest NES, by
    size, of all sets in each permutation.

    The moderated t equals R limma's ``eBayes`` to 1e-8, ``camera_p`` its ``camera`` to 1e-8 (whatever the statistic but
    Cox, on the moderated t of the same model; for Cox on z). With ``null="rotation"`` the self-contained p-value is
    exact for correlations without strata (limma's ``fry`` on genes of unit variance, 1e-10), and for ``"t"`` that of
    ``roast`` with the mean of normal scores, within Monte Carlo error. The Cox z squared is the score test of R's
    ``coxph``, to 1e-6. Scores predicted for patients on whom they were trained must not come in as a plain Series.

    References
    ----------
    Subramanian A et al. (2005) PNAS 102:15545. doi:10.1073/pnas.0506580102
    Freedman D, Lane D (1983) J Bus Econ Stat 1:292. doi:10.1080/07350015.1983.10509354
    Phipson B, Smyth GK (2010) Stat Appl Genet Mol Biol 9:39. doi:10.2202/1544-6115.1585
    Wu D et al. (2010) Bioinformatics 26:2176 (rotation). doi:10.1093/bioinformatics/btq401
    Wu D, Smyth GK (2012) Nucleic Acids Res 40:e133 (camera). doi:10.1093/nar/gks461
    Efron B, Tibshirani R (2007) Ann Appl Stat 1:107 (maxmean). doi:10.1214/07-AOAS101
    Smyth GK (2004) Stat Appl Genet Mol Biol 3:3 (moderated t). doi:10.2202/1544-6115.1027
    Benjamini Y, Bogomolov M (2014) J R Stat Soc B 76:297. doi:10.1111/rssb.12028

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.example_cohort()
    >>> found = ra.enrich(cohort, "survival", "glioma_core", covariates=["age"], n_permutations=200)
    >>> found.table[["by", "size"]].shape[1], bool((found.subjects["p_value_from"] == "permutation").all())
    (2, True)
    """
    from radassoc.cohort.align import align, check_cohort, outcome_references, refuse_outcome

    check_cohort(cohort)
    _check(statistic, null, inter_gene_correlation)
    check_settings(n_permutations, weight, level)
    covariates, strata = as_names("covariates", covariates), as_names("strata", strata)
    # a column of that name is a column, unless it is the time or event of the outcome
    own = SURVIVAL in cohort.clinical.columns and SURVIVAL not in outcome_references(cohort)
    subjects = read_subjects(cohort, by, survival=not own)
    used = [statistic_of(subject, statistic, null) for subject in subjects]
    if any(subject.event is not None for subject in subjects):
        refuse_outcome(cohort, (*covariates, *strata))
    known = _known(subjects) | half_known(cohort.patient_frame(modality))
    aligned = align(cohort, modalities=(modality,), values=known, covariates=covariates, strata=strata)
    table, gene_notes = usable_genes(aligned.frames[modality])
    sizes = size_settings(min_size, max_size, min_coverage, keep_small)
    overlap = overlap_sets(table.columns, gene_sets, **sizes)
    chosen = n_permutations or _default_permutations(len(subjects), len(overlap.members), level)
    how = Settings(null, chosen, weight, level, seed, statistic, inter_gene_correlation, maxmean and null != "genes")
    ranked = statistic == "rank_correlation"
    scored = _score_all(subjects, aligned, table, overlap, how, ranked=ranked)
    params = {
        "by": tuple(subject.name for subject in subjects),
        "gene_sets": tuple(overlap.members),
        "modality": modality,
        "statistic": ", ".join(dict.fromkeys(used)),
        "null": null,
        "covariates": covariates,
        "strata": strata,
        "n_permutations": chosen,
        "weight": weight,
        "inter_gene_correlation": inter_gene_correlation,
        "maxmean": maxmean,
        **sizes,
        "level": level,
        "seed": seed,
    }
    told = (*aligned.left_out, *gene_notes, *([] if ranked else outlier_note(table)))
    return assemble(cohort, subjects, scored, overlap=overlap, genes=table.columns, how=how, params=params, notes=told)


def _known(subjects: list[Subject]) -> dict[str, pd.Series]:
    """Return who has any of the values, as a requirement for the alignment."""
    known = pd.concat([subject.values.dropna() for subject in subjects])
    known = known[~known.index.duplicated()]
    return {subjects[0].name if len(subjects) == 1 else f"all {len(subjects)} values": known}


def _check(statistic: str | None, null: str, inter_gene_correlation: float | None) -> None:
    if statistic is not None:
        check_choice("statistic", statistic, STATISTICS)
    check_choice("null", null, ("samples", "genes", "rotation"))
    if null == "rotation" and statistic == "rank_correlation":
        raise InputError(
            "Rotations take the genes as normal, and ranks are not.",
            wanted="null='samples' with ranks, or null='rotation' with statistic='correlation' or 't'",
        )
    if inter_gene_correlation is not None:
        check_number("inter_gene_correlation", inter_gene_correlation)
        if not 0 <= inter_gene_correlation < 1:
            raise InputError(
                f"inter_gene_correlation={inter_gene_correlation}.", wanted="0 or more and below 1, or None to estimate"
            )


def _default_permutations(n_subjects: int, n_sets: int, level: float) -> int:
    # about half of the permutations have the sign of the observed score; a fifth more covers unequal halves
    needed = int(1.2 * permutations_needed(n_subjects * n_sets, level, usable=0.5))
    most = min(_MOST_PERMUTATIONS, _BUDGET // n_subjects)
    return max(_FEWEST_PERMUTATIONS, min(needed, most))


def _score_all(
    subjects: list[Subject], aligned: Aligned, table: pd.DataFrame, overlap: Overlap, how: Settings, *, ranked: bool
) -> list[Scored]:
    """Score each value; values known for the same patients share one residualised table, held no longer than needed."""
    sets = pack_sets(list(overlap.members.values()), table.shape[1])
    present = [_present(subject, table.index) for subject in subjects]
    groups: dict[bytes, list[int]] = {}
    for position, rows in enumerate(present):
        groups.setdefault(rows.tobytes(), []).append(position)
    scored: dict[int, Scored] = {}
    for members in groups.values():
        rows = present[members[0]]
        design = _design(aligned, table, rows, ranked=ranked)
        if design is None and len(subjects) == 1:
            raise DesignError(
                f"{subjects[0].name!r} is known for {rows.sum()} patients with expression and covariates.",
                wanted=f"at least {MIN_DF} degrees of freedom beyond intercept, strata and covariates",
                remedy="Use fewer covariates, or check that patients carry the same identifiers in all tables.",
            )
        for position in members:
            values = subjects[position].values.reindex(table.index)[rows]
            scored[position] = score_subject(subjects[position], values, design, sets, how)
    return [scored[position] for position in range(len(subjects))]


def _present(subject: Subject, patients: pd.Index) -> np.ndarray:
    """Tell which of the aligned patients have a value, and reruns where it has some."""
    present = np.isfinite(subject.values.reindex(patients).to_numpy(dtype=float))
    if subject.null is not None:
        present &= patients.isin(subject.null.index)
    return present


def _design(aligned: Aligned, table: pd.DataFrame, present: np.ndarray, *, ranked: bool) -> Design | None:
    """Return the design of these patients, or None where too few degrees of freedom are left."""
    if present.sum() < MIN_DF + 2:
        return None
    covariates = aligned.covariates.to_numpy(dtype=float)[present]
    strata = aligned.strata[present]
    design = make_design(table.to_numpy()[present], covariates, strata, ranked=ranked)
    return design if design.df >= MIN_DF else None
