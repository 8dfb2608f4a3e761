"""Every column of one table against every column of another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args

import pandas as pd

from radassoc.association._adjustment import adjustment_frame, adjustment_note, changes_frame
from radassoc.association._answers import Question, question_of
from radassoc.association._assemble import TOP, assemble, names_of
from radassoc.association._estimates import CONFIDENCE
from radassoc.association._found import MOST_ROWS, Asked, Found
from radassoc.association._inputs import read_inputs
from radassoc.association._pair_scan import Settings
from radassoc.association._stream import check_stream, stream_rows
from radassoc.association._where import where
from radassoc.association.result import AssociationMap
from radassoc.base.arguments import check_choice, check_number, check_whole, names_in
from radassoc.base.errors import InputError
from radassoc.base.seeds import check_seed

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["associate"]

Method = Literal["spearman", "pearson", "linear"]
Repeats = Literal["cluster_robust", "mixed", "average"]
Correction = Literal["bh", "by", "holm", "storey", "two_level", "max_statistic"]
Keep = Literal["significant", "top", "all"]

#: Permutations of one pair, and of a whole map for its largest statistic.
_PER_PAIR, _WHOLE = 10_000, 1_000


def associate(
    cohort: Cohort,
    left: str | pd.DataFrame,
    right: str | pd.DataFrame,
    *,
    method: Method = "spearman",
    covariates: Sequence[str] = (),
    repeats: Repeats = "cluster_robust",
    correction: Correction = "bh",
    keep: Keep = "significant",
    level: float = 0.05,
    n_permutations: int | None = None,
    full_matrix: bool = False,
    stream: str | Path | None = None,
    client: Any = None,
    seed: int = 0,
) -> AssociationMap:
    """Estimate the association of every column of one table with every column of another, given covariates.

    Null hypothesis of each pair: no monotone (``"spearman"``) or linear (``"pearson"``, ``"linear"``) association given
    the covariates. For the partial rank correlation, both columns and the covariates are ranked (midranks; a dummy is
    the same ranked or not), regressed on intercept and covariates, and their residuals correlated; p comes from t with
    n - 2 - rank(covariates) degrees of freedom. Each pair uses the patients who have both values, ranked anew among
    them. With fewer than 20 patients, or where fewer than 10 differ from the most common value, p comes from permuted
    residuals instead.

    Columns of two values (but for features, genes and pathways), of categories (text), and survival get tests of their
    own, which the notes tell: Mann-Whitney or a score test given covariates; Kruskal-Wallis or F; the Cox score test.
    Where patients have several samples, the pairs are regressions over samples with patients as clusters. Parts of a
    whole become centred log-ratios.

    Parameters
    ----------
    cohort
        The patients.
    left, right
        Name of a modality, or a frame of patients or samples x columns. The same modality on both sides tests each pair
        of its columns once. ``right="survival"`` is the outcome of the cohort.
    method
        Rank correlation, which no outlier rules; linear correlation; or the slope of the right column on the left in
        their own units (``"linear"``), with standard error. With the last two, a column of two numbers is a number, no
        class: the slope on it is the difference between its classes.
    covariates
        Column references; patients with a missing covariate are left out. They may name a feature: adjusting for tumour
        volume is ``covariates=["radiomics:VOLUME_WT"]``. A column that the covariates explain fully, such as the
        covariate itself, is not estimable. What changes on their account is told in ``adjustment`` and ``changes``.
    repeats
        Where patients have several samples: CR2 standard errors with Satterthwaite's degrees of freedom (and a wild
        cluster bootstrap below 20 patients), a random intercept per patient, or the mean of each patient's samples.
    correction
        Over all tests, whatever ``keep`` shows. ``"bh"`` Benjamini-Hochberg; ``"by"``: the same under any dependence,
        and strict; ``"holm"``: the chance of any false hit; ``"storey"``: q-values, which use how many pairs look null
        (bootstrap method); ``"two_level"``: first which left columns have any association, then with what, both at
        ``level``; ``"max_statistic"``: the chance of any false hit, by permuting patients (Westfall-Young, one step;
        for partial rank correlations by random signs of the residuals), less strict than Holm where columns correlate;
        pairs whose t is not trusted take no part.
    keep
        Which rows ``table`` shows: those with ``p_adjusted`` below ``level``, the 100 smallest p-values, or all (up to
        two million pairs).
    level
        Level of ``keep="significant"``, of ``"two_level"`` and of the counts.
    n_permutations
        Of a pair whose t is not trusted (default 10,000: its smallest p is then 1e-4) and of the whole map for
        ``"max_statistic"`` (default 1,000).
    full_matrix
        Whether ``estimates`` and ``adjusted`` hold every pair of a map of more than two million, in single precision:
        eight bytes a pair, and as much again while they are copied.
    stream
        A Parquet file to write every tested pair to, block by block, in the columns of ``table`` (needs the extra
        ``parquet``). Left and right column vary as in nested loops within blocks of right columns.
    client
        A ``dask.distributed.Client``: the pairs of a map of more than two million are then scanned on its cluster, and
        the answer is the same, bit for bit. The tables travel there in pieces of 2,048 columns.
    seed
        Of the permutations.

    Returns
    -------
    AssociationMap
        ``table`` (left and right column, estimate, estimate_kind, std_error, ci_low, ci_high, n, n_patients, statistic,
        df, p_value, log10_p, p_adjusted, p_value_from), ``estimates`` and ``adjusted`` (wide), ``left_info``,
        ``right_info``, ``dropped``, ``distribution``, ``quantiles``, ``adjustment``, ``changes``, ``n_significant``,
        ``notes``. Status ``"no_signal"``: no pair is below the level.

    Raises
    ------
    DesignError
        No patient has values in both tables and all covariates.
    InputError
        An unknown method, correction or choice of rows; more rows than a table can hold.
    MissingDependencyError
        ``stream`` without pyarrow, ``client`` without Dask.

    Notes
    -----
    Agrees with R ``cor.test(exact=FALSE)``, with the formula of R ``ppcor::pcor.test`` for one row pattern, with
    ``WGCNA::corAndPvalue`` and with ``limma::lmFit`` (slope and its ordinary standard error), to 1e-9; q-values with
    ``qvalue(pi0.method = "bootstrap")``. ``log10_p`` stays exact where ``p_value`` underflows. Intervals are at 95%: of
    a slope by t, of a correlation by Fisher's z (for ranks with the variance of Bonett and Wright); none where t is not
    trusted.

    A map of more than two million pairs is counted in single precision, with a bound on its rounding, and the strongest
    pairs are answered in double: nothing below ``level`` differs from a scan that keeps everything (q-values in the
    third digit, since the share of nulls is taken from the counts). Adjusted p-values above it are up to one bin of the
    count too large. Pairs whose t is not trusted are permuted if t comes so far.

    A covariate that drives both columns strongly leaves the residuals of their ranks uneven (less spread where it is
    extreme), so that partial rank correlations are slightly too often small in p: 5.1% to 5.4% at 5% of pairs of 60
    patients. ``"pearson"`` on log or otherwise symmetric values holds, and so does ``"max_statistic"``, whose random
    signs keep the spread of each patient.

    Correlated tests clump: under co-expression the false discovery rate is kept on average, but single scans can hold
    many false hits or none.

    References
    ----------
    Kim S (2015) Commun Stat Appl Methods 22:665. doi:10.5351/CSAM.2015.22.6.665
    Bonett DG, Wright TA (2000) Psychometrika 65:23. doi:10.1007/BF02294183
    Benjamini Y, Hochberg Y (1995) J R Stat Soc B 57:289. doi:10.1111/j.2517-6161.1995.tb02031.x
    Benjamini Y, Yekutieli D (2001) Ann Stat 29:1165. doi:10.1214/aos/1013699998
    Storey JD, Tibshirani R (2003) PNAS 100:9440. doi:10.1073/pnas.1530509100
    Benjamini Y, Bogomolov M (2014) J R Stat Soc B 76:297. doi:10.1111/rssb.12028
    Westfall PH, Young SS (1993) Resampling-Based Multiple Testing. Wiley. ISBN 978-0-471-55761-6
    Winkler AM, Ridgway GR, Webster MA et al. (2014) NeuroImage 92:381. doi:10.1016/j.neuroimage.2014.01.060

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=40, seed=1).cohort
    >>> found = ra.associate(cohort, "radiomics", "expression", keep="top")
    >>> len(found.table), found.table.columns[:3].tolist()
    (100, ['feature', 'gene', 'estimate'])
    """
    from radassoc.cohort.align import check_cohort

    check_cohort(cohort)
    covariates = names_in("covariates", covariates)
    _check(method, repeats, correction, keep, level, n_permutations)
    check_seed(seed)
    path = None if stream is None else check_stream(stream)
    place = where(client)
    inputs = read_inputs(cohort, left, right, covariates, repeats)
    settings = Settings(method == "spearman", CONFIDENCE, n_permutations or _PER_PAIR, seed)
    asked = Asked(method, correction, level, TOP if keep == "top" else 0, n_permutations or _WHOLE, settings)
    question = question_of(inputs, asked, repeats, place)
    _check_rows(question, keep)
    found = question.answer()
    changes, told = _changes(question, found, covariates)
    if path is not None:
        told = (*told, f"{stream_rows(path, question, found, names_of(question))} pairs were written to {path.name}.")
    params = {
        "left": left if isinstance(left, str) else "frame",
        "right": right if isinstance(right, str) else "frame",
        "method": method,
        "covariates": covariates,
        "repeats": repeats,
        "correction": correction,
        "keep": keep,
        "level": level,
        "n_permutations": n_permutations,
        "full_matrix": full_matrix,
        "seed": seed,
    }
    return assemble(
        question,
        found,
        keep=keep,
        full_matrix=full_matrix,
        changes=changes,
        told=told,
        params=params,
        data=cohort.fingerprint,
    )


def _check(method: str, repeats: str, correction: str, keep: str, level: float, n_permutations: int | None) -> None:
    for name, value, known in (
        ("method", method, Method),
        ("repeats", repeats, Repeats),
        ("correction", correction, Correction),
        ("keep", keep, Keep),
    ):
        check_choice(name, value, get_args(known))
    if n_permutations is not None:
        check_whole("n_permutations", n_permutations)
        if n_permutations < 1:
            raise InputError(f"n_permutations={n_permutations}.", wanted="a positive number")
    check_number("level", level)
    if not 0 < level < 1:
        raise InputError(f"level={level} is no level of a test.", wanted="a number between 0 and 1, such as 0.05")


def _check_rows(question: Question, keep: str) -> None:
    if keep == "all" and question.large:
        left, right = question.inputs.left.shape[1], question.inputs.right.shape[1]
        raise InputError(
            f'keep="all" would make a table of {left * right} rows.',
            wanted=f"at most {MOST_ROWS}",
            remedy='stream="pairs.parquet" writes them all to a file; full_matrix=True keeps all estimates.',
        )


def _changes(
    question: Question, found: Found, covariates: tuple[str, ...]
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """Scan the same rows without the covariates, and tell what changes."""
    if not covariates or not found.n_tests:
        return {}, ()
    before, level = question.answer(adjusted=False), question.asked.level
    left, right = names_of(question)
    counts = adjustment_frame(before, found, len(right), covariates, level)
    frames = {"adjustment": counts, "changes": changes_frame(before, found, left, right, level)}
    return frames, (adjustment_note(counts),)
