"""How many patients a survival model needs for its candidate parameters, by the criteria of Riley et al."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from radassoc.base.arguments import check_number, check_whole
from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import ClinicalError, DesignError, InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Result

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["SampleSize", "expected_shrinkage", "sample_size"]

COLUMNS = (
    "criterion",
    "n_patients",
    "n_events",
    "events_per_parameter",
    "shrinkage",
    "n_parameters",
    "r_squared",
    "max_r_squared",
    "nagelkerke",
)
_SHARE = 0.15  # of the largest possible R2: the authors' advice where nothing is known


class _Design(NamedTuple):
    """``rate``: events per unit of time; ``follow_up``: mean; ``timepoint``: of the overall risk, same unit."""

    n_parameters: int
    rate: float
    follow_up: float
    timepoint: float
    r_squared: float
    max_r_squared: float

    @property
    def events_per_patient(self) -> float:
        return self.rate * self.follow_up


@register("sample_size")
@dataclass(frozen=True, eq=False, kw_only=True)
class SampleSize(Result):
    """Least number of patients for a survival prediction model.

    Attributes
    ----------
    table
        One row per ``criterion`` ("shrinkage", "optimism", "overall risk", "all"): ``n_patients`` and ``n_events`` that
        it asks for, ``events_per_parameter``, the ``shrinkage`` expected with so many, ``n_parameters``, the
        anticipated ``r_squared`` (Cox-Snell), the largest possible one and their ratio (``nagelkerke``).
    reason
        In words: what is needed, and whether this cohort has it. ``status`` is ``"ok"`` also where it has not.
    n_required, n_events_required
        Of the row "all".
    n_affordable
        The largest number of candidate parameters for which the cohort is large enough; missing without a cohort.
    """

    n_required: int
    n_events_required: int
    n_affordable: float = np.nan


def expected_shrinkage(statistic: float, df: float) -> float:
    """Return the uniform shrinkage that a fitted model is expected to need: ``1 - df / LR``.

    Equals ``1 + df / (n log(1 - R2))`` with the apparent Cox-Snell R2. Missing for a model without improvement.

    References
    ----------
    van Houwelingen & le Cessie 1990, Stat Med 9:1303, doi:10.1002/sim.4780091109.
    """
    return 1.0 - df / statistic if np.isfinite(statistic) and statistic > 0 else float("nan")


def sample_size(
    cohort: Cohort | None = None,
    *,
    n_candidates: int,
    timepoint: float,
    event_rate: float | None = None,
    mean_follow_up: float | None = None,
    r_squared: float | None = None,
    shrinkage: float = 0.9,
    optimism: float = 0.05,
    margin: float = 0.05,
) -> SampleSize:
    """Compute how many patients a survival model with so many candidate parameters needs.

    Three criteria (Riley et al. 2019, 2020), of which the largest counts: the expected uniform shrinkage is at least
    ``shrinkage``; apparent and adjusted Nagelkerke R2 differ by at most ``optimism``; the overall risk at ``timepoint``
    (exponential survival) is known within ``margin`` on either side of its 95% interval. Candidate parameters are all
    that are *looked at*: in radiomics every feature before selection. The criteria were derived for unpenalised models;
    penalisation does not repeal them (Riley et al. 2021).

    Parameters
    ----------
    cohort
        Takes event rate and mean follow-up from its outcome, and tells whether it is large enough. None: from numbers.
    n_candidates
        Candidate parameters: one per number, levels - 1 per category.
    timepoint
        Time at which the risk is to be predicted, in the unit of the cohort or of ``event_rate``.
    event_rate
        Events per patient and unit of time; needed without a cohort.
    mean_follow_up
        Mean time at risk; needed without a cohort.
    r_squared
        Anticipated Cox-Snell R2 of the new model, adjusted for optimism, from an earlier study. By default 15% of the
        largest possible value.
    shrinkage, optimism, margin
        Thresholds of the criteria.

    Returns
    -------
    SampleSize

    Raises
    ------
    InputError
        A number out of its range, or one that is missing without a cohort.
    DesignError
        The cohort has no event.

    Notes
    -----
    Equals R ``pmsampsize(type = "s")`` for shrinkage and optimism exactly (5,143 patients in its example). That program
    does not search for the third criterion but prints the interval at the larger of the first two; here it has its own
    least number.

    References
    ----------
    Riley et al. 2019, Stat Med 38:1276, doi:10.1002/sim.7992.
    Riley et al. 2020, BMJ 368:m441, doi:10.1136/bmj.m441.
    Riley et al. 2021, J Clin Epidemiol 132:88, doi:10.1016/j.jclinepi.2020.12.005.

    Examples
    --------
    >>> needed = sample_size(
    ...     n_candidates=30, timepoint=2, event_rate=0.065, mean_follow_up=2.07, r_squared=0.051
    ... )
    >>> needed.n_required, round(float(needed.table["events_per_parameter"].iloc[-1]), 2)
    (5143, 23.07)
    """
    _check_thresholds(n_candidates, shrinkage, optimism, margin)
    observed = _of_cohort(cohort)
    rate = _given("event_rate", event_rate, observed)
    follow_up = _given("mean_follow_up", mean_follow_up, observed)
    _check_positive("timepoint", timepoint)
    largest = _max_r_squared(rate * follow_up)
    expected = _SHARE * largest if r_squared is None else _checked_r_squared(r_squared, largest, shrinkage)
    design = _Design(int(n_candidates), rate, follow_up, float(timepoint), expected, largest)
    needs = _needs(design, shrinkage, optimism, margin)
    rows = [_row(name, n, design) for name, n in {**needs, "all": max(needs.values())}.items()]
    n_required, n_events = rows[-1]["n_patients"], rows[-1]["n_events"]
    affordable = _affordable(design, observed, (shrinkage, optimism, margin))
    return SampleSize(
        table=tidy(rows, COLUMNS),
        reason=_told(design, rows[-1], max(needs, key=lambda name: needs[name]), observed, affordable),
        params={
            "n_candidates": int(n_candidates),
            "timepoint": float(timepoint),
            "event_rate": rate,
            "mean_follow_up": follow_up,
            "r_squared": expected,
            "r_squared_rule": "15% of the largest possible" if r_squared is None else "given",
            "shrinkage": shrinkage,
            "optimism": optimism,
            "margin": margin,
        },
        provenance=_origin(cohort, observed),
        n_required=n_required,
        n_events_required=n_events,
        n_affordable=affordable,
    )


def _origin(cohort: Cohort | None, observed: Mapping[str, float]) -> Mapping[str, Any]:
    if cohort is None:
        return provenance()
    return provenance(
        data=cohort.fingerprint, n_patients=int(observed["n_patients"]), n_events=int(observed["n_events"])
    )


# ---- the three criteria
def _needs(design: _Design, shrinkage: float, optimism: float, margin: float) -> dict[str, int]:
    r2, largest = design.r_squared, design.max_r_squared
    return {
        "shrinkage": _least(design.n_parameters, r2, shrinkage),
        "optimism": _least(design.n_parameters, r2, r2 / (r2 + optimism * largest)),
        "overall risk": _precise(design, margin),
    }


def _least(n_parameters: int, r_squared: float, shrinkage: float) -> int:
    return int(np.ceil(n_parameters / ((shrinkage - 1) * np.log1p(-r_squared / shrinkage))))


def _max_r_squared(events_per_patient: float) -> float:
    """Return the Cox-Snell R2 of a perfect model: 1 - exp(2 l0 / n), with l0 = E log(E / n) - E."""
    return float(-np.expm1(2 * events_per_patient * (np.log(events_per_patient) - 1)))


def _precise(design: _Design, margin: float) -> int:
    """Return the least n whose interval of the risk at the time point reaches no further than ``margin``."""
    risk = -np.expm1(-design.rate * design.timepoint)

    def reach(n: int) -> float:
        half = 1.96 * np.sqrt(design.rate / (design.follow_up * n))
        ends = -np.expm1(-np.maximum(design.rate + np.array([-half, half]), 0.0) * design.timepoint)
        return float(np.abs(ends - risk).max())

    low, high = 1, 1
    while reach(high) > margin:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if reach(middle) > margin else (low, middle)
    return high


def _row(criterion: str, n: int, design: _Design) -> dict[str, Any]:
    n_events = n * design.events_per_patient
    return {
        "criterion": criterion,
        "n_patients": n,
        "n_events": int(np.ceil(n_events)),
        "events_per_parameter": n_events / design.n_parameters,
        "shrinkage": _shrinkage_with(n, design),
        "n_parameters": design.n_parameters,
        "r_squared": design.r_squared,
        "max_r_squared": design.max_r_squared,
        "nagelkerke": design.r_squared / design.max_r_squared,
    }


def _shrinkage_with(n: int, design: _Design) -> float:
    """Return the shrinkage S expected with n patients: the root of n (S - 1) log(1 - R2 / S) = parameters."""
    low, high = design.r_squared, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        need = design.n_parameters / ((middle - 1) * np.log1p(-design.r_squared / middle))
        low, high = (middle, high) if need < n else (low, middle)
    return high


def _affordable(design: _Design, observed: Mapping[str, float], thresholds: tuple[float, float, float]) -> float:
    """Return for how many parameters the patients at hand suffice (needs grow in proportion to their number)."""
    if not observed:
        return float("nan")
    one = _needs(design._replace(n_parameters=1), *thresholds)
    if one["overall risk"] > observed["n_patients"]:
        return 0.0
    r2 = design.r_squared
    share = max(
        1 / ((s - 1) * np.log1p(-r2 / s)) for s in (thresholds[0], r2 / (r2 + thresholds[1] * design.max_r_squared))
    )
    return float(np.floor(observed["n_patients"] / share))


# ---- what is given
def _of_cohort(cohort: Cohort | None) -> dict[str, float]:
    if cohort is None:
        return {}
    from radassoc.cohort.align import check_cohort

    check_cohort(cohort)
    if cohort.outcome is None:
        raise ClinicalError(
            "The cohort has no outcome.", wanted="time and event", remedy="cohort.with_outcome(time, event, unit=...)"
        )
    table = cohort.outcome.table
    n_events, follow_up = int(table["event"].sum()), float(table["time"].mean())
    if n_events == 0:
        raise DesignError(f"None of {len(table)} patients has an event.", wanted="events, or event_rate as a number")
    return {
        "n_patients": len(table),
        "n_events": n_events,
        "event_rate": n_events / float(table["time"].sum()),
        "mean_follow_up": follow_up,
    }


def _given(name: str, value: float | None, observed: Mapping[str, float]) -> float:
    if value is None:
        if name not in observed:
            raise InputError(f"{name} is not given.", wanted=f"a cohort, or {name} as a number")
        return observed[name]
    _check_positive(name, value)
    return float(value)


def _check_positive(name: str, value: Any) -> None:
    check_number(name, value)
    if not (np.isfinite(value) and value > 0):
        raise InputError(f"{name}={value} is out of range.", wanted="a number above 0")


def _check_thresholds(n_candidates: int, shrinkage: float, optimism: float, margin: float) -> None:
    check_whole("n_candidates", n_candidates)
    if n_candidates < 1:
        raise InputError(f"n_candidates={n_candidates} is no number of parameters.", wanted="1 or more")
    for name, value in (("shrinkage", shrinkage), ("optimism", optimism), ("margin", margin)):
        check_number(name, value)
        if not 0 < value < 1:
            raise InputError(f"{name}={value} is out of range.", wanted="a number between 0 and 1")


def _checked_r_squared(value: float, largest: float, shrinkage: float) -> float:
    check_number("r_squared", value)
    if not 0 < value < min(largest, shrinkage):
        raise InputError(
            f"r_squared={value} is out of range.",
            wanted=f"a Cox-Snell R2 above 0 and below {min(largest, shrinkage):.3f}, the largest possible here",
        )
    return float(value)


def _told(
    design: _Design, row: Mapping[str, Any], hardest: str, observed: Mapping[str, float], affordable: float
) -> str:
    needed = (
        f"{design.n_parameters} candidate parameters need {row['n_patients']} patients with {row['n_events']} events "
        f"({row['events_per_parameter']:.1f} each; criterion: {hardest})"
    )
    if not observed:
        return needed
    n, n_events = int(observed["n_patients"]), int(observed["n_events"])
    enough = "enough" if n >= row["n_patients"] else f"enough for {affordable:.0f} candidate parameters"
    if affordable == 0:
        enough = "not enough, not even for the overall risk or one parameter"
    return f"{needed}; this cohort has {n} with {n_events}: {enough}"
