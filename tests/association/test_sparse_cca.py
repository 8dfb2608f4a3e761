import numpy as np
import pandas as pd

from radassoc.association._paired_tables import PairedTables
from radassoc.association._sparse_cca import sparse_cca
from radassoc.kernels.correlation import basis


def test_the_choice_is_that_of_the_largest_standardised_z():
    rng = np.random.default_rng(0)
    latent = rng.normal(size=(60, 1))
    X, Y = rng.normal(size=(60, 30)), rng.normal(size=(60, 40))
    X[:, :3] += 1.5 * latent
    Y[:, :2] += 1.5 * latent
    X, Y = ((M - M.mean(0)) / M.std(0, ddof=1) for M in (X, Y))
    part = PairedTables(X, Y, basis(np.zeros((60, 0))), ([], []), pd.Index(range(60)), np.zeros(60, int), ())
    rows = np.array([np.arange(60), *(rng.permutation(60) for _ in range(149))])
    found = sparse_cca(part, rows, (0.2, 0.4, 0.9))
    z = np.arctanh(found.correlation)
    np.testing.assert_allclose(found.standardised, (z - z.mean(0)) / z.std(0), atol=1e-9)
    assert found.chosen == found.standardised[0].argmax() == 0
    assert found.largest[0] > found.largest[1:].max()
    u, v = found.weights[0]
    assert set(np.abs(u).argsort()[-2:]) <= {0, 1, 2}
    assert set(np.abs(v).argsort()[-2:]) == {0, 1}
