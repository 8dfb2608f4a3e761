"""``balance``: in what else the strata differ, before any difference between them is claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError
from radassoc.base.provenance import provenance
from radassoc.base.results import Result
from radassoc.cohort.align import check_cohort
from radassoc.exploration._variables import Variable, choose_variables
from radassoc.exploration.table_one import TableOne, table_one
from radassoc.kernels.balance import mahalanobis, standardised
from radassoc.strata._levels import Levels, read_levels

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Balance", "balance", "difference_rows"]

COLUMNS = (
    "variable",
    "level",
    "stratum_1",
    "stratum_2",
    "n_1",
    "n_2",
    "mean_1",
    "mean_2",
    "sd_1",
    "sd_2",
    "standardized_difference",
    "variable_difference",
    "by_chance",
    "imbalanced",
    "n_missing",
)
#: A larger standardised difference is called an imbalance (Austin 2009).
LIMIT = 0.1


@register("balance")
@dataclass(frozen=True, eq=False, kw_only=True)
class Balance(Result):
    """What differs between strata besides the stratum.

    Attributes
    ----------
    table
        One row per ``variable``, ``level`` (of a category) and stratum compared with the first: ``mean_1``, ``mean_2``
        (of a level its share), ``sd_1``, ``sd_2``, the signed ``standardized_difference`` (2 less 1) of this row;
        ``variable_difference``: of the variable as a whole; ``by_chance``: what the variable's exceeds in
        one of twenty randomised studies of these sizes; ``imbalanced``: the variable's is above 0.1; ``n_missing``
        patients without a value.
    table_one
        The same patients as a table for the paper, see ``table_one``.
    variable
        What the strata are strata of.
    notes
        What is not balanced, in sentences.
    """

    default_figure: ClassVar[str] = "plot_balance"

    table_one: TableOne
    variable: str
    notes: tuple[str, ...] = ()


def balance(
    cohort: Cohort,
    variable: str,
    variables: Sequence[str] | None = None,
    *,
    levels: Sequence[str] | None = None,
) -> Balance:
    """Describe in what else the strata differ: Table 1 by stratum with standardised differences.

    A difference between men and women is a difference by sex only as far as they do not differ in age, IDH status or
    grade. The standardised difference is that of two means over the root of their mean variance, whatever n; above 0.1
    it is called an imbalance (Austin 2009). In small strata chance alone makes larger ones, which confound all the
    same: ``by_chance`` tells how large.

    Parameters
    ----------
    cohort
        The patients; to look at those of an analysis, take the others out with ``cohort.subset`` first.
    variable
        The column whose levels are the strata.
    variables
        Columns to compare; by default all clinical ones but outcome, identifiers and dates, see ``table_one``. A
        reference such as ``"radiomics:VOLUME_WT"`` is one too.
    levels
        Which strata, the reference first; by default all, sorted.

    Returns
    -------
    Balance
        ``table``, ``table_one``, ``notes``.

    Raises
    ------
    DesignError
        Fewer than two strata, a continuous variable, or no other variable to compare.

    Notes
    -----
    Equals the formulas of R's tableone and smd packages: of a number ``(m2 - m1) / sqrt((s1^2 + s2^2) / 2)``, of an
    indicator with p (1 - p), of several levels the Mahalanobis distance of Yang & Dalton (2012), to 1e-10. Missing
    values stay out and are counted. ``ra.strata.weighted_comparison`` takes measured imbalance out.

    References
    ----------
    Austin PC (2009) Stat Med 28:3083. doi:10.1002/sim.3697
    Yang D, Dalton JE (2012) SAS Global Forum 335.

    Examples
    --------
    >>> import radassoc as ra
    >>> from radassoc.strata.balance import balance
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> balance(cohort, "sex", ["age"]).table[["variable", "stratum_1", "stratum_2"]].values.tolist()
    [['age', 'female', 'male']]
    """
    check_cohort(cohort)
    chosen = read_levels(cohort, variable, levels)
    asked = None if variables is None else (variables,) if isinstance(variables, str) else tuple(variables)
    if asked is not None and chosen.name in asked:
        raise DesignError(f"{chosen.name!r} is the variable of the strata itself.", remedy="Leave it out.")
    compared = [item for item in choose_variables(cohort, asked)[0] if item.name != chosen.name]
    if not compared:
        raise DesignError("There is no variable to compare.", wanted="clinical columns besides the strata")
    rows = [row for item in compared for row in _rows(item, chosen)]
    table = tidy(rows, COLUMNS)
    known = chosen.labels
    return Balance(
        table=table,
        params={"variable": chosen.name, "levels": chosen.names, "variables": tuple(item.name for item in compared)},
        provenance=provenance(data=cohort.fingerprint, n_patients=len(known), n_variables=len(compared)),
        table_one=table_one(cohort, asked or [item.name for item in compared], groups=known.rename(chosen.name)),
        variable=chosen.name,
        notes=_notes(table, chosen),
    )


def _rows(variable: Variable, levels: Levels) -> list[dict[str, Any]]:
    values = variable.values.reindex(levels.labels.index)
    known = values.notna().to_numpy()
    rows = []
    for other in levels.names[1:]:
        inside = levels.labels.isin([levels.names[0], other]).to_numpy()
        part = inside & known
        second = (levels.labels[part] == other).to_numpy()
        told = {"stratum_1": levels.names[0], "stratum_2": other, "n_missing": int((inside & ~known).sum())}
        told |= {"n_1": int((~second).sum()), "n_2": int(second.sum())}
        found = difference_rows(variable, values[part], second, np.ones(int(part.sum())))
        told["by_chance"] = _by_chance(second, max(len(found) - 1, 1))
        rows += [row | told for row in found]
    return rows


def difference_rows(variable: Variable, values: pd.Series, second: np.ndarray, w: np.ndarray) -> list[dict[str, Any]]:
    """Return the rows of one variable, complete, between two groups of weighted patients."""
    if variable.kind == "numeric":
        x = values.to_numpy(dtype=float)
        whole = standardised(x, w, second, binary=False)
        return [_described(variable.name, "", x, second, w, whole, whole, spread=True)]
    levels = [level for level in variable.levels if (values == level).any()]
    T = np.column_stack([(values == level).to_numpy() for level in levels]) if levels else np.empty((len(values), 0))
    whole = mahalanobis(T, w, second)
    return [
        _described(variable.name, str(level), x, second, w, standardised(x, w, second, binary=True), whole)
        for level, x in zip(levels, T.astype(float).T, strict=True)
    ]


def _described(
    name: str,
    level: str,
    x: np.ndarray,
    second: np.ndarray,
    w: np.ndarray,
    own: float,
    whole: float,
    *,
    spread: bool = False,
) -> dict[str, Any]:
    row: dict[str, Any] = {"variable": name, "level": level, "standardized_difference": own}
    row |= {"variable_difference": abs(whole), "imbalanced": bool(abs(whole) > LIMIT)}
    for end, inside in (("_1", ~second), ("_2", second)):
        n = int(inside.sum())
        row[f"mean{end}"] = float(np.average(x[inside], weights=w[inside])) if n else np.nan
        row[f"sd{end}"] = float(x[inside].std(ddof=1)) if spread and n > 1 else np.nan
    return row


def _by_chance(second: np.ndarray, df: int) -> float:
    """Return what a variable's standardised difference exceeds in one of twenty randomised studies."""
    n1, n2 = int((~second).sum()), int(second.sum())
    return float(np.sqrt(special.chdtri(df, 0.05) * (1 / n1 + 1 / n2))) if n1 and n2 else np.nan


def _notes(table: pd.DataFrame, levels: Levels) -> tuple[str, ...]:
    notes = []
    for other, part in table.groupby("stratum_2", sort=False):
        worst = part.drop_duplicates("variable").sort_values("variable_difference", ascending=False)
        worst = worst[worst["imbalanced"]]
        if len(worst):
            told = ", ".join(f"{row.variable} ({row.variable_difference:.2f})" for row in worst.head(5).itertuples())
            notes.append(
                f"{levels.names[0]} and {other} are not balanced in {told}: a difference between them may be one of "
                "these. Adjust for them, with effects that differ by stratum, or weight."
            )
    if levels.n_missing:
        notes.append(f"{levels.n_missing} patients have no {levels.name} and are left out.")
    return tuple(notes)
