"""The tables of a comparison of enrichment."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.columns import tidy
from radassoc.enrichment._slopes import Difference, NullDifference, Side, set_means
from radassoc.enrichment.comparison import COLUMNS, GENE_COLUMNS
from radassoc.enrichment.overlap import Overlap
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.enrichment import Sets, familywise_p, normalise, same_sign_p, walk_scores

__all__ = ["gene_rows", "pathway_rows"]

#: Above this share of genes whose slopes differ, an unrelated set stands out for no reason of its own.
LARGE_SHARE = 0.3
_SAME = 1e-12


def gene_rows(genes: pd.Index, found: Difference, df: tuple[int, int]) -> pd.DataFrame:
    """One row per gene, in the order of the table: slopes, their difference and its 95% interval."""
    estimate = found.slopes[1] - found.slopes[0]
    error = np.sqrt(found.variances.sum(axis=0))
    with np.errstate(divide="ignore", invalid="ignore"):
        free = found.variances.sum(axis=0) ** 2 / sum(v**2 / d for v, d in zip(found.variances, df, strict=True))
    half = special.stdtrit(free, 0.975) * error
    p = 2 * special.stdtr(free, -np.abs(found.statistic))
    frame = pd.DataFrame(
        {
            "gene": genes.astype(str),
            "slope_1": found.slopes[0],
            "slope_2": found.slopes[1],
            "estimate": estimate,
            "std_error": error,
            "ci_low": estimate - half,
            "ci_high": estimate + half,
            "statistic": found.statistic,
            "df": free,
            "p_value": p,
            "p_adjusted": benjamini_hochberg(p),
        }
    )
    return tidy(frame, GENE_COLUMNS)


def pathway_rows(
    overlap: Overlap,
    sides: tuple[Side, Side],
    found: Difference,
    null: NullDifference,
    sets: Sets,
    genes: pd.DataFrame,
    *,
    chosen: tuple[str, str],
    weight: float,
    level: float,
    known: bool,
) -> pd.DataFrame:
    """One row per set; without p-values where ``known`` is False."""
    share = float((genes["p_adjusted"] < level).mean())
    frame = overlap.table.reset_index()
    if share > LARGE_SHARE:
        wide = f"{share:.0%} of all genes differ"
        frame["flag"] = [f"{flag}; {wide}" if flag else wide for flag in frame["flag"]]
    frame["group_1"], frame["group_2"] = chosen
    frame["n_1"], frame["n_2"] = (len(side.unit) for side in sides)
    frame["share_associated"] = share
    for name, values in {**_own(sides, null, sets, weight), **_tested(found, null, sets, weight)}.items():
        frame[name] = values
    if not known:
        frame[["p_value", "familywise_p", "self_contained_p"]] = np.nan
    frame["p_adjusted"] = benjamini_hochberg(frame["p_value"].to_numpy())
    higher = np.where(frame["es"] > 0, f"higher in {chosen[1]}", f"higher in {chosen[0]}")
    frame["direction"] = np.where(frame["es"] == 0, "none", higher)
    agrees = np.sign(frame["mean_statistic"]) == np.sign(frame["es"])
    frame["differs"] = (frame["p_adjusted"] < level) & (frame["self_contained_p"] < level) & agrees
    return tidy(frame, COLUMNS)


def _own(sides: tuple[Side, Side], null: NullDifference, sets: Sets, weight: float) -> dict[str, np.ndarray]:
    """Return the NES within each group, their difference, and its middle 95% where the slopes are equal.

    The sizes by chance that a score is divided by come from the same group in both, so that only the score varies.
    """
    scores, drawn = [], []
    for side, own, chance in zip(sides, null.own, null.chance, strict=True):
        es = walk_scores((side.unit @ side.units)[None, :], sets, weight=weight, stable=True)
        scores.append(normalise(es[0], chance)[0])
        drawn.append(normalise(own, chance)[0])
    between = drawn[1] - drawn[0]
    return {
        "nes_1": scores[0],
        "nes_2": scores[1],
        "nes_difference": scores[1] - scores[0],
        "null_low": _quantile(between, 0.025),
        "null_high": _quantile(between, 0.975),
    }


def _quantile(values: np.ndarray, at: float) -> np.ndarray:
    """Return a quantile of each column (b, m) among its known values; missing where there is none."""
    known = np.isfinite(values).any(axis=0)
    answer = np.full(values.shape[1], np.nan)
    answer[known] = np.nanquantile(values[:, known], at, axis=0)
    return answer


def _tested(found: Difference, null: NullDifference, sets: Sets, weight: float) -> dict[str, np.ndarray]:
    es = walk_scores(found.statistic[None, :], sets, weight=weight, stable=True)[0]
    means = set_means(found.statistic[None, :], sets)[0]
    nes, null_nes = normalise(es, null.es)
    n = len(null.es)
    return {
        "es": es,
        "nes": nes,
        "p_value": same_sign_p(es, null.es),
        "familywise_p": familywise_p(nes, null_nes),
        "mean_statistic": means,
        "self_contained_p": (1 + (np.abs(null.means) >= np.abs(means) - _SAME).sum(axis=0)) / (1 + n),
    }
