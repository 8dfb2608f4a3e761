"""Net reclassification and integrated discrimination improvement, for those who are asked for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from radassoc.kernels.censoring import censoring

__all__ = ["reclassification"]


def reclassification(
    time: np.ndarray,
    event: np.ndarray,
    old: np.ndarray,
    new: np.ndarray,
    at: float,
    *,
    thresholds: Sequence[float] = (),
    weights: np.ndarray | None = None,
) -> Mapping[str, np.ndarray]:
    """Return how two sets of predicted risks differ among those who died by a time and those who did not.

    Neither is a proper measure: both tend to be positive for a marker without any information when the new risks are
    poorly calibrated, and the NRI also when the new model was only refitted. Judge by the change in C, the likelihood
    ratio and the decision curve.

    Parameters
    ----------
    time, event
        Outcome (n,).
    old, new
        Predicted risk of death by ``at`` (n,).
    at
        The time.
    thresholds
        Increasing risks that part categories; without them there is no categorical NRI.
    weights
        Case weights (n,), or resampling multiplicities (n, B).

    Returns
    -------
    mapping
        "nri_events", "nri_nonevents", "nri" (continuous, from -2 to 2), "idi", and with thresholds "nri_categories";
        each one number, or (B,). Deaths weigh 1 / G(T -), survivors 1 / G(at) (Kaplan-Meier, all patients together).

    References
    ----------
    Pencina MJ, et al. (2011) Stat Med 30:11. doi:10.1002/sim.4085
    Uno H, et al. (2013) Stat Med 32:2430. doi:10.1002/sim.5647
    Hilden J, Gerds TA (2014) Stat Med 33:3405. doi:10.1002/sim.5804
    Pepe MS, et al. (2015) Stat Biosci 7:282. doi:10.1007/s12561-014-9118-0
    """
    weight = np.ones(len(time)) if weights is None else np.asarray(weights, dtype=float)
    before = censoring(time, event, weights=weight).before
    dead = (np.asarray(event, dtype=bool) & (time <= at)).reshape(-1, *[1] * (weight.ndim - 1))
    alive = (time > at).reshape(dead.shape)
    case = np.divide(weight * dead, before, out=np.zeros_like(weight), where=before > 0)
    control = weight * alive

    def apart(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        with np.errstate(invalid="ignore", divide="ignore"):
            return values @ case / case.sum(axis=0), values @ control / control.sum(axis=0)

    events, nonevents = apart(np.sign(new - old))
    gained, lost = apart(new - old)
    found = {"nri_events": events, "nri_nonevents": -nonevents, "nri": events - nonevents, "idi": gained - lost}
    if len(thresholds):
        category = [np.searchsorted(np.asarray(thresholds, dtype=float), risk, side="right") for risk in (old, new)]
        up, down = apart(np.sign(category[1] - category[0]).astype(float))
        found["nri_categories"] = up - down
    return found
