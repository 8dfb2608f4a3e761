"""Which scan answers a map: correlations, the tests of classes, survival, repeated samples; whole or the strongest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd

from radassoc.association._columns import CONTINUOUS, Columns
from radassoc.association._found import MOST_ROWS, Asked, Found, found_in_large, found_in_scan
from radassoc.association._groups import Tables, varying
from radassoc.association._inputs import MEASURED, Inputs, columns_of, refuse_text, two_values
from radassoc.association._pair_scan import PairScan
from radassoc.association._pairing import all_continuous, pairing_notes, scan_pairs, small_classes
from radassoc.association._repeats import Repeats, Scale, repeats_notes, scan_repeats
from radassoc.association._scan import scan
from radassoc.association._survival_scan import scan_survival
from radassoc.association._where import Where
from radassoc.base.errors import DesignError, InputError

__all__ = ["Question", "question_of"]

_SCALES: Mapping[str, Scale] = {"spearman": "rank", "pearson": "standardized", "linear": "raw"}


@dataclass(frozen=True)
class Question:
    """What is asked of which columns.

    Attributes
    ----------
    inputs, asked
        The tables; method, correction and so on.
    left, right
        Their columns by what they hold; the right is None where it is the outcome.
    large
        Too many pairs to keep them all.
    repeats
        How samples of one patient are handled.
    """

    inputs: Inputs
    asked: Asked
    left: Columns
    right: Columns | None
    large: bool
    repeats: str
    where: Where

    @property
    def correlations(self) -> bool:
        """Whether every pair is a correlation over patients."""
        return self.inputs.codes is None and self.right is not None and all_continuous(self.left, self.right)

    def tables(self, Z: np.ndarray) -> Tables:
        """Return both tables as numbers, with these covariates."""
        assert self.right is not None
        ranked = self.asked.settings.ranked
        return Tables(self.left.values, self.right.values, Z, ranked, same=self.inputs.same)

    def answer(self, *, adjusted: bool = True) -> Found:
        """Return the pairs, given the covariates or without them."""
        Z = self.inputs.Z if adjusted else self.inputs.Z[:, :0]
        if self.large:
            return found_in_large(self.tables(Z), self.asked, self.where)
        if self.correlations:
            tables = self.tables(Z)
            found = scan(tables, self.asked.method, self.asked.settings)
            return found_in_scan(found, tables, self.asked, same=tables.same)
        return found_in_scan(self._scan(Z), None, self.asked, same=self.inputs.same)

    def _scan(self, Z: np.ndarray) -> PairScan:
        inputs, settings = self.inputs, self.asked.settings
        if inputs.outcome is not None:
            return scan_survival(self.left, *inputs.outcome, Z, np.zeros(len(Z), dtype=np.int64), settings)
        assert self.right is not None
        if inputs.codes is not None:
            how, scale = cast(Repeats, self.repeats), _SCALES[self.asked.method]
            return scan_repeats(self.left, self.right, Z, inputs.codes, how=how, scale=scale, settings=settings)
        answer = scan_pairs(self.left, self.right, Z, settings)
        i, j = self.left.where(CONTINUOUS), self.right.where(CONTINUOUS)
        if i.size and j.size:
            tables = Tables(self.left.values[:, i], self.right.values[:, j], Z, settings.ranked)
            answer.put_scan(i, j, scan(tables, self.asked.method, settings), turned=False)
        return answer

    def notes(self, found: Found) -> tuple[str, ...]:
        """Tell how the columns were read and which tests they got."""
        told = [*self.inputs.notes, *self.left.notes, *(self.right.notes if self.right else ())]
        if self.inputs.codes is not None:
            how, scale = cast(Repeats, self.repeats), _SCALES[self.asked.method]
            told += repeats_notes(found.values, how, self.asked.settings, scale)
        elif self.inputs.outcome is not None:
            told.append(
                "Cox score tests of each column; the estimate is the log hazard ratio, of numbers that of a standard "
                "deviation."
            )
        elif not self.correlations and not self.large:
            told += pairing_notes(found.values, self.asked.settings, adjusted=self.inputs.Z.shape[1] > 0)
        return tuple(told)

    def tested(self, found: Found, which: str) -> np.ndarray:
        """Tell which columns of a side are in any tested pair."""
        columns = self.left if which == "left" else self.right
        assert columns is not None
        if self.large:  # not every pair is here: all columns that vary given the covariates
            return varying(self.tables(self.inputs.Z), which)
        answer = np.zeros(columns.kinds.size, dtype=bool)
        told = np.isfinite(found.values.p)
        answer[(found.i if which == "left" else found.j)[told]] = True
        if self.inputs.same:  # each pair has one side
            answer[found.j[told]] = True
        return answer

    def small(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return the columns, left and right, that have classes of too few patients."""
        if self.large or self.inputs.codes is not None:
            return {}, {}
        return small_classes(self.left), small_classes(self.right) if self.right is not None else {}


def question_of(inputs: Inputs, asked: Asked, repeats: str, where: Where) -> Question:
    """Look at the columns and choose the scan.

    Raises
    ------
    DesignError
        A correction or a size that the scan of these columns does not have.
    """
    survival = inputs.outcome is not None
    n_right = 1 if survival else inputs.right.shape[1]
    large = inputs.left.shape[1] * n_right > MOST_ROWS
    names = [side.modality or f"the {which} frame" for side, which in zip(inputs.sides, ("left", "right"), strict=True)]
    if large and (survival or inputs.codes is not None):
        raise DesignError(
            f"{inputs.left.shape[1]} x {n_right} pairs are too many for tests of "
            f"{'survival' if survival else 'several samples of a patient'} (at most {MOST_ROWS}).",
            remedy="Take fewer columns" + ("." if survival else ', or repeats="average".'),
        )
    read = []
    for frame, what in zip((inputs.left, inputs.right), names, strict=True):
        if large:
            refuse_text(frame, what)
            read.append(_numbers(frame, what))
        else:
            classes = asked.settings.ranked and what not in MEASURED
            read.append(columns_of(frame, what, classes=classes))
    question = Question(inputs, asked, read[0], None if survival else read[1], large, repeats, where)
    if asked.correction == "max_statistic" and not question.correlations:
        raise InputError(
            'correction="max_statistic" permutes correlations.',
            wanted="columns of numbers, one row a patient" + ("" if survival else "; these hold classes or repeats"),
            remedy='correction="by" holds under any dependence.',
        )
    return question


def _numbers(frame: pd.DataFrame, what: str) -> Columns:
    classes = int(two_values(frame).sum())
    note = f"{what}: {classes} columns of two values were read as numbers: the map has more than {MOST_ROWS} pairs."
    values = frame.to_numpy(dtype=float, na_value=np.nan)
    kinds = np.full(frame.shape[1], CONTINUOUS, dtype=object)
    return Columns(values, frame.columns, kinds, notes=(note,) if classes else ())
