"""What a reader should know of a map, in sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from radassoc.association._answers import Question
from radassoc.association._columns import CONTINUOUS
from radassoc.association._found import Found
from radassoc.association._groups import FEW_PATIENTS, FEWEST_OUTSIDE
from radassoc.association._max_statistic import flips_signs
from radassoc.base.errors import name_some
from radassoc.kernels.correction import permutations_needed
from radassoc.kernels.correlation import majority

__all__ = ["notes_of"]

#: Columns that are expected to take few values.
_CODED = frozenset({"marker", "other_marker"})
_POWER = 0.8


def notes_of(
    question: Question, found: Found, significant: int, order: np.ndarray, told: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the notes, each once; ``order`` sorts the pairs by p."""
    notes = [
        *question.notes(found),
        *told,
        *_size(question, found, significant),
        *_permutations(question, found),
        *_correction(question, found, significant),
        *_null(question, found, significant, order),
        *_ties(question),
    ]
    return tuple(dict.fromkeys(notes))


def _size(question: Question, found: Found, significant: int) -> list[str]:
    if not question.large:
        return []
    notes = [
        f"All {found.n_tests} pairs were counted in single precision, and the {len(found.i)} strongest answered in "
        f"double; p_adjusted is exact below {question.asked.level:g}, above it up to one bin of the count too large."
    ]
    if not found.complete:
        told = f"More pairs may be significant than the {significant} that are kept, the strongest"
        notes.append(f"{told}; stream= has all.")
    return notes


def _permutations(question: Question, found: Found) -> list[str]:
    settings = question.asked.settings
    notes = []
    count = int((found.values.p_value_from == "permutation").sum())
    if count and question.correlations:
        notes.append(
            f"{count} pairs have fewer than {FEW_PATIENTS} patients, or fewer than {FEWEST_OUTSIDE} who differ from "
            f"the most common value: their p-values come from {settings.n_permutations} permutations, and they have no "
            "interval."
        )
    needed = permutations_needed(found.n_tests, question.asked.level) if found.n_tests else 0
    if count and settings.n_permutations < needed and question.asked.correction != "max_statistic":
        notes.append(
            f"{settings.n_permutations} permutations are too few for Benjamini-Hochberg to find one of {found.n_tests} "
            f"tests alone: that takes {needed}."
        )
    return notes


def _correction(question: Question, found: Found, significant: int) -> list[str]:
    correction = question.asked.correction
    notes = []
    if correction == "storey":
        notes.append(f"Storey's estimate of the share of pairs without association: {found.pi0:.3g}.")
    if correction == "max_statistic" and (found.values.p_value_from == "permutation").any():
        notes.append("Pairs whose t is not trusted took no part in the largest statistic: their adjusted p-value is 1.")
    if correction == "max_statistic":
        how = "permuted cohorts"
        if flips_signs(ranked=question.asked.settings.ranked, n_covariates=question.inputs.Z.shape[1]):
            how = "cohorts whose rank residuals change sign at random (permuting would even out their spread)"
        notes.append(f"Familywise error by the largest statistic of {question.asked.n_largest} {how}.")
    if correction in ("bh", "storey", "two_level") and significant > 10:
        notes.append(
            "The false discovery rate is kept on average over studies; where columns correlate, false hits come in "
            'clumps: most studies have none, a few have many. correction="max_statistic" controls the chance of any.'
        )
    return notes


def _null(question: Question, found: Found, significant: int, order: np.ndarray) -> list[str]:
    """Word a map without a finding: the strongest estimate with its interval, and what would have been found."""
    if significant or not found.n_tests or not question.correlations or question.right is None:
        return []
    first, values = order[0], found.values
    low, high = values.ci_low[first], values.ci_high[first]
    interval = f", 95% interval {low:.2g} to {high:.2g}" if np.isfinite(low) else ""
    pair = f"{question.left.names[found.i[first]]} with {question.right.names[found.j[first]]}"
    note = f"No evidence of association: the strongest, {pair}, is {values.estimate[first]:.2g}{interval}"
    df = float(np.nanmax(values.df))
    z = special.ndtri(1 - question.asked.level / (2 * found.n_tests)) + special.ndtri(_POWER)
    detectable = np.tanh(z / np.sqrt(df - 1))
    return [
        f"{note} (chosen among {found.n_tests}, so too far from 0). A correlation of {detectable:.2g} would have been "
        f"found alone among them with a power of {_POWER:.0%}."
    ]


def _ties(question: Question) -> list[str]:
    """Name columns of measurements that are one value in most patients: what they tell may be how they were made."""
    told = []
    inputs = question.inputs
    for side, columns in ((inputs.sides[0], question.left), (inputs.sides[1], question.right)):
        if columns is None or side.name in _CODED:
            continue
        X = columns.values
        most = np.where(columns.kinds == CONTINUOUS, majority(X), 0)
        tied = (most > 0) & (most < len(X))  # a constant column is told among those that were dropped
        if tied.any():
            told.append(
                f"{tied.sum()} of {X.shape[1]} columns of {side.modality or 'the frame'} have one value in more than "
                f"half of the patients (first: {name_some(pd.Index(columns.names)[tied])}); for genes that are not "
                "expressed, an association can reflect how batches were scaled."
            )
    return told
