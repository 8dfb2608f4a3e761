import numpy as np
import pytest

from radassoc.kernels.correlation import basis, residual_units
from radassoc.kernels.cox_marginal import marginal_score_z
from radassoc.kernels.cox_risk import risk_sets
from radassoc.kernels.cox_rows import cox_null, permuted_z
from radassoc.kernels.permutation import permuted_rows


@pytest.mark.parametrize("ties", ["none", "whole months"])
@pytest.mark.parametrize("q", [0, 2])
@pytest.mark.parametrize("stratified", [False, True])
def test_rows_that_changed_places_score_as_a_new_table(rng, ties, q, stratified):
    """The slow way: exchange the rows, and test the new table; a gene's fit on the covariates changes nothing."""
    n, p = 50, 300
    X, Z, strata = rng.normal(size=(n, p)), rng.normal(size=(n, q)), rng.integers(0, 1 + 2 * stratified, n)
    time = rng.exponential(5, n) if ties == "none" else np.ceil(rng.exponential(5, n))
    event = rng.random(n) < 0.7
    risk = risk_sets(time, event, strata=strata)
    dummies = strata[:, None] == np.unique(strata)[1:]
    E = residual_units(X, basis(np.hstack([Z, dummies]).astype(float)))
    rows = np.vstack([np.arange(n), permuted_rows(strata, 3, rng)])
    found = permuted_z(E.astype(np.float32), cox_null(Z, risk), rows)
    np.testing.assert_allclose(found[0], marginal_score_z(X, Z, risk), atol=1e-5)
    for b in (1, 3):
        np.testing.assert_allclose(found[b], marginal_score_z(E[rows[b]], Z, risk), atol=1e-5)


def test_a_gene_without_variance_scores_zero(rng):
    E = residual_units(rng.normal(size=(30, 4)), basis(np.empty((30, 0))))
    E[:, 2] = 0.0
    risk = risk_sets(rng.exponential(size=30), np.ones(30, bool))
    z = permuted_z(E.astype(np.float32), cox_null(np.empty((30, 0)), risk), np.arange(30)[None, :])
    assert z[0, 2] == 0.0
    assert (z[0, [0, 1, 3]] != 0).all()
