"""From the pairs found to the result: tables, family of tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from radassoc.association._answers import Question
from radassoc.association._columns import Columns
from radassoc.association._correct import CORRECTIONS
from radassoc.association._distribution import distribution, quantiles
from radassoc.association._found import Found
from radassoc.association._notes import notes_of
from radassoc.association._sides import Side, dropped_rows
from radassoc.association._stream import named
from radassoc.association._wide import wide_frames
from radassoc.association.result import DROPPED_COLUMNS, VALUE_COLUMNS, AssociationMap
from radassoc.base.columns import tidy
from radassoc.base.provenance import provenance
from radassoc.base.results import Family, Status

__all__ = ["TOP", "assemble", "names_of"]

#: Rows of ``keep="top"``.
TOP = 100


def names_of(question: Question) -> tuple[pd.Index, pd.Index]:
    """Return the names of the left and right columns, under what a column is called."""
    inputs = question.inputs
    right = inputs.sides[1].info.index if question.right is None else inputs.right.columns
    return inputs.left.columns.rename(inputs.sides[0].name), right.rename(inputs.sides[1].name)


def assemble(
    question: Question,
    found: Found,
    *,
    keep: str,
    full_matrix: bool,
    changes: Mapping[str, pd.DataFrame],
    told: tuple[str, ...],
    params: Mapping[str, Any],
    data: str,
) -> AssociationMap:
    """Return the result; ``changes`` holds its frames on adjustment, ``told`` further notes."""
    inputs, level = question.inputs, question.asked.level
    left, right = names_of(question)
    # log10 tells apart what underflows in p; NaN sorts last
    order = np.argsort(np.where(np.isnan(found.values.p), np.nan, found.values.log10_p), kind="stable")
    significant = int((found.p_adjusted < level).sum())
    kept = order[found.p_adjusted[order] < level] if keep == "significant" else order[:TOP] if keep == "top" else order
    estimates, adjusted = wide_frames(
        question, found, kept if len(kept) else order[:TOP], (left, right), full=full_matrix
    )
    status, reason = _status(found, significant, level)
    n_patients = len(inputs.left) if inputs.codes is None else int(inputs.codes.max()) + 1
    return AssociationMap(
        table=_table(found, kept, left, right),
        left_name=inputs.sides[0].name,
        right_name=inputs.sides[1].name,
        estimates=estimates,
        adjusted=adjusted,
        left_info=_info(inputs.sides[0], left, question.left),
        right_info=_info(inputs.sides[1], right, question.right),
        dropped=tidy(_dropped(question, found), DROPPED_COLUMNS),
        distribution=distribution(found),
        quantiles=quantiles(found),
        **changes,
        n_significant=significant,
        notes=notes_of(question, found, significant, order, told),
        status=status,
        reason=reason,
        families=(_family(question, params["covariates"], found.n_tests),),
        params=params,
        provenance=provenance(data=data, seed=params["seed"], n_patients=n_patients, n_tests=found.n_tests),
    )


def _info(side: Side, names: pd.Index, columns: Columns | None) -> pd.DataFrame:
    """Return what is known of all columns of a side, and as what they were read."""
    info = side.info.reindex(names.rename(None))
    return info.assign(column_kind="outcome" if columns is None else columns.kinds)


def _status(found: Found, significant: int, level: float) -> tuple[Status, str]:
    if not found.n_tests:
        return "not_estimable", "no pair varies in enough patients"
    return ("ok", "") if significant else ("no_signal", f"no pair has an adjusted p-value below {level:g}")


def _table(found: Found, kept: np.ndarray, left: pd.Index, right: pd.Index) -> pd.DataFrame:
    columns = {name: values[kept] for name, values in named(found.values, found.p_adjusted).items()}
    names = {
        left.name: left.astype(str).to_numpy()[found.i[kept]],
        right.name: right.astype(str).to_numpy()[found.j[kept]],
    }
    return tidy(pd.DataFrame(names | columns), [str(left.name), str(right.name), *VALUE_COLUMNS])


def _dropped(question: Question, found: Found) -> list[dict[str, Any]]:
    """Tell of the columns that were not tested; those of one table against itself once."""
    inputs, rows = question.inputs, []
    small = question.small()
    for which, frame, reasons in (("left", inputs.left, small[0]), ("right", inputs.right, small[1])):
        if frame.shape[1] and not (which == "right" and inputs.same):
            tested = question.tested(found, which)
            rows += dropped_rows(
                which, frame, tested, reasons, rows_are="patients" if inputs.codes is None else "samples"
            )
    return rows


def _family(question: Question, covariates: tuple[str, ...], n_tests: int) -> Family:
    given = f" given {', '.join(covariates)}" if covariates else ""
    left, right = (side.modality or "the given frame" for side in question.inputs.sides)
    pairs = f"any column of {left} with survival" if question.right is None else f"any pair of {left} and {right}"
    return Family(
        hypothesis=f"No association of {pairs}{given}",
        n_tests=n_tests,
        correction=CORRECTIONS[question.asked.correction],
    )
