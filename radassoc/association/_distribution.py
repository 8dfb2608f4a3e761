"""All p-values of a map as a histogram and as quantiles: what diagnostic figures draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from radassoc.association._found import Found
from radassoc.association.result import DISTRIBUTION_COLUMNS, QUANTILE_COLUMNS
from radassoc.base.columns import tidy

__all__ = ["distribution", "quantiles"]

_BINS = 20
_POINTS = 200


def distribution(found: Found) -> pd.DataFrame:
    """Count all p-values in 20 equal intervals; those of a large map by t, from the counts of the scan."""
    edges = np.linspace(0.0, 1.0, _BINS + 1)
    if found.tail is None:
        p = found.values.p
        counts = np.histogram(p[~np.isnan(p)], edges)[0]
    else:
        below = np.rint(np.interp(edges[1:], found.tail.p, found.tail.below))
        counts = np.diff(np.r_[0.0, below])
    return tidy(pd.DataFrame({"p_low": edges[:-1], "p_high": edges[1:], "n": counts}), DISTRIBUTION_COLUMNS)


def quantiles(found: Found) -> pd.DataFrame:
    """Return log10 p at about 200 ranks, denser among the small ones, with what independent null tests would show."""
    m = found.n_tests
    if not m:
        return tidy([], QUANTILE_COLUMNS)
    ranks = np.unique(np.rint(np.geomspace(1, m, _POINTS)).astype(np.int64))
    known = np.sort(found.values.log10_p[~np.isnan(found.values.p)])
    observed = known[np.minimum(ranks, known.size) - 1] if known.size else np.zeros(len(ranks))
    if found.tail is not None:
        further = ranks > known.size
        observed[further] = np.interp(ranks[further], found.tail.below, found.tail.log10_p)
    k = ranks.astype(float)
    columns = {
        "rank": ranks,
        "expected_log10_p": np.log10(k / (m + 1.0)),
        "log10_p": observed,
        "null_low": np.log10(special.betaincinv(k, m - k + 1, 0.025)),
        "null_high": np.log10(special.betaincinv(k, m - k + 1, 0.975)),
    }
    return tidy(pd.DataFrame(columns), QUANTILE_COLUMNS)
