"""``fit_cutpoint``: where a score parts low from high risk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd

from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Fit
from radassoc.cohort.align import check_cohort
from radassoc.survival._cut_arguments import CutPlan, plan_cuts
from radassoc.survival._cut_histogram import HISTOGRAM_COLUMNS, cut_histogram
from radassoc.survival._cuts import group_codes, group_labels, quantile_cuts
from radassoc.survival._score_values import score_values
from radassoc.survival.groups import RiskGroups, make_groups, parts_of
from radassoc.survival.maxstat import MaxstatMethod, MaxstatResult, searched
from radassoc.survival.score import RiskScore
from radassoc.survival.training import hash_patients, make_salt
from radassoc.survival.validation import RiskValidation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Cutpoint", "RiskGroups", "fit_cutpoint"]

COLUMNS = ("method", "cut", "learned_from", "n_patients", "n_low", "n_high", "statistic", "p_value", "reason")


@register("cutpoint")
@dataclass(frozen=True, eq=False, kw_only=True)
class Cutpoint(Fit):
    """Frozen cuts: patients whose score is above one are in the higher group.

    Attributes
    ----------
    table
        One row a cut: ``method``, ``cut``, ``learned_from`` ("out_of_fold", "test", "clinical", "given"),
        ``n_patients``, ``n_low`` and ``n_high`` (at most and above the cut) of the patients that it was learned from;
        of ``"maxstat"`` also ``statistic`` and ``p_value``, or ``reason`` why p is missing.
    cuts
        In increasing order; none where the score is empty or constant.
    cut
        The cut where there is one only; missing otherwise.
    labels
        The groups from low to high.
    search
        What ``maxstat`` found, for ``method="maxstat"``.
    histogram
        ``left``, ``right``, ``group``, ``n_patients``, ``n_events`` of bins of the scores that the cuts were learned
        from.
    score
        The risk score that belongs to the cut, where there is one.
    column
        The cohort's column that is cut, where it is one.
    learned_on, salt
        Salted hashes of the patients whose outcome chose the cut; empty where no outcome was looked at.
    """

    default_figure: ClassVar[str] = "plot_cutpoint"

    cuts: tuple[float, ...] = ()
    labels: tuple[str, ...] = ("low", "high")
    search: MaxstatResult | None = None
    histogram: pd.DataFrame = field(default_factory=lambda: tidy([], HISTOGRAM_COLUMNS))
    score: RiskScore | None = None
    column: str = ""
    learned_on: tuple[str, ...] = field(default=(), repr=False)
    salt: str = ""

    @property
    def cut(self) -> float:
        """Return the only cut; missing where there is none, or several."""
        return self.cuts[0] if len(self.cuts) == 1 else np.nan

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
            ``source`` is ``"test"`` for patients who took no part in the training; ``optimised`` where the cut was
            chosen by the outcome of any of these patients.

        Raises
        ------
        DesignError
            ``apparent=True`` for patients none of whom took part in the training.
        """
        subject = self._subject(score)
        values, source = score_values(cohort, subject, apparent=apparent)
        codes = group_codes(values.to_numpy(), np.array(self.cuts))
        names = np.array([*self.labels, None], dtype=object)
        group = names[np.where(np.isnan(codes), len(self.labels), codes).astype(int)]
        samples = pd.DataFrame(
            {"patient": values.index.to_numpy(dtype=object), "score": values.to_numpy(), "group": group}
        )
        seen, same = self._seen(values.index)
        return make_groups(
            cohort,
            samples,
            source=source,
            score_of=parts_of(subject.params) if isinstance(subject, RiskScore) else "",
            labels=self.labels,
            cuts=self.cuts,
            cut_method=str(self.params["method"]),
            optimised=seen,
            searched=self._searched() if same and not apparent else {},
            reason=self.reason,
            params={"apparent": apparent},
        )

    def _seen(self, patients: pd.Index) -> tuple[bool, bool]:
        """Tell whether the outcome of any of these patients chose the cut, and whether it was exactly theirs."""
        learned = set(self.learned_on)
        ours = hash_patients(patients, self.salt) if learned else []
        return any(code in learned for code in ours), bool(learned) and learned <= set(ours)

    def _searched(self) -> dict[str, Any]:
        found = self.search
        if found is None:
            return {}
        return {"statistic": found.statistic, "p_value": found.p_value, "method": found.p_method}

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
    method: Literal["median", "quantiles", "maxstat", "value"] = "median",
    value: float | Sequence[float] | None = None,
    n_groups: int | None = None,
    min_share: float | None = None,
    p_method: MaxstatMethod = "auto",
    n_resamples: int = 9999,
    seed: int = 0,
) -> Cutpoint:
    """Learn the cut, or the cuts, that part low from high risk.

    On its own training patients a fitted score is cut by their out-of-fold scores, because the fitted scores are too
    spread there. A cut always lies between two distinct scores; a score above it is in the higher group. Only
    ``"maxstat"`` looks at the outcome.

    Parameters
    ----------
    cohort
        The patients from whom the cut is learned.
    score
        A fitted risk score, a validation (its out-of-fold scores), a patient-indexed Series, or a column of the cohort.
    method
        ``"median"``: two groups of equal size; where the median is itself a score, its patients are ``"low"`` unless
        the other way parts the patients more evenly. ``"quantiles"``: ``n_groups`` groups of equal size, as far as ties
        allow. ``"maxstat"``: the cut with the largest log-rank statistic (see ``maxstat``). ``"value"``: the cuts given
        as ``value``, such as those of a publication.
    value
        One cut or several increasing ones, for ``method="value"``.
    n_groups
        Groups of ``method="quantiles"``, 2 to 10; by default 3. They are named low and high, low, intermediate and
        high, or Q1 to Qk.
    min_share
        Least share of patients on either side of a cut of ``"maxstat"``; by default 0.1.
    p_method, n_resamples, seed
        How ``"maxstat"`` gets its corrected p-value. A score that was learned from the outcome of the other patients of
        this cohort has none, because the correction for the search does not cover the learning: a p-value needs reruns
        of the whole pipeline (``validate_risk_score`` with ``cut="maxstat"``).

    Returns
    -------
    Cutpoint
        ``.predict(cohort)`` gives the groups. An empty or constant score gives no cut: status ``"no_signal"``.

    Raises
    ------
    DesignError
        No patient has the score, or only some of the score's training patients are in the cohort.
    InputError
        A keyword of another method, no numbers as ``value``, or too many groups.

    Notes
    -----
    Groups by a cut of ``"maxstat"`` on the same patients carry this with them: ``compare_survival`` labels their hazard
    ratio as biased, gives no interval, and the corrected p in place of the log-rank test's own.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> groups = ra.fit_cutpoint(cohort, "age").predict(cohort)
    >>> groups.source
    'clinical'
    >>> ra.fit_cutpoint(cohort, "age", method="quantiles", n_groups=3).labels
    ('low', 'intermediate', 'high')
    """
    check_cohort(cohort)
    plan = plan_cuts(method, value, n_groups, min_share)
    values, source = score_values(cohort, score)
    told: dict[str, Any] = {
        "params": {"method": method, "value": value, "n_groups": plan.n_groups, "min_share": plan.min_share},
        "score": score if isinstance(score, RiskScore) else None,
        "column": score if isinstance(score, str) else "",
        "labels": group_labels(plan.n_groups),
    }
    empty = isinstance(score, (RiskScore, RiskValidation)) and score.status == "no_signal"
    search = None
    if method == "maxstat" and not empty:
        search = searched(
            cohort,
            values,
            source,
            min_share=plan.min_share,
            p_method=p_method,
            n_resamples=n_resamples,
            seed=seed,
        )
        salt = make_salt(cohort.fingerprint, seed)
        told |= {"search": search, "salt": salt, "learned_on": _learned_on(cohort, values, salt) if search.cuts else ()}
        told["params"] |= {"p_method": p_method, "n_resamples": n_resamples, "seed": seed}
    cuts = () if empty else _cuts(plan, values.to_numpy(), search)
    return _cutpoint(cohort, values, str(source), plan, cuts, told)


def _cuts(plan: CutPlan, values: np.ndarray, search: MaxstatResult | None) -> tuple[float, ...]:
    if search is not None:
        return search.cuts
    if plan.given:
        return plan.given
    return tuple(float(cut) for cut in quantile_cuts(values, plan.n_groups))


def _learned_on(cohort: Cohort, values: pd.Series, salt: str) -> tuple[str, ...]:
    assert cohort.outcome is not None
    patients = values.index[values.index.isin(cohort.outcome.table.index)]
    return tuple(sorted(hash_patients(patients, salt)))


def _cutpoint(
    cohort: Cohort, values: pd.Series, source: str, plan: CutPlan, cuts: tuple[float, ...], told: dict[str, Any]
) -> Cutpoint:
    search: MaxstatResult | None = told.get("search")
    base = {"method": plan.method, "learned_from": source, "n_patients": len(values), "cut": np.nan}
    base |= {"n_low": 0, "n_high": 0, "statistic": np.nan, "p_value": np.nan, "reason": ""}
    if search is not None:
        base |= {"statistic": search.statistic, "p_value": search.p_value, "reason": search.reason}
    rows = [
        base | {"cut": cut, "n_low": int((values <= cut).sum()), "n_high": int((values > cut).sum())} for cut in cuts
    ]
    codes = group_codes(values.to_numpy(), np.array(cuts))
    return Cutpoint(
        table=tidy(rows or [base], COLUMNS),
        status="ok" if cuts else "no_signal",
        reason="" if cuts else _why_none(plan, values, search),
        provenance=provenance(data=cohort.fingerprint, n_patients=len(values)),
        cuts=cuts,
        histogram=cut_histogram(values.to_numpy(), codes, _events(cohort, values), told["labels"], cuts),
        **told,
    )


def _why_none(plan: CutPlan, values: pd.Series, search: MaxstatResult | None) -> str:
    levels = values.nunique()
    if levels > 1 and search is not None:
        return search.reason
    if 1 < levels < plan.n_groups:
        return f"the score has {levels} distinct values only: it makes no {plan.n_groups} groups"
    return "the score is empty or constant: it parts nobody"


def _events(cohort: Cohort, values: pd.Series) -> np.ndarray:
    if cohort.outcome is None:
        return np.zeros(len(values), dtype=bool)
    return cohort.outcome.event.reindex(values.index).fillna(False).to_numpy(dtype=bool)
