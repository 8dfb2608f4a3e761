import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from radassoc.exploration._size import size_correlations


def test_rank_correlation_with_the_volume_over_known_values():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(30, 3)), columns=["a", "volume", "b"])
    X.loc[:8, "b"] = np.nan
    X["c"] = np.exp(X["volume"])
    rho = size_correlations(X, "volume")
    assert rho[0] == pytest.approx(spearmanr(X["a"], X["volume"])[0])
    assert rho[2] == pytest.approx(spearmanr(X["b"][9:], X["volume"][9:])[0])
    assert rho[3] == pytest.approx(1)
    assert np.isnan(rho[1])
