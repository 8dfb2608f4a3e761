"""Stability selection with its error bound: which features enter first, in half of the patients after half."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from radassoc.base.errors import DesignError, InputError
from radassoc.kernels.cox_marginal import marginal_score_z
from radassoc.kernels.cox_path import StopRule, solve_path
from radassoc.resampling.folds import make_folds
from radassoc.survival._pipeline import Arrays, Prepared, Runner, Settings, prepare
from radassoc.survival._shapes import risk_of

__all__ = ["CLUSTERED", "THRESHOLD", "Stability", "cluster_columns", "first_clusters", "select_stable", "size_of_bound"]

#: A cluster selected in this share of the halves is stable.
THRESHOLD = 0.75
#: Features are one cluster where every two of them correlate at least so much.
CLUSTERED = 0.7


class Stability(NamedTuple):
    """How often each candidate was among the first ``q`` clusters of a half's path.

    Of each penalised column that the preparation kept (``columns`` of ``Arrays.X``): its ``cluster``, and the share of
    halves in which the column itself (``own``) and its cluster (``frequency``) was selected.
    """

    columns: np.ndarray
    cluster: np.ndarray
    own: np.ndarray
    frequency: np.ndarray
    q: int

    @property
    def n_clusters(self) -> int:
        """How many clusters there are."""
        return int(self.cluster.max(initial=-1)) + 1

    @property
    def stable(self) -> np.ndarray:
        """Whether the column's cluster is stable."""
        return self.frequency >= THRESHOLD

    @property
    def expected_false(self) -> float:
        """The bound on the expected number of falsely stable clusters."""
        return self.q**2 / ((2 * THRESHOLD - 1) * max(self.n_clusters, 1))

    def told(self) -> Mapping[str, Any]:
        """Return what a reader needs beside the frequencies."""
        return {
            "threshold": THRESHOLD,
            "q": self.q,
            "n_clusters": self.n_clusters,
            "cluster_correlation": CLUSTERED,
            "expected_false": self.expected_false,
        }


def select_stable(
    data: Arrays, settings: Settings, n_pairs: int, bound: float, path: tuple[int | str, ...], run: Runner | None = None
) -> Stability:
    """Return how often each column is among the first ``q`` clusters of the path in complementary half-samples.

    Let a cluster be noise if its chance of being selected in a half is at most q / p: the expected number of such
    clusters with a frequency of at least 0.75 is at most ``q^2 / ((2 * 0.75 - 1) p)``, without any assumption on the
    features (Shah & Samworth 2013, doi:10.1111/j.1467-9868.2011.01034.x). q is the largest for which this is within
    ``bound``; p counts clusters of the features that the preparation kept, which no outcome has touched.
    """
    prepared = prepare(data, settings._replace(screen=None))
    penalised = np.flatnonzero(prepared.factors > 0)
    design = prepared.design(data)
    cluster = cluster_columns(design[:, data.Z.shape[1] + penalised])
    q = size_of_bound(bound, int(cluster.max(initial=-1)) + 1)

    def half(task: tuple[int, int]) -> np.ndarray:
        pair, side = task
        chance = {"event": data.event, "strata": data.strata, "seed": settings.seed, "path": (*path, "stability", pair)}
        rows = np.flatnonzero(make_folds(2, **chance) == side)  # type: ignore[arg-type]
        order = _order_of_entry(design[rows], data.take(rows), prepared, settings, q)
        return first_clusters(order, cluster, q)

    tasks = [(pair, side) for pair in range(n_pairs) for side in (0, 1)]
    own, chosen = np.zeros(penalised.size), np.zeros(penalised.size)
    for members in (run or map)(half, tasks):
        own[members] += 1
        chosen += np.isin(cluster, cluster[members])
    columns = prepared.learned.columns[penalised]
    return Stability(columns, cluster, own / len(tasks), chosen / len(tasks), q)


def size_of_bound(bound: float, p: int) -> int:
    """Return the largest q with ``q^2 / ((2 * 0.75 - 1) p) <= bound``; a bound of p clusters or more promises nothing.

    Examples
    --------
    >>> size_of_bound(1.0, 200)
    10
    """
    if p < 2:
        raise DesignError(
            f"The preparation leaves {p} penalised features, or clusters of them, for stability selection.",
            wanted="at least two clusters",
            remedy="stability=0 goes without.",
        )
    q = int(np.floor(np.sqrt(bound * (2 * THRESHOLD - 1) * p) + 1e-12))
    if q < 1 or bound >= p:
        least = 1 / ((2 * THRESHOLD - 1) * p)
        raise InputError(
            f"stability_bound={bound:g} cannot be held, or promises nothing, with {p} clusters of features.",
            wanted=f"at least {least:.3g} and less than {p}",
        )
    return q


def cluster_columns(design: np.ndarray) -> np.ndarray:
    """Return the cluster of each standardised column (0, 1, ...): complete linkage at |r| = 0.7."""
    if design.shape[1] < 2:
        return np.zeros(design.shape[1], dtype=np.int64)
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    unit = design - design.mean(axis=0)
    unit = unit / np.maximum(np.sqrt((unit**2).sum(axis=0)), 1e-300)
    distance = 1 - np.abs(unit.T @ unit)
    np.fill_diagonal(distance, 0.0)
    tree = linkage(squareform(np.maximum(distance, 0.0), checks=False), method="complete")
    found = fcluster(tree, 1 - CLUSTERED, criterion="distance")
    _, first, code = np.unique(found, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[code.reshape(-1)], dtype=np.int64)


def first_clusters(order: np.ndarray, cluster: np.ndarray, q: int) -> np.ndarray:
    """Return the columns of the first ``q`` clusters, in the order of entry, until the last of these clusters comes in.

    Examples
    --------
    >>> first_clusters(np.array([3, 0, 1]), np.array([0, 1, 2, 1]), 1).tolist()
    [3]
    """
    _, first = np.unique(cluster[order], return_index=True)
    last = np.sort(first)[:q].max(initial=-1)
    return np.asarray(order[: last + 1])


def _order_of_entry(half: np.ndarray, part: Arrays, prepared: Prepared, settings: Settings, q: int) -> np.ndarray:
    """Return the penalised columns in the order in which they enter the path; of two at one lambda the larger first."""
    n_covariates = part.Z.shape[1]
    factors = np.append(np.zeros(n_covariates), prepared.factors)
    penalised = np.flatnonzero(factors > 0)
    used = np.arange(factors.size)
    risk = risk_of(part, settings)
    if settings.screen is not None and penalised.size > settings.screen:
        z = np.abs(marginal_score_z(half[:, penalised], half[:, factors == 0], risk))
        best = penalised[np.argsort(-z, kind="stable")[: settings.screen]]
        used = np.sort(np.append(np.flatnonzero(factors == 0), best))
    solved = solve_path(
        np.asfortranarray(half[:, used]),
        risk,
        l1_ratio=settings.l1_ratio,
        penalty_factor=factors[used],
        standardize=False,
        stop=StopRule(max_nonzero=int(np.count_nonzero(factors == 0)) + 4 * q + 10),
    )
    path = np.zeros((len(solved.lambdas), factors.size))
    path[:, used] = solved.coefficients
    path = path[:, penalised]
    enters = np.argmax(path != 0, axis=0)
    strength = np.abs(path[enters, np.arange(path.shape[1])])
    order = np.lexsort((-strength, enters))
    return np.asarray(order[strength[order] > 0])
