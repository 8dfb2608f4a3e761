"""How much the features repeat one another."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.kernels.clusters import correlation_clusters, known_ranks, pairwise_correlation

__all__ = ["CLUSTER_COLUMNS", "COUNT_COLUMNS", "Redundancy", "effective_number", "redundancy"]

CLUSTER_COLUMNS = ("cluster", "size", "representative", "mean_correlation")
COUNT_COLUMNS = ("low", "high", "n_pairs")
_BINS = np.round(np.arange(0, 1.0001, 0.05), 2)
_MOST_CELLS = 150


class Redundancy(NamedTuple):
    """``labels`` (p,): cluster of each feature, the largest 0; ``partners``: features beyond the limit, itself not."""

    labels: np.ndarray
    partners: np.ndarray
    clusters: pd.DataFrame
    counts: pd.DataFrame
    picture: pd.DataFrame
    share: float
    effective: float
    components: int


def redundancy(frame: pd.DataFrame, *, limit: float) -> Redundancy:
    """Describe the rank correlations of all pairs of features, over the patients who know both."""
    r, _ = pairwise_correlation(known_ranks(frame.to_numpy(float)))
    np.fill_diagonal(r, 1.0)
    size = np.abs(r)
    pairs = size[np.triu_indices(len(r), 1)]
    pairs = pairs[np.isfinite(pairs)]
    labels, order = correlation_clusters(r, cut=limit, linkage="average")
    values = np.clip(np.linalg.eigvalsh(np.nan_to_num(r)), 0.0, None)[::-1] if len(r) else np.zeros(0)
    return Redundancy(
        labels=labels,
        partners=(np.nan_to_num(size) > limit).sum(axis=1) - 1,
        clusters=_clusters(list(frame.columns), size, labels),
        counts=_counts(pairs),
        picture=_picture(list(frame.columns), r, order),
        share=float((pairs > limit).mean()) if pairs.size else np.nan,
        effective=effective_number(values),
        components=int(np.searchsorted(np.cumsum(values), 0.95 * values.sum()) + 1) if values.size else 0,
    )


def effective_number(values: np.ndarray) -> float:
    """Return Galwey's effective number of independent columns from the eigenvalues of their correlations.

    Examples
    --------
    >>> effective_number(np.ones(4)), effective_number(np.array([4.0, 0.0, 0.0, 0.0]))
    (4.0, 1.0)
    """
    whole = float(values.sum())
    return float(np.sqrt(values).sum() ** 2 / whole) if whole > 0 else 0.0


def _clusters(names: list[str], size: np.ndarray, labels: np.ndarray) -> pd.DataFrame:
    rows = []
    for label in range(int(labels.max()) + 1 if labels.size else 0):
        members = np.flatnonzero(labels == label)
        if members.size < 2:
            break  # the largest come first
        inside = np.nan_to_num(size[np.ix_(members, members)])
        best = members[int(inside.sum(axis=1).argmax())]
        mean = float((inside.sum() - members.size) / (members.size * (members.size - 1)))
        told = {"cluster": label, "size": members.size, "representative": names[best]}
        rows.append({**told, "mean_correlation": mean})
    return tidy(rows, CLUSTER_COLUMNS)


def _counts(pairs: np.ndarray) -> pd.DataFrame:
    counts, edges = np.histogram(pairs, bins=_BINS)
    return tidy(pd.DataFrame({"low": edges[:-1], "high": edges[1:], "n_pairs": counts}), COUNT_COLUMNS)


def _picture(names: list[str], r: np.ndarray, order: np.ndarray) -> pd.DataFrame:
    """Return the correlations along the tree, averaged over blocks where there are more than 150 features."""
    parts = np.array_split(order, min(len(order), _MOST_CELLS)) if len(order) else []
    mean = np.zeros((len(order), len(parts)))
    for k, part in enumerate(parts):
        mean[:, k] = np.nan_to_num(r)[:, part].mean(axis=1)
    cells = np.array([mean[part].mean(axis=0) for part in parts]).reshape(len(parts), len(parts))
    labels = pd.Index([names[part[0]] for part in parts], dtype=object)
    return pd.DataFrame(cells, index=labels.rename("feature"), columns=labels)
