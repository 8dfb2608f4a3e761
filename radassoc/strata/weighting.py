"""``weighted_comparison``: survival of two strata as if they did not differ in the covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.arguments import check_number, names_in
from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError, name_some
from radassoc.base.provenance import provenance
from radassoc.base.results import Family, Result
from radassoc.cohort.align import Aligned, align, check_cohort
from radassoc.exploration._variables import choose_variables
from radassoc.kernels.balance import effective_size, stabilised_weights
from radassoc.kernels.cox_weighted import weighted_cox, weighted_survival
from radassoc.kernels.logit_score import null_model
from radassoc.kernels.product_limit import log_log_limits, product_limit
from radassoc.strata._interaction_levels import sort_out
from radassoc.strata._levels import Levels, read_levels
from radassoc.strata.balance import LIMIT, difference_rows

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["WeightedComparison", "weighted_comparison"]

COLUMNS = (
    "model",
    "stratum_1",
    "stratum_2",
    "hazard_ratio",
    "ci_low",
    "ci_high",
    "estimate",
    "std_error",
    "statistic",
    "p_value",
    "interval",
    "n_patients",
    "n_events",
)
BALANCE_COLUMNS = ("variable", "level", "before", "after", "variable_before", "variable_after", "imbalanced")
WEIGHT_COLUMNS = ("stratum", "n", "effective_n", "mean", "smallest", "largest", "n_truncated")
CURVE_COLUMNS = (
    "model",
    "stratum",
    "time",
    "survival",
    "ci_low",
    "ci_high",
    "at_risk",
    "weighted_at_risk",
    "events",
    "censored",
)
PROPENSITY_COLUMNS = ("covariate", "coefficient", "std_error")
_FEWEST, _FEWEST_EVENTS = 10, 5


@register("weighted_comparison")
@dataclass(frozen=True, eq=False, kw_only=True)
class WeightedComparison(Result):
    """Survival of two strata, as they are and weighted to the same covariates.

    Attributes
    ----------
    table
        ``model`` ``"unweighted"`` and ``"weighted"``: ``hazard_ratio`` of the second stratum against the first with
        interval, ``estimate`` (its logarithm), ``std_error`` (weighted: robust), ``statistic``, ``p_value``.
    balance
        ``variable``, ``level``; signed standardised difference ``before`` and ``after`` weighting, those of the
        variable as a whole, ``imbalanced`` after.
    weights
        By stratum: ``n``, ``effective_n`` (how many patients of equal weight tell as much), ``mean``, ``smallest``,
        ``largest``, ``n_truncated``.
    curves
        Kaplan-Meier estimates by ``model`` and ``stratum``: ``time``, ``survival`` with pointwise ``ci_low`` and
        ``ci_high``, patients ``at_risk`` just before the time and their sum of weights ``weighted_at_risk``, ``events``
        and ``censored`` patients at the time; each stratum begins with time 0.
    propensity
        Coefficients of the logistic model of the second stratum.
    samples
        ``patient``, ``stratum``, ``propensity``, ``weight``.
    unit
        Unit of all times.
    notes
        What a reader must know.
    """

    default_figure: ClassVar[str] = "plot_weighted_curves"

    balance: pd.DataFrame
    weights: pd.DataFrame
    curves: pd.DataFrame
    propensity: pd.DataFrame
    variable: str
    unit: str = ""
    notes: tuple[str, ...] = ()


class _Weights(NamedTuple):
    chance: np.ndarray
    weight: np.ndarray
    truncated: np.ndarray
    propensity: pd.DataFrame


def weighted_comparison(
    cohort: Cohort,
    variable: str,
    covariates: Sequence[str],
    *,
    levels: Sequence[str] | None = None,
    strata: Sequence[str] = (),
    truncate: float | None = None,
    level: float = 0.95,
) -> WeightedComparison:
    """Compare survival of two strata after weighting both to the covariates of all patients.

    The chance to be in the second stratum given the covariates (logistic regression) gives each patient the stabilised
    weight: the share of the own stratum over the chance to be in it. In the weighted patients the covariates of the
    model do not go with the stratum. Null hypothesis: the marginal hazards of the strata are proportional with ratio 1,
    had both the same covariates. What was not measured stays confounded, and a sex is no treatment: the answer is of an
    imagined population in which men and women share the age, IDH status and grade of all.

    Parameters
    ----------
    cohort
        Patients with outcome.
    variable
        The column whose levels are the strata.
    covariates
        What both are weighted to; patients with a missing one are left out.
    levels
        Which two strata, the reference first; needed where there are more.
    strata
        Columns whose levels have their own baseline hazard.
    truncate
        Share at both ends, such as 0.01, beyond which weights are set to that quantile: less variance, less balance.
    level
        Coverage of the intervals, of hazard ratios and of curves.

    Returns
    -------
    WeightedComparison
        ``table``, ``balance``, ``weights``, ``curves``, ``propensity``.

    Raises
    ------
    DesignError
        More than two strata, a stratum with fewer than ten patients or five events, or covariates that tell the strata
        apart, so that nobody of one is comparable with the other.

    Notes
    -----
    Equals R ``glm(binomial)`` and ``coxph(weights, robust = TRUE)`` (Efron's ties) to 1e-6. The curves and their
    intervals equal ``survfit(weights, robust = TRUE, conf.type = "log-log")`` to 1e-8: the standard error is the
    infinitesimal jackknife's, without weights Greenwood's; the interval is missing before the first event and where the
    curve is at zero. Robust intervals take the weights as known, which makes that of the hazard ratio a little too wide
    (Austin 2016). With ``strata`` the hazard ratio is within them, the curves are over all. Standardised differences
    after weighting have weighted means and variances (Austin & Stuart 2015). The hazard ratio is marginal: with the
    covariates in a Cox model it would be another one even without confounding.

    References
    ----------
    Cole SR, Hernan MA (2008) Am J Epidemiol 168:656. doi:10.1093/aje/kwn164
    Austin PC, Stuart EA (2015) Stat Med 34:3661. doi:10.1002/sim.6607
    Austin PC (2016) Stat Med 35:5642. doi:10.1002/sim.7084
    Lin DY, Wei LJ (1989) J Am Stat Assoc 84:1074. doi:10.1080/01621459.1989.10478874

    Examples
    --------
    >>> import radassoc as ra
    >>> from radassoc.strata.weighting import weighted_comparison
    >>> cohort = ra.simulate_cohort(n_patients=120, seed=1).cohort
    >>> weighted_comparison(cohort, "sex", ["age"]).table["model"].tolist()
    ['unweighted', 'weighted']
    """
    check_cohort(cohort)
    _check(truncate, level)
    names = names_in("covariates", covariates)
    layers = names_in("strata", strata)
    if not names:
        raise InputError("No covariate is given.", wanted="what the strata are weighted to, such as ['age']")
    chosen = _two_strata(cohort, variable, levels, (*names, *layers))
    data = align(cohort, values={chosen.name: chosen.labels}, covariates=names, strata=layers, outcome=True)
    labels = data.values[chosen.name]
    sort_out(chosen, labels, data.event, fewest=_FEWEST, fewest_events=_FEWEST_EVENTS)
    second = (labels == chosen.names[1]).to_numpy()
    found = _weights(data, second, truncate, chosen.names)
    told = {"stratum_1": chosen.names[0], "stratum_2": chosen.names[1]}
    one = np.ones(len(second))
    rows = [
        _row(data, second, w, model, level) | told for model, w in (("unweighted", one), ("weighted", found.weight))
    ]
    balanced = _balance(cohort, names, data, second, found.weight)
    weights = _weight_rows(second, found, chosen.names)
    hypothesis = f"survival does not differ by {chosen.name} at the same {', '.join(names)}"
    return WeightedComparison(
        table=tidy(rows, COLUMNS),
        params={"variable": chosen.name, "levels": chosen.names, "covariates": names, "strata": layers}
        | {"truncate": truncate, "level": level},
        provenance=provenance(data=cohort.fingerprint, n_patients=len(second), n_events=_deaths(data)),
        families=(Family(hypothesis=hypothesis, n_tests=1),),
        samples=pd.DataFrame(
            {"patient": data.patients, "stratum": labels.to_numpy(), "propensity": found.chance, "weight": found.weight}
        ),
        balance=balanced,
        weights=weights,
        curves=_curves(data, second, found.weight, chosen.names, level),
        propensity=found.propensity,
        variable=chosen.name,
        unit=cohort.outcome.unit if cohort.outcome is not None else "",
        notes=_notes(data, balanced, weights),
    )


def _two_strata(cohort: Cohort, variable: str, levels: Sequence[str] | None, used: tuple[str, ...]) -> Levels:
    chosen = read_levels(cohort, variable, levels)
    if len(chosen.names) != 2:
        raise DesignError(
            f"{chosen.name!r} has {len(chosen.names)} strata: {name_some(chosen.names, most=8)}.",
            wanted="two strata",
            remedy="Choose two with levels=(first, second).",
        )
    if chosen.name in used:
        raise DesignError(f"{chosen.name!r} is the variable of the strata and a covariate too.", wanted="each once")
    return chosen


def _check(truncate: float | None, level: float) -> None:
    check_number("level", level)
    if not 0 < level < 1:
        raise InputError(f"level={level} is no coverage of an interval.", wanted="a number between 0 and 1")
    if truncate is not None:
        check_number("truncate", truncate)
        if not 0 < truncate < 0.5:
            raise InputError(f"truncate={truncate}.", wanted="a share between 0 and 0.5, such as 0.01")


def _deaths(data: Aligned) -> int:
    assert data.event is not None
    return int(data.event.sum())


def _weights(data: Aligned, second: np.ndarray, truncate: float | None, names: Sequence[str]) -> _Weights:
    Z = data.covariates.to_numpy(dtype=float)
    center, spread = Z.mean(axis=0), Z.std(axis=0)
    design = np.column_stack([np.ones(len(Z)), (Z - center) / spread])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise DesignError(
            f"The covariates {name_some(data.covariate_names, most=8)} are combinations of one another.",
            wanted="covariates that differ",
            remedy="Leave one out.",
        )
    model = null_model(second.astype(float), design)
    chance = second - model.residual
    if model.penalised or min(chance.min(), (1 - chance).min()) < 1e-6:
        raise DesignError(
            f"The covariates tell {names[0]} and {names[1]} apart: some patients have no counterpart.",
            wanted="covariates that overlap",
            remedy="Leave out what defines the strata, or compare within levels of it.",
        )
    information = design.T @ (design * model.weight[:, None])
    covariance = np.linalg.inv(information)
    turn = np.vstack([np.append(1.0, -center / spread), np.column_stack([np.zeros(Z.shape[1]), np.diag(1 / spread)])])
    scores = np.linalg.solve(design.T @ design, design.T @ special.logit(chance))
    coefficients = pd.DataFrame(
        {
            "covariate": ["(intercept)", *data.covariate_names],
            "coefficient": turn @ scores,
            "std_error": np.sqrt(np.diag(turn @ covariance @ turn.T)),
        }
    )
    weight = stabilised_weights(chance, second)
    low, high = (-np.inf, np.inf) if truncate is None else np.quantile(weight, [truncate, 1 - truncate])
    cut = np.clip(weight, low, high)
    return _Weights(chance, cut, cut != weight, tidy(coefficients, PROPENSITY_COLUMNS))


def _row(data: Aligned, second: np.ndarray, w: np.ndarray, model: str, level: float) -> dict[str, Any]:
    assert data.time is not None
    assert data.event is not None
    fit = weighted_cox(second[:, None].astype(float), data.time, data.event, w, strata=data.strata)
    robust = model == "weighted"
    estimate = float(fit.coefficients[0])
    error = float(np.sqrt((fit.robust if robust else fit.covariance)[0, 0]))
    half = special.ndtri((1 + level) / 2) * error
    row = {"model": model, "estimate": estimate, "std_error": error, "statistic": estimate / error}
    row |= {"hazard_ratio": np.exp(estimate), "ci_low": np.exp(estimate - half), "ci_high": np.exp(estimate + half)}
    row |= {"p_value": float(2 * special.ndtr(-abs(estimate / error))), "interval": "robust" if robust else "Wald"}
    return row | {"n_patients": len(second), "n_events": int(data.event.sum())}


def _balance(
    cohort: Cohort, names: Sequence[str], data: Aligned, second: np.ndarray, weight: np.ndarray
) -> pd.DataFrame:
    rows = []
    for variable in choose_variables(cohort, names)[0]:
        values = variable.values.reindex(data.patients)
        before = difference_rows(variable, values, second, np.ones(len(second)))
        after = difference_rows(variable, values, second, weight)
        for a, b in zip(before, after, strict=True):
            row = {"variable": a["variable"], "level": a["level"], "before": a["standardized_difference"]}
            row |= {"after": b["standardized_difference"], "variable_before": a["variable_difference"]}
            rows.append(row | {"variable_after": b["variable_difference"], "imbalanced": b["imbalanced"]})
    return tidy(rows, BALANCE_COLUMNS)


def _weight_rows(second: np.ndarray, found: _Weights, names: Sequence[str]) -> pd.DataFrame:
    rows = []
    for name, inside in zip(names, (~second, second), strict=True):
        w = found.weight[inside]
        row = {"stratum": name, "n": len(w), "effective_n": effective_size(w), "mean": w.mean()}
        row |= {"smallest": w.min(), "largest": w.max(), "n_truncated": int(found.truncated[inside].sum())}
        rows.append(row)
    return tidy(rows, WEIGHT_COLUMNS)


def _curves(data: Aligned, second: np.ndarray, weight: np.ndarray, names: Sequence[str], level: float) -> pd.DataFrame:
    assert data.time is not None
    assert data.event is not None
    frames = []
    for model, w in (("unweighted", np.ones(len(second))), ("weighted", weight)):
        for name, inside in zip(names, (~second, second), strict=True):
            frame = _curve(data.time[inside], data.event[inside], w[inside], level)
            frames.append(frame.assign(model=model, stratum=name))
    return tidy(pd.concat(frames, ignore_index=True), CURVE_COLUMNS)


def _curve(time: np.ndarray, event: np.ndarray, weight: np.ndarray, level: float) -> pd.DataFrame:
    """Return one curve from time 0 on, where everybody is alive and at risk."""
    patients, found = product_limit(time, event), weighted_survival(time, event, weight)
    low, high = log_log_limits(found.survival, found.std_error, special.ndtri((1 + level) / 2))
    curve = pd.DataFrame({"time": found.time, "survival": found.survival, "ci_low": low, "ci_high": high})
    curve = curve.assign(at_risk=patients.at_risk, weighted_at_risk=found.at_risk)
    curve = curve.assign(events=patients.events, censored=patients.censored)
    start = curve.head(1).assign(time=0.0, survival=1.0, ci_low=np.nan, ci_high=np.nan, events=0, censored=0)
    return pd.concat([start, curve], ignore_index=True)


def _notes(data: Aligned, balanced: pd.DataFrame, weights: pd.DataFrame) -> tuple[str, ...]:
    notes = list(data.left_out)
    told = "; ".join(
        f"{row.stratum}: {row.smallest:.2f} to {row.largest:.2f}, {row.n} patients count as {row.effective_n:.0f}"
        for row in weights.itertuples()
    )
    notes.append(f"Stabilised weights ({told}).")
    left = balanced.drop_duplicates("variable")
    left = left[left["imbalanced"]]
    if len(left):
        names = ", ".join(f"{row.variable} ({row.variable_after:.2f})" for row in left.itertuples())
        notes.append(f"Still not balanced after weighting (standardised difference above {LIMIT:g}): {names}.")
    notes.append("What was not measured is not balanced by weights.")
    return tuple(notes)
