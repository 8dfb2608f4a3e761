"""``pool_estimates``: one estimate from those of several strata or centres, and how much they differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.arguments import check_choice, check_number
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.pooling import Interval, Pooled, TauMethod, cochran_q, pool, tau_squared, tau_squared_interval
from radassoc.strata._pool_inputs import Parts, read_parts
from radassoc.strata.pooled import LEFT_COLUMNS, PART_COLUMNS, VALUE_COLUMNS, PooledEstimates

__all__ = ["PooledEstimates", "pool_estimates"]

FEWEST_RANDOM = 5
_HETEROGENEOUS = 0.1


def pool_estimates(
    results: Any,
    *,
    method: Literal["fixed", "random"] = "fixed",
    tau2: TauMethod | None = None,
    interval: Interval | None = None,
    keys: str | Sequence[str] | None = None,
    level: float = 0.95,
) -> PooledEstimates:
    """Pool the estimates of independent strata or centres, and test whether they differ.

    Fixed effect: the mean weighted by the inverse variances, which answers for these strata; its p tests that this mean
    is 0. Random effects: the mean of a population of strata whose effects scatter with variance tau2. Null hypothesis
    of ``q_p``: the effect is the same in all strata (Cochran's Q, which has little power with few strata). I2 is the
    share of the scatter that is not chance.

    Hazard ratios are pooled as logarithms, correlations as Fisher's z, slopes as they are.

    Parameters
    ----------
    results
        What ``by_stratum`` or ``interactions`` returned; a mapping from stratum to result (``CoxTable``,
        ``AssociationMap``, ``SurvivalComparison``, ...) or a list of them, one per centre, each from other patients; or
        a table with ``stratum``, ``estimate``, ``std_error`` and columns of text that name the rows, where
        ``estimate_kind="log_hazard_ratio"`` tells that estimates are logarithms.
    method
        ``"fixed"``, or ``"random"``: from five strata on, since fewer do not tell their variance.
    tau2
        Of random effects: ``"reml"`` (default) or ``"dersimonian_laird"``.
    interval
        ``"wald"``, the default of ``"fixed"``; of random effects ``"hartung_knapp"`` (default; t with k - 1 degrees of
        freedom, which holds its level where Wald's does not), or ``"hartung_knapp_truncated"``, never narrower than
        Wald's standard error.
    keys
        Columns that name a row; by default those of the result, or the columns of text.
    level
        Coverage of the intervals.

    Returns
    -------
    PooledEstimates
        ``table``, ``strata`` (effects and weights), ``leave_one_out``.

    Raises
    ------
    DesignError
        Random effects with fewer than five strata, or nothing with a standard error.
    InputError
        A row that a stratum has twice, a table without the columns, ``tau2`` or a Hartung-Knapp interval with
        ``method="fixed"``.

    Notes
    -----
    Equals metafor 3.8 to 1e-8: ``rma(method = "EE" | "DL" | "REML", test = "z" | "knha" | "adhoc")``, ``confint``
    (Q-profile), ``predict`` and ``leave1out``. A Q-profile interval can exclude the estimate of tau2. Where a stratum
    has no estimate of a row it takes no part; a row of one stratum is not pooled.

    References
    ----------
    DerSimonian R, Laird N (1986) Control Clin Trials 7:177. doi:10.1016/0197-2456(86)90046-2
    Hartung J, Knapp G (2001) Stat Med 20:3875. doi:10.1002/sim.1009
    Higgins JPT, Thompson SG (2002) Stat Med 21:1539. doi:10.1002/sim.1186
    Viechtbauer W (2007) Stat Med 26:37. doi:10.1002/sim.2514
    Viechtbauer W (2010) J Stat Softw 36(3):1. doi:10.18637/jss.v036.i03

    Examples
    --------
    >>> import pandas as pd
    >>> from radassoc.strata.pool_estimates import pool_estimates
    >>> centres = {"stratum": ["A", "B"], "estimate": [0.2, 0.9], "std_error": [0.1, 0.1]}
    >>> pooled = pool_estimates(pd.DataFrame(centres)).table.iloc[0]
    >>> round(float(pooled["estimate"]), 3), round(float(pooled["q"]), 1), round(float(pooled["i2"]))
    (0.55, 24.5, 96)
    """
    check_choice("method", method, ("fixed", "random"))
    tau_method, interval = _settings(method, tau2, interval)
    check_number("level", level)
    if not 0 < level < 1:
        raise InputError(f"level={level} is no coverage of an interval.", wanted="a number between 0 and 1")
    parts = read_parts(results, keys)
    if method == "random" and len(parts.strata) < FEWEST_RANDOM:
        raise DesignError(
            f"{len(parts.strata)} strata are too few for random effects: {', '.join(parts.strata)}.",
            wanted=f"{FEWEST_RANDOM} or more, whose scatter tells the variance between strata",
            remedy='method="fixed" answers for these strata; leave their difference to q_p and to interactions.',
        )
    fewest = FEWEST_RANDOM if method == "random" else 2
    table, pooled = _pooled(parts, tau_method, interval, level, fewest)
    n_tests = int(table["p_value"].notna().sum())
    return PooledEstimates(
        table=table,
        status="ok" if n_tests else "not_estimable",
        reason="" if n_tests else f"no row has estimates of {fewest} strata",
        params={"method": method, "tau2": tau_method, "interval": interval, "level": level},
        provenance=provenance(n_strata=len(parts.strata), n_tests=n_tests),
        families=(Family(hypothesis="the pooled effect is 0", n_tests=n_tests, correction="Benjamini-Hochberg"),)
        if n_tests
        else (),
        strata=_part_rows(parts, pooled, level),
        leave_one_out=_left_out(parts, tau_method, interval, level, fewest),
        keys=parts.keys,
        method=method,
        level=level,
        notes=_notes(table, method),
    )


def _settings(method: str, tau2: Any, interval: Any) -> tuple[Any, Any]:
    if tau2 is not None:
        check_choice("tau2", tau2, ("reml", "dersimonian_laird"))
    if interval is not None:
        check_choice("interval", interval, ("wald", "hartung_knapp", "hartung_knapp_truncated"))
    if method == "fixed":
        if tau2 is not None or interval not in (None, "wald"):
            raise InputError(
                "A fixed effect has no variance between strata.",
                wanted="method='random' for tau2 and Hartung-Knapp intervals",
            )
        return "none", "wald"
    return tau2 or "reml", interval or "hartung_knapp"


# ---- numbers
def _fit(y: np.ndarray, v: np.ndarray, tau_method: Any, interval: Interval) -> tuple[Pooled, np.ndarray]:
    tau2 = np.zeros(len(y)) if tau_method == "none" else tau_squared(y, v, tau_method)
    return pool(y, v, tau2, interval), tau2


def _quantile(df: np.ndarray, level: float) -> np.ndarray:
    known = np.isfinite(df)
    t = special.stdtrit(np.where(known & (df > 0), df, 1.0), (1 + level) / 2)
    return np.where(known, t, special.ndtri((1 + level) / 2))


def _values(
    y: np.ndarray, v: np.ndarray, tau_method: Any, interval: Interval, level: float, fewest: int
) -> tuple[dict[str, np.ndarray], Pooled]:
    """Return the columns of each row: missing where fewer than ``fewest`` strata have an estimate."""
    pooled, tau2 = _fit(y, v, tau_method, interval)
    differ, half = cochran_q(y, v), _quantile(pooled.df, level) * pooled.std_error
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = pooled.estimate / pooled.std_error
        t = 2 * special.stdtr(np.where(np.isfinite(pooled.df), pooled.df, 1.0), -np.abs(statistic))
        p = np.where(np.isfinite(pooled.df), t, 2 * special.ndtr(-np.abs(statistic)))
        excess = np.where(differ.q > 0, 100 * np.maximum(differ.q - differ.df, 0) / differ.q, 0.0)
        i2 = excess if tau_method == "none" else 100 * tau2 / (tau2 + differ.typical)
    values = {"estimate": pooled.estimate, "std_error": pooled.std_error, "statistic": statistic, "df": pooled.df}
    values |= {"ci_low": pooled.estimate - half, "ci_high": pooled.estimate + half, "p_value": p}
    values |= {"q": differ.q, "q_df": differ.df, "q_p": differ.p, "i2": i2, "tau2": tau2}
    enough = differ.df + 1 >= fewest
    return {name: np.where(enough, column, np.nan) for name, column in values.items()}, pooled


def _pooled(
    parts: Parts, tau_method: Any, interval: Interval, level: float, fewest: int
) -> tuple[pd.DataFrame, Pooled]:
    y, v = parts.effect, parts.std_error**2
    values, pooled = _values(y, v, tau_method, interval, level, fewest)
    enough = np.isfinite(values["q"])
    low, high = (np.where(enough, end, np.nan) for end in tau_squared_interval(y, v, level))
    typical = cochran_q(y, v).typical
    random = tau_method != "none"
    reach = _quantile(pooled.df, level) * np.sqrt(pooled.std_error**2 + values["tau2"]) if random else np.nan
    columns: dict[str, Any] = {**values, "n_strata": np.isfinite(y).sum(axis=1)}
    columns |= {"tau2_low": low, "tau2_high": high, "i2_low": 100 * low / (low + typical)}
    columns |= {"i2_high": 100 * high / (high + typical), "p_adjusted": benjamini_hochberg(values["p_value"])}
    columns |= {"prediction_low": values["estimate"] - reach, "prediction_high": values["estimate"] + reach}
    if not random:
        columns["tau2"] = np.full(len(y), np.nan)
    for name, source in (("natural", "estimate"), ("natural_low", "ci_low"), ("natural_high", "ci_high")):
        columns[name] = _natural(values[source], parts.scale)
    columns |= {"effect_scale": parts.scale, "reason": np.where(enough, "", f"fewer than {fewest} strata")}
    frame = pd.concat([parts.rows, pd.DataFrame(columns, index=parts.rows.index)], axis=1)
    return tidy(frame, (*parts.keys, *VALUE_COLUMNS)), pooled


def _natural(values: np.ndarray, scale: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        return np.select([scale == "log", scale == "fisher_z"], [np.exp(values), np.tanh(values)], values)


def _part_rows(parts: Parts, pooled: Pooled, level: float) -> pd.DataFrame:
    half = special.ndtri((1 + level) / 2) * parts.std_error
    frames = []
    for j, name in enumerate(parts.strata):
        values = {"stratum": name, "effect": parts.effect[:, j], "std_error": parts.std_error[:, j]}
        values |= {"ci_low": parts.effect[:, j] - half[:, j], "ci_high": parts.effect[:, j] + half[:, j]}
        values |= {"weight": 100 * pooled.weights[:, j], "order": np.arange(len(parts.rows))}
        frames.append(pd.concat([parts.rows, pd.DataFrame(values, index=parts.rows.index)], axis=1))
    frame = pd.concat(frames, ignore_index=True).sort_values("order", kind="stable")
    return tidy(frame[frame["effect"].notna()], (*parts.keys, *PART_COLUMNS))


def _left_out(parts: Parts, tau_method: Any, interval: Interval, level: float, fewest: int) -> pd.DataFrame:
    """Return the answer of the others, for each stratum that is left out."""
    frames = []
    for j, name in enumerate(parts.strata):
        y, v = parts.effect.copy(), parts.std_error**2
        inside = np.isfinite(y[:, j])
        y[:, j], v[:, j] = np.nan, np.nan
        values, _ = _values(y, v, tau_method, interval, level, max(fewest - 1, 2))
        kept = inside & np.isfinite(values["estimate"])
        told = {**values, "left_out": name, "n_strata": np.isfinite(y).sum(axis=1), "order": np.arange(len(y))}
        frames.append(pd.concat([parts.rows, pd.DataFrame(told, index=parts.rows.index)], axis=1)[kept])
    frame = pd.concat(frames, ignore_index=True).sort_values("order", kind="stable")
    return tidy(frame, (*parts.keys, *LEFT_COLUMNS))


def _notes(table: pd.DataFrame, method: str) -> tuple[str, ...]:
    notes = []
    tested = table["q_p"].notna()
    if count := int((table["q_p"] < _HETEROGENEOUS).sum()):
        what = "the fixed effect is their weighted mean, no effect that they share" if method == "fixed" else ""
        notes.append(
            f"In {count} of {int(tested.sum())} rows the strata differ (Q, p < {_HETEROGENEOUS:g})"
            + (f": {what}." if what else "; see the prediction interval.")
        )
    if tested.any() and int(table["n_strata"].max()) < 2 * FEWEST_RANDOM:
        notes.append("With few strata Q finds only large differences: its p-value above 0.05 is no proof of equality.")
    if not_pooled := int((table["reason"] != "").sum()):
        notes.append(f"{not_pooled} rows were not pooled: {table.loc[table['reason'] != '', 'reason'].iloc[0]}.")
    return tuple(notes)
