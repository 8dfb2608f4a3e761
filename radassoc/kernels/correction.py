"""Corrections for testing many hypotheses."""

from __future__ import annotations

import numpy as np
from scipy import special

__all__ = [
    "benjamini_hochberg",
    "dependence_factor",
    "permutations_needed",
    "step_down",
    "step_up",
    "storey_null_share",
    "two_level",
]

#: Where Storey's estimate looks at the p-values: what lies above is mostly null.
LAMBDAS = np.arange(1, 20) / 20


def benjamini_hochberg(p: np.ndarray) -> np.ndarray:
    """Return Benjamini-Hochberg adjusted p-values of an array of any shape; missing p-values stay out and missing.

    Examples
    --------
    >>> benjamini_hochberg(np.array([0.01, 0.04, np.nan, 0.03])).tolist()
    [0.03, 0.04, nan, 0.04]
    """
    flat = np.asarray(p, dtype=float).ravel()
    adjusted = np.full(flat.size, np.nan)
    known = np.flatnonzero(~np.isnan(flat))
    if known.size:
        order = known[np.argsort(flat[known], kind="stable")]
        adjusted[order] = step_up(flat[order], known.size)
    return adjusted.reshape(np.shape(p))


def step_up(p: np.ndarray, n_tests: int, *, factor: float = 1.0, beyond: float = 1.0) -> np.ndarray:
    """Return the adjusted values of the smallest p-values in ascending order, of ``n_tests`` in all.

    Benjamini-Hochberg with ``factor`` 1; Benjamini-Yekutieli with :func:`dependence_factor`; q-values with the share of
    nulls. ``beyond`` is the smallest of ``factor * n_tests * p / rank`` among the p-values that are not given.

    Examples
    --------
    >>> step_up(np.array([0.01, 0.03, 0.04]), 10).tolist()
    [0.1, 0.13333333333333333, 0.13333333333333333]
    """
    scaled = np.minimum(p * (factor * n_tests) / np.arange(1, p.size + 1), min(beyond, 1.0))
    return np.asarray(np.minimum.accumulate(scaled[::-1])[::-1])


def step_down(p: np.ndarray, n_tests: int) -> np.ndarray:
    """Return Holm's adjusted values of the smallest p-values in ascending order, of ``n_tests`` in all.

    Examples
    --------
    >>> step_down(np.array([0.01, 0.03]), 3).tolist()
    [0.03, 0.06]
    """
    return np.minimum(np.maximum.accumulate(p * (n_tests - np.arange(p.size))), 1.0)


def dependence_factor(n_tests: int) -> float:
    """Return 1 + 1/2 + ... + 1/n: the price of Benjamini-Yekutieli for any dependence.

    Examples
    --------
    >>> round(dependence_factor(4), 4)
    2.0833
    """
    return float(special.digamma(n_tests + 1.0) + np.euler_gamma)


def storey_null_share(above: np.ndarray, n_tests: int, lambdas: np.ndarray = LAMBDAS) -> float:
    """Return Storey's estimate of the share of true nulls from how many p-values are at least each of ``lambdas``.

    The value of lambda with the smallest estimated squared error is taken, as by ``qvalue(pi0.method = "bootstrap")``.

    Examples
    --------
    >>> storey_null_share(np.array([80, 40]), 100, np.array([0.2, 0.5]))
    0.8
    """
    if not n_tests:
        return 1.0
    shares = above / (n_tests * (1 - lambdas))
    error = above / (n_tests * (1 - lambdas)) ** 2 * (1 - above / n_tests) + (shares - np.quantile(shares, 0.1)) ** 2
    return float(min(shares[error == error.min()].min(), 1.0))


def two_level(p: np.ndarray, family: np.ndarray, sizes: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Adjust p-values that come in families, so that the families found and the members of each are both controlled.

    Simes' test of each family; Benjamini-Hochberg over the families; within a family that is found,
    Benjamini-Hochberg at level R / F of it, R families of F being found (Benjamini & Bogomolov 2014).

    Parameters
    ----------
    p
        (m,) the smallest p-values, at least all up to ``level`` for an exact answer.
    family
        (m,) number of each one's family.
    sizes
        (F,) how many tests each family has; one of size 0 does not count.
    level
        Level of the families.

    Returns
    -------
    adjusted
        (m,) below ``level`` where the family and the member are found. Depends on ``level``, through R.
    families
        (F,) adjusted Simes p-value of each family; NaN for one of size 0.
    """
    within = np.ones(p.size)
    simes = np.where(sizes > 0, 1.0, np.nan)
    order = np.lexsort((p, family))
    starts = np.searchsorted(family[order], np.arange(len(sizes) + 1))
    for f in np.flatnonzero(np.diff(starts)):
        members = order[starts[f] : starts[f + 1]]
        within[members] = step_up(p[members], int(sizes[f]))
        simes[f] = within[members[0]]
    families = benjamini_hochberg(simes)
    n_found = int((families < level).sum())
    price = np.isfinite(simes).sum() / max(n_found, 1)
    at_least = np.where(families[family] < level, 0.0, families[family])
    return np.minimum(np.maximum(within * price, at_least), 1.0), families


def permutations_needed(n_tests: int, level: float, *, usable: float = 1.0) -> int:
    """Return how many permutations let Benjamini-Hochberg reject one of ``n_tests`` alone.

    The smallest p-value of B permutations is 1 / (1 + usable B), where ``usable`` is the share that a test can use:
    about one half where only permutations of the same sign count.

    Examples
    --------
    >>> permutations_needed(50, 0.05), permutations_needed(50, 0.05, usable=0.5)
    (999, 1998)
    """
    return int(np.ceil((n_tests / level - 1.0) / usable - 1e-9))
