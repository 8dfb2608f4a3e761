"""Intervals from bootstrap resamples of patients."""

from __future__ import annotations

import numpy as np

__all__ = ["FEWEST_RESAMPLES", "detectable_effect", "percentile_interval", "shifted_interval"]

#: With fewer, the ends of a 95% interval are just the smallest and largest value and cover far less than they claim.
FEWEST_RESAMPLES = 20
_Z_95, _Z_POWER = 1.959964, 0.841621  # quantiles of the normal distribution: 97.5% and 80%


def detectable_effect(low: float, high: float) -> float:
    """Return the effect that a study with this 95% interval finds in four of five repetitions.

    Normal approximation: the interval's half width over 1.96 stands for the standard error; a two-sided test at 5% has
    80% power for (1.96 + 0.84) standard errors. Missing where there is no interval.

    Examples
    --------
    >>> round(detectable_effect(-0.05, 0.05), 3)
    0.071
    """
    return (high - low) / 2 * (_Z_95 + _Z_POWER) / _Z_95


def percentile_interval(resamples: np.ndarray, *, level: float = 0.95) -> tuple[float, float]:
    """Return the percentile interval of bootstrap values.

    Missing values are left out; fewer than ``FEWEST_RESAMPLES`` that are left give no interval (NaN).
    """
    values = resamples[np.isfinite(resamples)]
    if values.size < FEWEST_RESAMPLES:
        return np.nan, np.nan
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def shifted_interval(
    estimate: float,
    resamples: np.ndarray,
    *,
    level: float = 0.95,
    bounds: tuple[float, float] = (-np.inf, np.inf),
) -> tuple[float, float]:
    """Return the location-shifted bootstrap interval of a cross-validated measure.

    A pipeline rerun on a bootstrap sample learns from about 63% of the distinct patients, so its measure is biased; the
    spread of the reruns is right, their place is not. The percentile interval is moved so that the mean of the reruns
    falls on the estimate.

    Parameters
    ----------
    estimate
        The measure on the patients themselves.
    resamples
        The measure of the whole pipeline rerun on each bootstrap sample; fewer than ``FEWEST_RESAMPLES`` give NaN.
    level
        Coverage aimed at.
    bounds
        The smallest and largest value that the measure can take.

    References
    ----------
    Noma H, et al. (2021) Stat Med 40:5691. doi:10.1002/sim.9148
    """
    low, high = percentile_interval(resamples, level=level)
    if np.isnan(low):
        return low, high
    shift = estimate - float(np.mean(resamples[np.isfinite(resamples)]))
    return max(bounds[0], low + shift), min(bounds[1], high + shift)
