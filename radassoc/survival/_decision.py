"""Decision curves: what treating by a predicted risk is worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from radassoc.kernels.product_limit import product_limit

__all__ = ["DECISION", "TREAT_ALL", "TREAT_NONE", "decision_rows", "net_benefit"]

DECISION = ("model", "time", "threshold", "net_benefit")
TREAT_ALL, TREAT_NONE = "treat all", "treat none"
_HIGHEST = 0.99


def net_benefit(time: np.ndarray, event: np.ndarray, risk: np.ndarray, at: float, thresholds: np.ndarray) -> np.ndarray:
    r"""Return the net benefit of treating whoever has a predicted risk of at least each threshold.

    With a share q of patients treated, of whom the Kaplan-Meier share d has died by ``at``, and threshold h it is
    :math:`q d - q (1 - d) h / (1 - h)`: true positives less false positives, as a share of all patients. 0 where nobody
    is treated, missing where the treated are not followed up to ``at``.

    References
    ----------
    Vickers AJ, et al. (2008) BMC Med Inform Decis Mak 8:53. doi:10.1186/1472-6947-8-53
    """
    out = np.zeros(len(thresholds))
    before, value = -1, 0.0
    for row, threshold in enumerate(thresholds):
        treated = risk >= threshold
        n_treated = int(treated.sum())
        if n_treated != before:  # higher thresholds treat fewer: the same number are the same patients
            before, value = n_treated, _died(time[treated], event[treated], at)
        share = n_treated / len(risk)
        if n_treated:
            out[row] = share * (value - (1 - value) * threshold / (1 - threshold))
    return out


def _died(time: np.ndarray, event: np.ndarray, at: float) -> float:
    if not len(time):
        return np.nan
    curve = product_limit(time, event)
    last = int(np.searchsorted(curve.time, at, side="right")) - 1
    if last < 0:
        return 0.0
    followed = curve.time[-1] >= at or curve.survival[last] == 0
    return float(1 - curve.survival[last]) if followed else np.nan


def decision_rows(
    time: np.ndarray, event: np.ndarray, risks: Mapping[str, np.ndarray], at: float
) -> list[dict[str, Any]]:
    """Return the decision curves of models, of treating all and of treating none, at one time.

    Thresholds run in steps of 0.01 up to the largest risk that any model predicts (97.5th percentile, or the risk of
    all patients where that is more): beyond, hardly anybody would be treated.
    """
    everyone = _died(time, event, at)
    highest = max([float(np.quantile(risk, 0.975)) for risk in risks.values()] + [np.nan_to_num(everyone)])
    thresholds = np.arange(1, max(2, int(np.ceil(min(highest, _HIGHEST) * 100))) + 1) / 100
    thresholds = thresholds[thresholds <= _HIGHEST]
    curves = {model: net_benefit(time, event, risk, at, thresholds) for model, risk in risks.items()}
    curves[TREAT_ALL] = everyone - (1 - everyone) * thresholds / (1 - thresholds)
    curves[TREAT_NONE] = np.zeros(thresholds.size)
    return [
        {"model": model, "time": at, "threshold": float(threshold), "net_benefit": float(benefit)}
        for model, curve in curves.items()
        for threshold, benefit in zip(thresholds, curve, strict=True)
    ]
