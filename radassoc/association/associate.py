"""Every column of one table against every column of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from radassoc.association._scan import FEW_PATIENTS, FEWEST_OUTSIDE, Scan, largest_tie, scan
from radassoc.association._sides import Side, dropped_rows, read_side
from radassoc.association.result import DROPPED_COLUMNS, VALUE_COLUMNS, AssociationMap
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.kernels.correction import benjamini_hochberg, permutations_needed

if TYPE_CHECKING:
    from radassoc.cohort.align import Aligned
    from radassoc.cohort.cohort import Cohort

__all__ = ["associate"]

#: Rows of ``keep="top"``.
TOP = 100
#: Columns that are expected to take few values.
_CODED = frozenset({"marker", "other_marker"})


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
    from radassoc.cohort.align import align

    _check(method, correction, keep, n_permutations)
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
    p = np.where(np.triu(np.ones(found.p.shape, dtype=bool), 1), found.p, np.nan) if same else found.p
    adjusted = benjamini_hochberg(p)
    kind = f"partial_{method}" if covariates else method
    names = (sides[0].name, sides[1].name)
    table = _table(found, p, adjusted, X.columns, Y.columns, names, kind, _kept(p, found, adjusted, keep, level))
    n_tests = int(np.isfinite(p).sum())
    tested = np.isfinite(found.p)
    dropped = dropped_rows("left", X, tested.any(axis=1))
    if not same:
        dropped += dropped_rows("right", Y, tested.any(axis=0))
    wide = {"index": X.columns.rename(names[0]), "columns": Y.columns.rename(names[1])}
    return AssociationMap(
        table=table,
        left_name=names[0],
        right_name=names[1],
        estimates=pd.DataFrame(found.estimate, **wide),
        adjusted=pd.DataFrame(np.where(np.isnan(adjusted), adjusted.T, adjusted) if same else adjusted, **wide),
        left_info=sides[0].info.reindex(X.columns),
        right_info=sides[1].info.reindex(Y.columns),
        dropped=tidy(dropped, DROPPED_COLUMNS),
        notes=(*_notes(sides, found, n_tests, n_permutations, level), *_tie_notes(sides, (X, Y))),
        status="ok" if n_tests else "not_estimable",
        reason="" if n_tests else "no pair varies in enough patients",
        families=(_family(sides, covariates, n_tests),),
        params={
            "left": left if isinstance(left, str) else "frame",
            "right": right if isinstance(right, str) else "frame",
            "method": method,
            "covariates": covariates,
            "correction": correction,
            "keep": keep,
            "level": level,
            "n_permutations": n_permutations,
        },
        provenance=provenance(data=cohort.fingerprint, seed=seed, n_patients=len(X), n_tests=n_tests),
    )


def _check(method: str, correction: str, keep: str, n_permutations: int) -> None:
    for name, value, known in (
        ("method", method, ("spearman", "pearson")),
        ("correction", correction, ("bh",)),
        ("keep", keep, ("all", "significant", "top")),
    ):
        if value not in known:
            raise InputError(f"{name}={value!r} is not known.", wanted=" or ".join(repr(item) for item in known))
    if n_permutations < 1:
        raise InputError(f"n_permutations={n_permutations}.", wanted="a positive number")


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


def _kept(p: np.ndarray, found: Scan, adjusted: np.ndarray, keep: str, level: float) -> np.ndarray:
    """Return flat positions of the rows to keep, smallest p first; pairs that could not be tested come last."""
    flat = p.ravel()
    # log10 tells apart what underflows in p; NaN sorts last
    order = np.argsort(np.where(np.isnan(flat), np.nan, found.log10_p.ravel()), kind="stable")
    if keep == "significant":
        return order[adjusted.ravel()[order] < level]
    return order[:TOP] if keep == "top" else order


def _table(
    found: Scan,
    p: np.ndarray,
    adjusted: np.ndarray,
    left: pd.Index,
    right: pd.Index,
    names: tuple[str, str],
    kind: str,
    kept: np.ndarray,
) -> pd.DataFrame:
    i, j = np.unravel_index(kept, p.shape)
    frame = pd.DataFrame(
        {
            names[0]: left.astype(str).to_numpy()[i],
            names[1]: right.astype(str).to_numpy()[j],
            "estimate": found.estimate[i, j],
            "estimate_kind": kind,
            "n": found.n[i, j],
            "statistic": found.statistic[i, j],
            "p_value": p[i, j],
            "log10_p": found.log10_p[i, j],
            "p_adjusted": adjusted[i, j],
            "p_value_from": np.where(found.permuted[i, j], "permutation", "t"),
        }
    )
    return tidy(frame, [*names, *VALUE_COLUMNS])


def _notes(sides: list[Side], found: Scan, n_tests: int, n_permutations: int, level: float) -> tuple[str, ...]:
    told = [note for side in sides for note in side.notes]
    permuted = int(found.permuted.sum())
    if permuted:
        told.append(
            f"{permuted} pairs have fewer than {FEW_PATIENTS} patients, or fewer than {FEWEST_OUTSIDE} who differ from "
            f"the most common value: their p-values come from {n_permutations} permutations."
        )
        if n_permutations < permutations_needed(n_tests, level):
            told.append(
                f"{n_permutations} permutations are too few for Benjamini-Hochberg to find one of {n_tests} tests "
                f"alone: that takes {permutations_needed(n_tests, level)}."
            )
    return tuple(dict.fromkeys(told))


def _tie_notes(sides: list[Side], frames: tuple[pd.DataFrame, pd.DataFrame]) -> tuple[str, ...]:
    """Name columns of measurements that are one value in most patients: what they tell may be how they were made."""
    told = []
    for side, frame in zip(sides, frames, strict=True):
        X = frame.to_numpy(dtype=float)
        most = largest_tie(X)
        # a constant column is told among those that were dropped
        tied = (most > len(X) / 2) & (most < len(X)) & (side.name not in _CODED)
        if tied.any():
            told.append(
                f"{tied.sum()} of {X.shape[1]} columns of {side.modality or 'the frame'} have one value in more than "
                f"half of the patients (first: {name_some(frame.columns[tied])}); for genes that are not expressed, an "
                "association can reflect how batches were scaled."
            )
    return tuple(dict.fromkeys(told))


def _family(sides: list[Side], covariates: tuple[str, ...], n_tests: int) -> Family:
    given = f" given {', '.join(covariates)}" if covariates else ""
    tables = " and ".join(side.modality or "the given frame" for side in sides)
    return Family(
        hypothesis=f"No association of any pair of {tables}{given}", n_tests=n_tests, correction="Benjamini-Hochberg"
    )
