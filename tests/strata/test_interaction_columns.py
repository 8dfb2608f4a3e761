import numpy as np

from radassoc.strata._interaction_columns import fit_columns, largest_share, most_share, normal_scores, per_sd


def test_what_rests_on_one_patient_and_what_hardly_varies():
    rng = np.random.default_rng(0)
    group = np.repeat([0, 1], 40)
    X = rng.normal(size=(80, 3))
    X[5, 1] = 60.0
    X[group == 1, 2] = 0.0
    X[41:45, 2] = 1.0
    found = fit_columns(X, group, np.empty((80, 0)))
    assert found.heavy.tolist() == [False, True, False]
    assert found.flat.tolist() == [False, False, True]
    assert found.usable.tolist() == [True, False, False]


def test_covariates_are_taken_out_first():
    rng = np.random.default_rng(1)
    Z = rng.normal(size=(40, 1))
    X = Z + 1e-3 * rng.normal(size=(40, 1))
    X[3] += 1.0
    assert not fit_columns(X, np.zeros(40, int), np.empty((40, 0))).heavy[0]
    assert fit_columns(X, np.zeros(40, int), Z).heavy[0]


def test_shares_and_scales():
    assert largest_share(np.array([[3.0, 0.0], [-1.0, 0.0]])).tolist() == [0.9, 0.0]
    assert most_share(200) == 0.3
    assert most_share(20) == 0.7
    scores = normal_scores(np.array([[5.0], [1.0], [100.0]]))
    np.testing.assert_allclose(scores[0], 0.0, atol=1e-12)
    np.testing.assert_allclose(per_sd(np.array([[1.0, 2.0], [3.0, 2.0]])).std(axis=0, ddof=1), [1.0, 0.0])
