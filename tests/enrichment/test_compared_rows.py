import numpy as np
import pandas as pd
from scipy import stats

from radassoc.enrichment._compared_rows import gene_rows
from radassoc.enrichment._slopes import Difference


def test_interval_and_p_are_welchs():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=9), rng.normal(1, 3, size=6)
    variances = np.array([[a.var(ddof=1) / 9], [b.var(ddof=1) / 6]])
    slopes = np.array([[a.mean()], [b.mean()]])
    t = (slopes[1] - slopes[0]) / np.sqrt(variances.sum(axis=0))
    row = gene_rows(pd.Index(["G"]), Difference(slopes, variances, t), (8, 5)).iloc[0]
    known = stats.ttest_ind(b, a, equal_var=False)
    np.testing.assert_allclose([row["statistic"], row["df"], row["p_value"]], [known.statistic, known.df, known.pvalue])
    np.testing.assert_allclose([row["ci_low"], row["ci_high"]], known.confidence_interval(0.95))
