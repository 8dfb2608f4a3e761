"""How much the features differ between centres, column by column and all together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.errors import InputError
from radassoc.base.seeds import generator
from radassoc.cohort.align import code_covariates
from radassoc.cohort.centre import centre_columns
from radassoc.kernels.clusters import known_ranks
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.correlation import basis, midranks, residuals
from radassoc.kernels.permanova import permanova
from radassoc.kernels.permutation import permuted_rows

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Centres", "centre_effects", "centre_of", "column_effects"]

#: A centre of fewer patients says nothing about centres.
FEWEST_IN_CENTRE = 3
_MIN_DF = 5


class Centres(NamedTuple):
    """``columns``: statistic, p and adjusted p, share of variance by feature; the rest for all features together."""

    columns: pd.DataFrame
    sizes: pd.DataFrame
    r2: float = np.nan
    expected: float = np.nan
    statistic: float = np.nan
    p_value: float = np.nan
    n: int = 0
    reason: str = ""


def centre_of(cohort: Cohort, centre: str | None) -> tuple[str, str]:
    """Return the column that names the centre, or none and why."""
    if centre is None:
        return "", "not asked"
    if centre != "auto":
        cohort.column(centre)  # an unknown name is an error here
        return centre, ""
    found = centre_columns(cohort)
    if len(found) == 1:
        return found[0], ""
    return "", "no clinical column names it" if not found else f"{', '.join(found)} could each be it: name one"


def centre_effects(
    cohort: Cohort,
    frame: pd.DataFrame,
    filled: pd.DataFrame,
    *,
    centre: str,
    covariates: tuple[str, ...],
    n_permutations: int,
    seed: int,
) -> Centres:
    """Test each column of ``frame`` (patients x features), and all of ``filled`` together, between centres."""
    if centre in covariates:
        raise InputError(f"{centre!r} is centre and covariate.", wanted="it in one place")
    values = cohort.column(centre).reindex(frame.index)
    others = {name: cohort.column(name).reindex(frame.index) for name in covariates}
    known = values.notna() & np.logical_and.reduce([column.notna() for column in others.values()], axis=0)
    size = values[known].astype(str).value_counts()
    known &= values.astype(str).isin(size.index[size >= FEWEST_IN_CENTRE])
    labels = values[known].astype(str)
    sizes = labels.value_counts().rename_axis("centre").rename("n_patients").reset_index()
    if len(sizes) < 2:
        reason = f"fewer than two centres have {FEWEST_IN_CENTRE} patients"
        return Centres(_columns([]), sizes, n=int(known.sum()), reason=reason)
    Z = code_covariates({name: column[known] for name, column in others.items()}, frame.index[known]).to_numpy(float)
    G = pd.get_dummies(labels).to_numpy(float)
    columns = column_effects(frame[known], midranks(Z), G)
    Q = basis(midranks(Z))
    added = basis_of(residuals(G - G.mean(axis=0), Q))
    if int(known.sum()) - Q.shape[1] - added.shape[1] < _MIN_DF or not added.size:
        return Centres(columns, sizes, n=int(known.sum()), reason="too few patients for so many centres and covariates")
    X = midranks(filled[known].to_numpy(float))
    X = (X - X.mean(axis=0)) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1.0)
    orders = permuted_rows(np.zeros(len(X), np.int64), n_permutations, generator(seed, "centres", len(X)))
    share, f = permanova(X @ X.T, Q, added, np.vstack([np.arange(len(X)), orders]))
    p = (1 + int((f[1:] >= f[0] * (1 - 1e-12)).sum())) / (1 + n_permutations)
    return Centres(columns, sizes, float(share[0]), float(share[1:].mean()), float(f[0]), p, len(X))


def basis_of(M: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the columns of M."""
    left, singular, _ = np.linalg.svd(M, full_matrices=False)
    return np.asarray(left[:, singular > 1e-9 * max(singular[0], 1e-300)]) if singular.size else left[:, :0]


def column_effects(frame: pd.DataFrame, Z: np.ndarray, G: np.ndarray) -> pd.DataFrame:
    """Return Kruskal-Wallis tests of each column between the groups of G (n, g indicators); F tests of ranks given Z.

    Kruskal-Wallis' statistic is (n - 1) times the share of the ranks' variance that lies between groups.
    """
    X = frame.to_numpy(float)
    seen = ~np.isnan(X)
    patterns: dict[bytes, list[int]] = {}
    for j in range(X.shape[1]):
        patterns.setdefault(seen[:, j].tobytes(), []).append(j)
    rows: list[dict[str, Any]] = []
    for members in patterns.values():
        inside = seen[:, members[0]]
        found = _one_pattern(known_ranks(X[np.ix_(inside, members)]), Z[inside], G[inside])
        rows += [{"feature": frame.columns[j], **values} for j, values in zip(members, found, strict=True)]
    table = _columns(rows).set_index("feature").reindex(frame.columns).rename_axis("feature").reset_index()
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy())
    return table


def _one_pattern(ranks: np.ndarray, Z: np.ndarray, G: np.ndarray) -> list[dict[str, float]]:
    n = len(ranks)
    empty = {"statistic": np.nan, "p_value": np.nan, "explained": np.nan, "p_adjusted": np.nan}
    if n < _MIN_DF + 1:
        return [empty] * ranks.shape[1]
    Q = basis(Z)
    added = basis_of(residuals(G - G.mean(axis=0), Q))
    df, left = added.shape[1], n - Q.shape[1] - added.shape[1]
    if not df or left < _MIN_DF:
        return [empty] * ranks.shape[1]
    R = residuals(ranks - ranks.mean(axis=0), Q)
    whole = (R**2).sum(axis=0)
    between = ((added.T @ R) ** 2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(whole > 1e-9 * n, between / whole, np.nan)
        if Q.shape[1] == 1:
            statistic = (n - 1) * share
            p = special.chdtrc(df, statistic)
        else:
            statistic = (share / df) / ((1 - share) / left)
            p = special.fdtrc(df, left, statistic)
    return [
        {"statistic": s, "p_value": q, "explained": e, "p_adjusted": np.nan}
        for s, q, e in zip(statistic, p, share, strict=True)
    ]


def _columns(rows: list[dict[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame.from_records(rows, columns=["feature", "statistic", "p_value", "explained", "p_adjusted"])
