import numpy as np
import pandas as pd

from radassoc.association._paired_tables import PairedTables
from radassoc.association._similarity_null import similarities
from radassoc.base.settings import options
from radassoc.kernels.correlation import basis, residuals
from radassoc.kernels.similarity import distances, mantel_scores, rv_coefficient


def tables(covariates):
    rng = np.random.default_rng(3)
    Q = basis(rng.normal(size=(20, covariates)))
    X, Y = (residuals(rng.normal(size=(20, p)), Q) for p in (4, 6))
    return PairedTables(X, Y, Q, ([], []), pd.Index(range(20)), np.zeros(20, int), ())


def test_each_order_is_what_a_permuted_table_gives():
    rng = np.random.default_rng(5)
    rows = np.array([np.arange(20), *(rng.permutation(20) for _ in range(3))])
    for k in (0, 2):
        part = tables(k)
        for ranked in (False, True):
            found = similarities(part, rows, ranked=ranked)
            for order, (mantel, rv) in zip(rows, found, strict=True):
                moved = residuals(part.Y[order], part.Q)
                A, B = part.X @ part.X.T, moved @ moved.T
                scores = [mantel_scores(distances(G), ranked=ranked) for G in (A, B)]
                np.testing.assert_allclose([mantel, rv], [scores[0] @ scores[1], rv_coefficient(A, B)], atol=1e-9)


def test_workers_change_nothing():
    rng = np.random.default_rng(5)
    rows = np.array([rng.permutation(20) for _ in range(230)])
    with options(n_jobs=1):
        one = similarities(tables(1), rows, ranked=True)
    with options(n_jobs=2):
        two = similarities(tables(1), rows, ranked=True)
    np.testing.assert_array_equal(one, two)
