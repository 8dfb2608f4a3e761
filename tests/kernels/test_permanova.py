from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.correlation import basis, residuals
from radassoc.kernels.permanova import permanova


@pytest.mark.parametrize("adjusted", [False, True])
def test_agrees_with_adonis2(oracles, adjusted):
    data = pd.read_csv(oracles / "modalities.csv")
    told = json.loads((oracles / "modalities.json").read_text())["permanova_z" if adjusted else "permanova"]
    X = data.iloc[:, :12].to_numpy()
    X = (X - X.mean(0)) / X.std(0, ddof=1)
    Q = basis(data[["z"]].to_numpy() if adjusted else np.zeros((40, 0)))
    factor = np.linalg.qr(residuals(pd.get_dummies(data["site"]).to_numpy(float)[:, 1:], Q))[0]
    rng = np.random.default_rng(0)
    rows = np.array([np.arange(40), *(rng.permutation(40) for _ in range(999))])
    share, f = permanova(X @ X.T, Q, factor, rows)
    assert share[0] == pytest.approx(told["r2"], abs=1e-10)
    assert f[0] == pytest.approx(told["f"], abs=1e-10)
    p = (1 + (f[1:] >= f[0]).sum()) / 1000
    assert p == pytest.approx(told["p"], abs=4 * np.sqrt(0.02 / 1000))


def test_an_order_is_what_a_permuted_table_gives():
    rng = np.random.default_rng(1)
    Q = basis(rng.normal(size=(15, 1)))
    X = residuals(rng.normal(size=(15, 3)), Q)
    factor = np.linalg.qr(residuals(np.repeat(np.eye(3), 5, axis=0)[:, 1:], Q))[0]
    order = rng.permutation(15)
    both, f = permanova(X @ X.T, Q, factor, np.array([np.arange(15), order]))
    moved = residuals(X[order], Q)
    between = ((factor.T @ moved) ** 2).sum()
    within = (moved**2).sum() - between
    assert f[1] == pytest.approx((between / 2) / (within / 11), rel=1e-12)
    assert both.shape == (2,)
