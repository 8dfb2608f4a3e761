import numpy as np

from radassoc.association._clustered import cluster_robust
from radassoc.association._pair_scan import Settings
from radassoc.kernels.correlation import basis


def test_the_bootstrap_answers_where_the_approximation_is_not_trusted():
    """25 patients: only the column that differs in two of them has too few degrees of freedom."""
    rng = np.random.default_rng(0)
    codes = np.repeat(np.arange(25), 3)
    X = np.column_stack([rng.normal(size=75), (codes < 2) + rng.normal(size=75) * 1e-3])
    Q = basis(np.empty((75, 0)))
    found = cluster_robust(X, rng.normal(size=(75, 2)), Q, codes, Settings(n_permutations=99))
    assert found.df[0, 0] > 4 > found.df[1, 0]
    assert np.isnan(found.p[0]).all()
    assert np.isfinite(found.p[1]).all()


def test_any_number_of_workers_gives_the_same():
    from radassoc.base.settings import options

    rng = np.random.default_rng(1)
    codes = np.repeat(np.arange(10), 3)
    data = (rng.normal(size=(30, 120)), rng.normal(size=(30, 2)), basis(np.empty((30, 0))), codes)
    answers = []
    for workers in (1, 2):
        with options(n_jobs=workers):
            answers.append(cluster_robust(*data, Settings(n_permutations=49)).p)
    np.testing.assert_array_equal(*answers)
