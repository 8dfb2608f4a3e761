"""``table_one``: who the patients are, as a whole and by group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.base.provenance import provenance
from radassoc.base.results import Family, Status
from radassoc.cohort.align import check_cohort
from radassoc.exploration._compare import compare, difference
from radassoc.exploration._describe import level_rows, number_rows, outcome_rows
from radassoc.exploration._groups import Groups, find_groups
from radassoc.exploration._variables import choose_variables
from radassoc.exploration._wide import widen
from radassoc.exploration.results import SKIPPED_COLUMNS, TABLE_COLUMNS, TableOne
from radassoc.kernels.correction import benjamini_hochberg

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["TableOne", "table_one"]

_APPARENT = "apparent groups: the score was fitted on the outcome of these same patients"
_NO_RERUN = (
    "the groups were learned from the outcome of these patients, and clinical variables share in that outcome: a "
    "p-value needs reruns of the pipeline"
)


def table_one(cohort: Cohort, variables: Sequence[str] | None = None, *, groups: Any = None) -> TableOne:
    """Describe the patients: median, quartiles, mean and SD of numbers, counts of levels, missing values.

    With groups each variable is compared between them. Null hypothesis: the variable has the same distribution in all
    groups. Numbers: Mann-Whitney test (exact up to 8 patients in a group without ties, otherwise normal with continuity
    correction), Kruskal-Wallis for more than two groups. Categories: Pearson's chi-square without continuity
    correction, or Fisher's exact test where an expected count is below 5. Missing values stay out of the tests and
    percentages, and are counted. The standardised difference tells how large a difference is, whatever n.

    Risk groups of a score on its own training patients were learned from outcomes in which clinical variables share.
    Their p-values come from the reruns of a validation (the same statistic on the rerun's groups), and are missing
    without them.

    Parameters
    ----------
    cohort
        The patients.
    variables
        Column references. By default all clinical columns but the outcome, identifiers, dates, columns without
        variation and text with more than 15 levels; ``.skipped`` lists these. Whole numbers with at most five values,
        such as a stage, count as categories.
    groups
        A column reference, a patient-indexed Series, risk groups or a validation; at most ten groups. Patients without
        a group are left out and counted.

    Returns
    -------
    TableOne
        ``.table`` (tidy), ``.wide`` (text, for reports), ``.skipped``.

    Raises
    ------
    DesignError
        More than ten groups, or no patient with a group.
    IdentifierError
        A column that the cohort does not have.

    Notes
    -----
    Equals R's ``wilcox.test``, ``kruskal.test``, ``chisq.test(correct=FALSE)`` and ``fisher.test`` to 1e-7; tables with
    more than two levels and more than two groups and small counts use 9,999 random tables instead. The standardised
    difference of two groups is that of Austin (2009); of categories with several levels that of Yang & Dalton (2012);
    with more groups the largest between any two. Follow-up is the median of the reverse Kaplan-Meier estimate.

    References
    ----------
    Austin 2009, Stat Med 28:3083, doi:10.1002/sim.3697.
    Yang & Dalton 2012, SAS Global Forum 335.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> list(ra.table_one(cohort, ["age"], groups="sex").wide["level"])
    ['median (IQR)', 'mean (SD)']
    """
    check_cohort(cohort)
    chosen, skipped = choose_variables(cohort, variables)
    found = None if groups is None else find_groups(cohort, groups)
    if isinstance(groups, str) and variables is None:
        told = [{"variable": v.name, "reason": "the groups"} for v in chosen if v.name == groups]
        skipped = tidy([*skipped.to_dict("records"), *told], SKIPPED_COLUMNS)
        chosen = [v for v in chosen if v.name != groups]
    patients = cohort.patients if found is None or found.codes.empty else _grouped(cohort, found)
    codes = None if found is None or found.codes.empty else found.codes.reindex(patients).to_numpy(dtype=int)
    columns = _columns(found, codes, len(patients))
    rows: list[dict[str, Any]] = outcome_rows(cohort, patients, columns) if variables is None else []
    for variable in chosen:
        values = variable.values.reindex(patients)
        verdict: dict[str, Any] = {}
        if codes is not None and found is not None:
            test = compare(variable, values, codes, found)
            verdict = {"test": test.name, "statistic": test.statistic, "p_value": test.p_value}
            verdict["standardized_difference"] = difference(variable, values, codes, len(found.labels))
        describe = number_rows if variable.kind == "numeric" else level_rows
        rows += [{**row, **verdict} for row in describe(variable, values, columns)]
    return _labelled(cohort, rows, columns, found, skipped, len(patients))


def _grouped(cohort: Cohort, found: Groups) -> pd.Index:
    return cohort.patients[cohort.patients.isin(found.codes.index)]


def _columns(found: Groups | None, codes: np.ndarray | None, n: int) -> list[tuple[str, np.ndarray]]:
    """Return the columns of the table: name and who belongs to it."""
    columns = [("all", np.ones(n, dtype=bool))]
    if found is not None and codes is not None:
        columns += [(label, codes == code) for code, label in enumerate(found.labels)]
    return columns


# ---- the result
def _labelled(
    cohort: Cohort,
    rows: list[dict[str, Any]],
    columns: list[tuple[str, np.ndarray]],
    found: Groups | None,
    skipped: pd.DataFrame,
    n: int,
) -> TableOne:
    table = tidy(rows, TABLE_COLUMNS).astype({"count": float})
    tests = table.drop_duplicates("variable").set_index("variable")["p_value"]
    adjusted = pd.Series(benjamini_hochberg(tests.to_numpy()), index=tests.index)
    table["p_adjusted"] = table["variable"].map(adjusted).astype(float)
    n_tests = int(tests.notna().sum())
    reason, notes = _p_reason(found), []
    if n_tests:
        notes.append(f"p-values of {n_tests} tests; p_adjusted holds their Benjamini-Hochberg correction.")
    if found is not None and (lost := len(cohort.patients) - n):
        notes.append(f"{lost} patients without a group are left out.")
    if reason:
        notes.append(f"{reason[0].upper()}{reason[1:]}.")
    nothing = found is not None and found.codes.empty
    status: Status = "no_signal" if nothing else "ok"
    family = Family(hypothesis="a variable has the same distribution in all groups", n_tests=n_tests, correction="bh")
    return TableOne(
        table=table,
        status=status,
        reason=(found.reason or "the score gives no groups") if nothing and found is not None else "",
        params={"groups": "" if found is None else found.name},
        provenance=provenance(data=cohort.fingerprint, n_patients=n, n_variables=table["variable"].nunique()),
        families=(family,) if n_tests else (),
        wide=widen(table, [(name, int(inside.sum())) for name, inside in columns]),
        skipped=skipped,
        groups="" if found is None else found.name,
        source="" if found is None else found.source,
        p_reason=reason,
        notes=tuple(notes),
    )


def _p_reason(found: Groups | None) -> str:
    if found is None or found.source not in ("out_of_fold", "training"):
        return ""
    if found.source == "training":
        return _APPARENT
    if found.null_codes is None:
        return _NO_RERUN
    return f"p-values come from {found.null_codes.shape[1]} reruns of the pipeline with imaging permuted"
