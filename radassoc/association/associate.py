"""Every column of one table against every column of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from radassoc.association._assemble import assemble
from radassoc.association._scan import scan
from radassoc.association._sides import Side, read_side
from radassoc.association.result import AssociationMap
from radassoc.base.arguments import check_number, check_whole
from radassoc.base.errors import DesignError, InputError

if TYPE_CHECKING:
    from radassoc.cohort.align import Aligned
    from radassoc.cohort.cohort import Cohort

__all__ = ["associate"]


def associate(
    cohort: Cohort,
    left: str | pd.DataFrame,
    right: str | pd.DataFrame,
    *,
    method: Literal["spearman", "pearson"] = "spearman",
    covariates: Sequence[str] = (),
    correction: Literal["bh"] = "bh",
    keep: Literal["all", "significant", "top"] = "all",
    level: float = 0.05,
    n_permutations: int = 10_000,
    seed: int = 0,
) -> AssociationMap:
    """Estimate the (partial) correlation of every column of one table with every column of another.

    Null hypothesis of each pair: no monotone (``"spearman"``) or linear (``"pearson"``) association given the
    covariates. For the partial rank correlation, both columns and the covariates are ranked (midranks; a dummy is the
    same ranked or not), regressed on intercept and covariates, and their residuals correlated; p comes from t with
    n - 2 - rank(covariates) degrees of freedom. Each pair uses the patients who have both values, ranked anew among
    them. With fewer than 20 patients, or where fewer than 10 differ from the most common value, p comes from permuted
    residuals instead.

    Parameters
    ----------
    cohort
        The patients. Several samples of a patient are averaged, which a note says.
    left, right
        Name of a modality, or a frame of patients or samples x numeric columns. The same modality on both sides tests
        each pair of its columns once.
    method
        Rank or linear correlation.
    covariates
        Column references; patients with a missing covariate are left out. A column that the covariates explain fully,
        such as the covariate itself, is not estimable.
    correction
        Benjamini-Hochberg over all tests, whatever ``keep`` shows.
    keep
        Which rows ``table`` keeps: all, those with ``p_adjusted`` below ``level``, or the 100 smallest p-values.
    level
        Level of ``keep="significant"``.
    n_permutations, seed
        Of the permutations, where the t distribution is not trusted. Their smallest p is 1 / (n_permutations + 1).

    Returns
    -------
    AssociationMap
        ``table`` (left and right column, estimate, estimate_kind, n, statistic, p_value, log10_p, p_adjusted,
        p_value_from), ``estimates`` and ``adjusted`` (wide), ``left_info``, ``right_info``, ``dropped``, ``notes``.

    Raises
    ------
    DesignError
        No patient has values in both tables and all covariates.
    InputError
        An unknown method, correction or choice of rows, or a frame with text.

    Notes
    -----
    Agrees with R ``cor.test(exact=FALSE)`` and with the formula of R ``ppcor::pcor.test`` for one row pattern, to
    1e-10. ``log10_p`` stays exact where ``p_value`` underflows. Correlated tests clump: under co-expression the false
    discovery rate is kept on average, but single scans can hold many false hits or none.

    References
    ----------
    Kim S (2015) Commun Stat Appl Methods 22:665. doi:10.5351/CSAM.2015.22.6.665
    Benjamini Y, Hochberg Y (1995) J R Stat Soc B 57:289. doi:10.1111/j.2517-6161.1995.tb02031.x
    """
    from radassoc.cohort.align import align, check_cohort

    check_cohort(cohort)
    _check(method, correction, keep, n_permutations, level)
    covariates = (covariates,) if isinstance(covariates, str) else tuple(covariates)
    same = isinstance(left, str) and isinstance(right, str) and left == right
    sides = [read_side(cohort, left), read_side(cohort, right)]
    modalities = tuple(dict.fromkeys(side.modality for side in sides if side.modality))
    aligned = align(cohort, modalities=modalities, covariates=covariates)
    X, Y, Z = _matrices(sides, aligned)
    if sides[0].name == sides[1].name:
        sides[1] = replace(sides[1], name=f"other_{sides[1].name}")
    found = scan(
        X.to_numpy(dtype=float),
        Y.to_numpy(dtype=float),
        Z,
        ranked=method == "spearman",
        n_permutations=n_permutations,
        seed=seed,
    )
    if same:  # each pair once, and no column with itself
        found = replace(found, p=np.where(np.triu(np.ones(found.p.shape, dtype=bool), 1), found.p, np.nan))
    params = {
        "left": left if isinstance(left, str) else "frame",
        "right": right if isinstance(right, str) else "frame",
        "method": method,
        "covariates": covariates,
        "correction": correction,
        "keep": keep,
        "level": level,
        "n_permutations": n_permutations,
        "seed": seed,
    }
    return assemble(found, sides, (X, Y), same=same, params=params, data=cohort.fingerprint)


def _check(method: str, correction: str, keep: str, n_permutations: int, level: float) -> None:
    for name, value, known in (
        ("method", method, ("spearman", "pearson")),
        ("correction", correction, ("bh",)),
        ("keep", keep, ("all", "significant", "top")),
    ):
        if value not in known:
            raise InputError(f"{name}={value!r} is not known.", wanted=" or ".join(repr(item) for item in known))
    check_whole("n_permutations", n_permutations)
    if n_permutations < 1:
        raise InputError(f"n_permutations={n_permutations}.", wanted="a positive number")
    check_number("level", level)
    if not 0 < level < 1:
        raise InputError(f"level={level} is no level of a test.", wanted="a number between 0 and 1, such as 0.05")


def _matrices(sides: list[Side], aligned: Aligned) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Return both tables and the covariates, rows = patients who are in all of them."""
    patients = aligned.patients
    for side in sides:
        if side.frame is not None:
            patients = patients[patients.isin(side.frame.index)]
    if not len(patients):
        raise DesignError("No patient is in both tables and has all covariates.")
    frames = [(aligned.frames[side.modality] if side.frame is None else side.frame).loc[patients] for side in sides]
    return frames[0], frames[1], aligned.covariates.loc[patients].to_numpy(dtype=float)
