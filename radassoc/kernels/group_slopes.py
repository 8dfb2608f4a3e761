"""Slopes of all columns of one matrix on all columns of another, within groups of rows, and their variances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from scipy import special

from radassoc.kernels.correlation import CONSTANT, EXPLAINED, basis, residuals

__all__ = ["Equal", "GroupSlopes", "Part", "Variance", "equal_slopes", "f_tails", "group_slopes", "make_part"]

Variance = Literal["unequal", "pooled", "hc3"]


@dataclass(frozen=True)
class Part:
    """One group of rows, less what covariates explain in it.

    ``X`` (n, p) and ``Y`` (n, q) are residuals, zero where a column does not vary; ``square`` (p,) is the sum of
    squares of each column of X, NaN where it does not vary; ``lever`` (n,) the leverage of the covariates.
    """

    X: np.ndarray
    Y: np.ndarray
    square: np.ndarray
    lever: np.ndarray
    df: int


class GroupSlopes(NamedTuple):
    """``slopes`` and ``variances`` (k, p, q) of k groups, and the degrees of freedom (k,) of each variance."""

    slopes: np.ndarray
    variances: np.ndarray
    df: np.ndarray


class Equal(NamedTuple):
    """F test of equal slopes (p, q): ``statistic``, its first degrees of freedom, and the second (p, q)."""

    statistic: np.ndarray
    df_1: int
    df_2: np.ndarray


def make_part(X: np.ndarray, Y: np.ndarray, Z: np.ndarray) -> Part:
    """Take an intercept and covariates Z (n, c) out of X (n, p) and Y (n, q), all without missing values."""
    Q = basis(Z)
    left, right = _own(X, Q), _own(Y, Q)
    square = np.einsum("ij,ij->j", left, left)
    square[square == 0] = np.nan
    return Part(left, right, square, np.einsum("ij,ij->i", Q, Q), len(X) - Q.shape[1] - 1)


def _own(X: np.ndarray, Q: np.ndarray) -> np.ndarray:
    """Return residuals; zero in columns that are constant or explained by the covariates."""
    left = residuals(X, Q)
    size, spread = np.linalg.norm(X, axis=0), np.linalg.norm(X - X.mean(axis=0), axis=0)
    left[:, (spread <= CONSTANT * size) | (np.linalg.norm(left, axis=0) <= EXPLAINED * spread)] = 0.0
    return left


def group_slopes(parts: list[Part], variance: Variance) -> GroupSlopes:
    """Return the slope of each column of Y on each column of X in each group.

    ``"unequal"``: each group has a residual variance of its own, as separate fits by R's ``lm``; ``"pooled"``: one for
    all, as ``lm(y ~ x * group + Z * group)``; ``"hc3"``: each row has its own (``sandwich::vcovHC(type = "HC3")``).
    """
    slopes, sums, variances = [], [], []
    for part in parts:
        b = (part.X.T @ part.Y) / part.square[:, None]
        rss = np.maximum(np.einsum("ij,ij->j", part.Y, part.Y)[None] - b**2 * part.square[:, None], 0.0)
        slopes.append(b)
        sums.append(rss)
        variances.append(_hc3(part, b) if variance == "hc3" else rss / (part.df * part.square[:, None]))
    df = np.array([part.df for part in parts], dtype=float)
    if variance == "pooled":
        shared = sum(sums) / df.sum()
        variances = [shared / part.square[:, None] for part in parts]
        df = np.full(len(parts), df.sum())
    return GroupSlopes(np.array(slopes), np.array(variances), df)


def _hc3(part: Part, slopes: np.ndarray) -> np.ndarray:
    """Return sum of x^2 e^2 / (1 - h)^2 over the square of the sum of x^2, e being a residual of y - b x."""
    lever = np.minimum(part.lever[:, None] + part.X**2 / part.square, 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = np.where(lever < 1 - 1e-9, (part.X / (1 - lever)) ** 2, 0.0)
    middle = weight.T @ part.Y**2 - 2 * slopes * ((weight * part.X).T @ part.Y)
    middle += slopes**2 * np.einsum("ij,ij->j", weight, part.X**2)[:, None]
    return np.asarray(np.maximum(middle, 0.0) / part.square[:, None] ** 2)


def equal_slopes(found: GroupSlopes, *, pooled: bool) -> Equal:
    """Test that the slopes are equal in all groups: F of one residual variance, or Welch's with one for each group.

    With two groups Welch's is the square of t with Satterthwaite's degrees of freedom.
    """
    k = len(found.df)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = 1 / found.variances
        total = weight.sum(axis=0)
        mean = (weight * found.slopes).sum(axis=0) / total
        between = (weight * (found.slopes - mean) ** 2).sum(axis=0) / (k - 1)
        if pooled:
            return Equal(between, k - 1, np.full(between.shape, found.df[0]))
        spread = ((1 - weight / total) ** 2 / found.df[:, None, None]).sum(axis=0)
        return Equal(between / (1 + 2 * (k - 2) / (k**2 - 1) * spread), k - 1, (k**2 - 1) / (3 * spread))


def f_tails(found: Equal) -> np.ndarray:
    """Return the upper tail of F."""
    with np.errstate(invalid="ignore"):
        x = found.df_2 / (found.df_2 + found.df_1 * found.statistic)
        return np.asarray(special.betainc(found.df_2 / 2, found.df_1 / 2, x))
