"""The answer about one pair of columns, with what a picture of it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import pandas as pd

from radassoc.association.result import VALUE_COLUMNS
from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.results import Result

__all__ = ["CLASS_COLUMNS", "FIT_COLUMNS", "SAMPLE_COLUMNS", "VALUE_COLUMNS", "PairAssociation"]

FIT_COLUMNS = ("x", "estimate", "ci_low", "ci_high")
CLASS_COLUMNS = ("left_class", "right_class", "n", "median", "q25", "q75")
SAMPLE_COLUMNS = ("patient", "sample", "left_value", "right_value", "left_shown", "right_shown", "color")


@register("pair_association")
@dataclass(frozen=True, eq=False, kw_only=True)
class PairAssociation(Result):
    """One column against one other.

    Attributes
    ----------
    table
        One row, in the columns of ``AssociationMap.table``. ``p_adjusted`` is that of the map from which the pair was
        chosen; missing without it.
    samples
        One row per patient or sample: ``patient``, ``sample``, the values as measured (``left_value``,
        ``right_value``), as the estimate sees them (``left_shown``, ``right_shown``: ranks for a rank correlation, less
        what the covariates explain) and ``color``. Not saved unless asked for.
    fit
        The line of two columns of numbers on the scale of ``left_shown`` and ``right_shown``: ``x``, ``estimate`` and
        the 95% band ``ci_low``, ``ci_high``. Over patients the band is that of the mean; over samples of patients it
        turns the line within the interval of its slope. Missing where p is not that of a model.
    classes
        Where a column holds classes: patients or samples per class (``left_class``, ``right_class``: empty for a column
        of numbers), with median and quartiles of the numbers.
    left, right
        Names of the columns.
    left_kind, right_kind
        ``"continuous"``, ``"binary"`` or ``"categorical"``.
    scale
        ``"ranks"`` or ``"values"``: what the estimate is computed from.
    notes
        Everything else a reader should know, in sentences.
    """

    default_figure: ClassVar[str] = "plot_pair"

    left_name: str
    right_name: str
    left: str
    right: str
    left_kind: str
    right_kind: str
    scale: str
    fit: pd.DataFrame = field(default_factory=partial(tidy, (), FIT_COLUMNS))
    classes: pd.DataFrame = field(default_factory=partial(tidy, (), CLASS_COLUMNS))
    notes: tuple[str, ...] = ()
