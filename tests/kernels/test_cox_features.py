import numpy as np
import pytest

from radassoc.base.jit import jit
from radassoc.kernels.cox_features import load_row, new_features, score_of
from radassoc.kernels.cox_risk import KERNEL


@jit(**KERNEL)
def score_and_row(features, shift, j, residual, row):
    return score_of(features, shift, j, residual), load_row(features, shift, j, row)


@pytest.mark.parametrize("j", range(6))
def test_a_fit_sees_its_own_imputation(rng, j):
    rows, missing = rng.standard_normal((6, 20)), rng.random((6, 20)) < 0.2
    missing[[1, 4]] = False
    missing[0, 0] = True
    gapped = np.flatnonzero(missing.any(axis=1))
    shift = rng.standard_normal(gapped.size)
    own = rows + missing * np.where(missing.any(axis=1), np.bincount(gapped, shift, minlength=6), 0.0)[:, None]
    residual, row = rng.standard_normal(20), np.empty(20)
    score, size = score_and_row(new_features(rows, missing, np.full(6, 3.0)), shift, j, residual, row)
    np.testing.assert_allclose(row, own[j], atol=1e-14)
    assert score == pytest.approx(own[j] @ residual, abs=1e-12)
    assert size == pytest.approx(np.sqrt(np.mean(own[j] ** 2)))


def test_a_table_without_gaps(rng):
    rows = rng.standard_normal((3, 10))
    features = new_features(rows)
    assert features.rows is rows
    assert features.single.dtype == np.float32
    assert (features.gap_of == -1).all()
