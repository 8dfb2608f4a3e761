"""``fit_cutpoint``: where a score parts low from high risk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from radassoc.base.apparent import refuse_apparent
from radassoc.base.arguments import check_number
from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Fit
from radassoc.cohort.align import check_cohort
from radassoc.survival._predict import training_overlap
from radassoc.survival.groups import RiskGroups, Source, make_groups, parts_of, patient_values
from radassoc.survival.score import RiskScore
from radassoc.survival.validation import RiskValidation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Cutpoint", "RiskGroups", "fit_cutpoint", "median_cut"]

COLUMNS = ("method", "cut", "learned_from", "n_patients", "n_low", "n_high")


@register("cutpoint")
@dataclass(frozen=True, eq=False, kw_only=True)
class Cutpoint(Fit):
    """A frozen cut: patients whose score is above it are at high risk.

    Attributes
    ----------
    table
        ``method``, ``cut``, ``learned_from`` ("out_of_fold", "test", "clinical", "given"), ``n_patients``, ``n_low``
        and ``n_high`` of the patients that it was learned from.
    cut
        Missing where the score is empty or constant.
    score
        The risk score that belongs to the cut, where there is one.
    column
        The cohort's column that is cut, where it is one.
    """

    cut: float = np.nan
    score: RiskScore | None = None
    column: str = ""

    def predict(
        self, cohort: Cohort, *, score: RiskScore | pd.Series | str | None = None, apparent: bool = False
    ) -> RiskGroups:
        """Return the groups of a cohort's patients.

        Parameters
        ----------
        cohort
            New patients, or exactly the training patients of the score.
        score
            Needed only where the cut was learned from a Series or a validation: the values of these patients.
        apparent
            Training patients are grouped by their out-of-fold scores. True groups them by the score that was fitted on
            them; such groups are labelled ``"training"`` and get no p-value.

        Returns
        -------
        RiskGroups
            ``source`` is ``"test"`` for patients who took no part in the training.

        Raises
        ------
        DesignError
            ``apparent=True`` for patients none of whom took part in the training.
        """
        values, source = _values(cohort, self._subject(score), apparent=apparent)
        group = pd.Series(None, index=values.index, dtype=object)
        if np.isfinite(self.cut):
            group = pd.Series(np.where(values > self.cut, "high", "low"), index=values.index, dtype=object)
        samples = pd.DataFrame(
            {"patient": values.index.to_numpy(dtype=object), "score": values.to_numpy(), "group": group.to_numpy()}
        )
        subject = self.score if score is None else score
        return make_groups(
            cohort,
            samples,
            source=source,
            score_of=parts_of(subject.params) if isinstance(subject, RiskScore) else "",
            cut=self.cut,
            reason=self.reason,
            params={"apparent": apparent},
        )

    def _subject(self, score: RiskScore | pd.Series | str | None) -> RiskScore | pd.Series | str:
        if score is not None:
            return score
        if self.score is not None:
            return self.score
        if self.column:
            return self.column
        raise InputError(
            "This cut was learned from values that it does not keep.",
            wanted="the values of the patients to be grouped",
            remedy="Call .predict(cohort, score=...).",
        )


def fit_cutpoint(
    cohort: Cohort,
    score: RiskScore | RiskValidation | pd.Series | str,
    *,
    method: Literal["median", "value"] = "median",
    value: float | None = None,
) -> Cutpoint:
    """Learn the cut that parts low from high risk.

    No outcome is looked at. On its own training patients a fitted score is cut at the median of their out-of-fold
    scores, because the fitted scores are too spread there. A cut always lies between two distinct scores; a score above
    it is ``"high"``. Where the median is itself a score, its patients are ``"low"`` unless the other way parts the
    patients more evenly.

    Parameters
    ----------
    cohort
        The patients from whom the cut is learned.
    score
        A fitted risk score, a validation (its out-of-fold scores), a patient-indexed Series, or a column of the cohort.
    method
        ``"median"``, or ``"value"``: the cut given as ``value``, such as one from a publication.
    value
        The cut of ``method="value"``.

    Returns
    -------
    Cutpoint
        ``.predict(cohort)`` gives the groups. An empty or constant score gives no cut: status ``"no_signal"``.

    Raises
    ------
    DesignError
        No patient has the score, or only some of the score's training patients are in the cohort.
    InputError
        ``value`` without ``method="value"``, or the reverse.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> cut = ra.fit_cutpoint(cohort, "age")
    >>> groups = cut.predict(cohort)
    >>> groups.source
    'clinical'
    """
    check_cohort(cohort)
    _check_method(method, value)
    values, source = _values(cohort, score, apparent=False)
    empty = isinstance(score, (RiskScore, RiskValidation)) and score.status == "no_signal"
    cut = np.nan if empty else median_cut(values.to_numpy()) if value is None else float(value)
    nothing = bool(np.isnan(cut))
    high = int((values > cut).sum())
    row = {
        "method": method,
        "cut": cut,
        "learned_from": source,
        "n_patients": len(values),
        "n_low": 0 if nothing else len(values) - high,
        "n_high": high,
    }
    return Cutpoint(
        table=tidy([row], COLUMNS).astype({"cut": float, "n_low": int, "n_high": int}),
        status="no_signal" if nothing else "ok",
        reason="the score is empty or constant: it parts nobody" if nothing else "",
        params={"method": method, "value": value},
        provenance=provenance(data=cohort.fingerprint, n_patients=len(values)),
        cut=cut,
        score=score if isinstance(score, RiskScore) else None,
        column=score if isinstance(score, str) else "",
    )


def median_cut(values: np.ndarray) -> float:
    """Return the cut between two distinct values that is nearest to the median; missing where all are equal.

    Examples
    --------
    >>> median_cut(np.array([1.0, 2.0, 3.0, 4.0])), median_cut(np.array([0.0, 0.0, 0.0, 1.0]))
    (2.5, 0.5)
    """
    levels, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    if levels.size < 2:
        return float("nan")
    # the most even split; of two equally even ones the higher, which leaves the median among the low
    low = np.cumsum(counts)[:-1]
    uneven = np.abs(2 * low - counts.sum())
    best = np.flatnonzero(uneven == uneven.min())[-1]
    lower, upper = float(levels[best]), float(levels[best + 1])
    middle = lower + (upper - lower) / 2
    return middle if middle < upper else lower


def _check_method(method: str, value: float | None) -> None:
    if method not in ("median", "value"):
        raise InputError(f"method={method!r} is no way to cut a score.", wanted="'median' or 'value'")
    if (method == "value") != (value is not None):
        raise InputError(f"method={method!r} with value={value}.", wanted="a value with method='value', and only there")
    if value is not None:
        check_number("value", value)
        if not np.isfinite(value):
            raise InputError(f"value={value} is no cut.", wanted="a finite number")


def _values(
    cohort: Cohort, score: RiskScore | RiskValidation | pd.Series | str, *, apparent: bool
) -> tuple[pd.Series, Source]:
    """Return the finite scores of the cohort's patients, and where they come from."""
    values, source = _scores(cohort, score, apparent=apparent)
    try:
        values = values.astype(float)
    except (TypeError, ValueError) as error:
        raise InputError(f"{values.name!r} is no score: it holds text.", wanted="one number per patient") from error
    if values.index.has_duplicates:
        raise InputError("The score names a patient twice.", wanted="one value per patient")
    values = values[values.index.isin(cohort.patients)]
    values = values[np.isfinite(values)]
    if values.empty:
        raise DesignError("No patient of the cohort has the score.", wanted="values indexed by the cohort's patients")
    return values, source


def _scores(cohort: Cohort, score: Any, *, apparent: bool) -> tuple[pd.Series, Source]:
    if isinstance(score, RiskScore):
        return _risk_scores(cohort, score, apparent=apparent)
    if apparent:
        raise InputError("apparent=True has a meaning only for a fitted risk score.")
    if isinstance(score, str):
        return cohort.column(score), "clinical"
    if isinstance(score, RiskValidation):
        return patient_values(score, "score").set_index("patient")["score"], "out_of_fold"
    if isinstance(score, pd.Series):
        refuse_apparent(score)
        return score, "given"
    raise InputError(
        f"A {type(score).__name__} is no score.",
        wanted="a RiskScore, a RiskValidation, a patient-indexed Series or a column of the cohort",
    )


def _risk_scores(cohort: Cohort, score: RiskScore, *, apparent: bool) -> tuple[pd.Series, Source]:
    ours = training_overlap(score, cohort.patients)
    if apparent:
        if not ours.any():
            raise DesignError("No patient of the cohort trained the score.", remedy="Leave apparent=True out.")
        values = score.predict(cohort)
        return values[values.index.isin(cohort.patients[ours])], "training"
    if ours.any():
        return score.out_of_fold(cohort), "out_of_fold"
    return score.predict(cohort), "test"
