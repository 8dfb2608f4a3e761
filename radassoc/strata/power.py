"""``detectable_interaction``: the difference between strata that a cohort could have seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.arguments import check_choice, check_number, check_whole
from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Result
from radassoc.cohort.align import align, check_cohort
from radassoc.strata._interaction_inputs import FEWEST, FEWEST_EVENTS
from radassoc.strata._interaction_levels import sort_out
from radassoc.strata._levels import read_levels

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["DetectableInteraction", "detectable_interaction"]

COLUMNS = (
    "stratum_1",
    "stratum_2",
    "n_1",
    "n_2",
    "n_events_1",
    "n_events_2",
    "std_error",
    "df",
    "detectable",
    "estimate_kind",
    "hazard_ratio",
)
CURVE_COLUMNS = ("stratum_1", "stratum_2", "effect", "hazard_ratio", "power")
_STEPS = 60


@register("detectable_interaction")
@dataclass(frozen=True, eq=False, kw_only=True)
class DetectableInteraction(Result):
    """What difference between strata a cohort of this size finds.

    Attributes
    ----------
    table
        One row per stratum that is compared with the first: ``n_1``, ``n_2``, events, the expected ``std_error`` of the
        difference and its ``df``, ``detectable`` (difference of two log hazard ratios per standard deviation, or of two
        slopes in standard deviations) and, of survival, ``hazard_ratio``: the ratio of the hazard ratios.
    curve
        ``power`` by ``effect``, of survival also by ``hazard_ratio``.
    strata
        ``stratum``, ``n``, ``n_events``, ``status``, ``reason``.
    notes
        The answer in a sentence.
    """

    curve: pd.DataFrame = field(default_factory=pd.DataFrame)
    strata: pd.DataFrame = field(default_factory=pd.DataFrame)
    notes: tuple[str, ...] = ()


def detectable_interaction(
    cohort: Cohort,
    variable: str,
    *,
    kind: Literal["survival", "association"] = "survival",
    levels: Sequence[str] | None = None,
    covariates: Sequence[str] = (),
    explained: float = 0.0,
    n_tests: int = 1,
    level: float = 0.05,
    power: float = 0.8,
) -> DetectableInteraction:
    """Tell which difference of effects between strata a cohort could have found.

    With ``d`` events in a stratum, a feature of standard deviation 1 there of which the covariates explain the share
    ``explained``, the variance of its log hazard ratio is about ``1 / (d (1 - explained))``; that of a difference
    between strata is the sum. A slope between two columns of standard deviation 1 has about ``1 / ((df + 1) (1 -
    explained))``. The difference that is found with a power is ``(t + z) x standard error``, t the quantile of the
    test's level and z that of the power. An interaction needs some four times the patients of a main effect of the same
    size.

    Parameters
    ----------
    cohort, variable, levels, covariates
        As in ``interactions``. The patients are those with everything known; a table that not all have is asked by
        ``cohort.subset`` first.
    kind
        ``"survival"`` or ``"association"``.
    explained
        Share of a feature's variance that covariates (or features beside it) explain, from 0 to below 1.
    n_tests
        How many features or pairs are tested: the answer is the difference found alone among so many by
        Benjamini-Hochberg, at ``level / n_tests``.
    level, power
        Of the test.

    Returns
    -------
    DetectableInteraction

    Raises
    ------
    DesignError
        Fewer than two strata are large enough; the message tells the numbers.

    Notes
    -----
    The formula is that of Schmoor et al. (2000) and Peterson & George (1993) for two-level factors, whose variance
    ``sum of 1 / d`` over the cells a continuous feature of standard deviation 1 replaces by ``1 / d`` of each stratum.
    In simulated studies the stated 80% were 76 to 82% (``benchmarks/null_interactions.csv``).

    References
    ----------
    Peterson B, George SL (1993) Control Clin Trials 14:511. doi:10.1016/0197-2456(93)90032-8
    Schmoor C, Sauerbrei W, Schumacher M (2000) Stat Med 19:441.
    doi:10.1002/(SICI)1097-0258(20000229)19:4<441::AID-SIM349>3.0.CO;2-N
    Hsieh FY, Lavori PW (2000) Control Clin Trials 21:552. doi:10.1016/S0197-2456(00)00104-5

    Examples
    --------
    >>> import radassoc as ra
    >>> from radassoc.strata.power import detectable_interaction
    >>> cohort = ra.simulate_cohort(n_patients=160, seed=1).cohort
    >>> bool(detectable_interaction(cohort, "sex").table["hazard_ratio"].iloc[0] > 1.5)
    True
    """
    check_cohort(cohort)
    check_choice("kind", kind, ("survival", "association"))
    _check(explained, n_tests, level, power)
    covariates = (covariates,) if isinstance(covariates, str) else tuple(covariates)
    chosen = read_levels(cohort, variable, levels)
    survival = kind == "survival"
    aligned = align(cohort, values={chosen.name: chosen.labels}, covariates=covariates, outcome=survival)
    labels, k = aligned.values[chosen.name], aligned.covariates.shape[1]
    kept, strata = sort_out(chosen, labels, aligned.event, fewest=FEWEST + k, fewest_events=FEWEST_EVENTS)
    counts = strata.set_index("stratum")
    size = counts["n_events"] if survival else counts["n"] - 1 - k
    free = np.maximum(size - 1.0 - (k if survival else 0), 1.0)
    rows, curves = [], []
    for other in kept[1:]:
        pair = [kept[0], other]
        variances = 1 / (size[pair].to_numpy(dtype=float) * (1 - explained))
        row = _row(variances, free[pair].to_numpy(dtype=float), level / n_tests, power)
        row |= {"stratum_1": pair[0], "stratum_2": other}
        for end, name in enumerate(pair, 1):
            row |= {f"n_{end}": counts.loc[name, "n"], f"n_events_{end}": counts.loc[name, "n_events"]}
        row |= {"estimate_kind": "log_hazard_ratio_per_sd" if survival else "slope_per_sd"}
        row |= {"hazard_ratio": float(np.exp(row["detectable"])) if survival else np.nan}
        rows.append(row)
        curves.append(_curve(row, level / n_tests, ratio=survival))
    table = tidy(rows, COLUMNS)
    return DetectableInteraction(
        table=table,
        curve=tidy(pd.concat(curves, ignore_index=True), CURVE_COLUMNS),
        strata=strata,
        params={"variable": chosen.name, "kind": kind, "covariates": covariates, "explained": explained}
        | {"n_tests": n_tests, "level": level, "power": power},
        provenance=provenance(data=cohort.fingerprint, n_patients=int(counts.loc[list(kept), "n"].sum())),
        notes=tuple(_told(row, n_tests, level, power) for row in rows),
    )


def _check(explained: float, n_tests: int, level: float, power: float) -> None:
    check_whole("n_tests", n_tests)
    if n_tests < 1:
        raise InputError(f"n_tests={n_tests}.", wanted="a whole number from 1 up")
    for name, value, low in (("explained", explained, 0.0), ("level", level, 1e-300), ("power", power, 1e-300)):
        check_number(name, value)
        if not low <= value < 1:
            raise InputError(f"{name}={value}.", wanted="a number from 0 to below 1")


def _row(variances: np.ndarray, free: np.ndarray, level: float, power: float) -> dict[str, Any]:
    """Return the expected standard error of a difference, its degrees of freedom, and what is found with the power."""
    df = float(variances.sum() ** 2 / (variances**2 / free).sum())
    error = float(np.sqrt(variances.sum()))
    detectable = (special.stdtrit(df, 1 - level / 2) + special.ndtri(power)) * error
    return {"std_error": error, "df": df, "detectable": float(detectable)}


def _curve(row: dict[str, Any], level: float, *, ratio: bool) -> pd.DataFrame:
    effect = np.linspace(0, 1.6 * row["detectable"], _STEPS)
    quantile = special.stdtrit(row["df"], 1 - level / 2)
    shift = effect / row["std_error"]
    found = special.ndtr(shift - quantile) + special.ndtr(-shift - quantile)
    frame = pd.DataFrame({"effect": effect, "hazard_ratio": np.exp(effect) if ratio else np.nan, "power": found})
    return frame.assign(stratum_1=row["stratum_1"], stratum_2=row["stratum_2"])


def _told(row: dict[str, Any], n_tests: int, level: float, power: float) -> str:
    if np.isfinite(row["hazard_ratio"]):
        low, high = 1 / row["hazard_ratio"], row["hazard_ratio"]
        what = f"a ratio of hazard ratios per standard deviation of {high:.2f} (or {low:.2f})"
        sizes = f"{row['n_events_1']} and {row['n_events_2']} events"
    else:
        what = f"a difference of slopes of {row['detectable']:.2f} standard deviations"
        sizes = f"{row['n_1']} and {row['n_2']} patients"
    alone = f", alone among {n_tests}" if n_tests > 1 else ""
    return (
        f"With {sizes} in {row['stratum_1']} and {row['stratum_2']}, {what} is found with a power of {power:.0%} at "
        f"{level:g}{alone}."
    )
