import json

import numpy as np
import pandas as pd

from radassoc.kernels.correlation import midranks, residuals
from radassoc.kernels.logit_score import null_model, permuted_scores, score_z


def test_equals_the_rao_test_of_glm(oracles):
    frame = pd.read_csv(oracles / "pairings.csv")
    oracle = json.loads((oracles / "pairings.json").read_text())
    design = np.column_stack([np.ones(90), midranks(frame[["age", "z"]].to_numpy())])
    found = score_z(midranks(frame[["x1", "x2", "x3"]].to_numpy()), null_model(frame["y"].to_numpy(), design))
    np.testing.assert_allclose(found, oracle["rao_z"], rtol=1e-8)


def test_a_column_of_the_design_has_no_answer():
    rng = np.random.default_rng(0)
    design = np.column_stack([np.ones(40), rng.normal(size=(40, 2))])
    null = null_model((rng.random(40) < 0.4).astype(float), design)
    z = score_z(np.column_stack([design[:, 1] + 2 * design[:, 2], np.ones(40), rng.normal(size=40)]), null)
    assert np.isnan(z[:2]).all()
    assert np.isfinite(z[2])


def test_covariates_that_separate_the_classes_are_penalised():
    """1p/19q codeletion implies IDH mutation: the likelihood of such a model has no maximum."""
    rng = np.random.default_rng(0)
    y = np.repeat([0.0, 1.0], 20)
    design = np.column_stack([np.ones(40), y * (np.arange(40) % 2)])
    null = null_model(y, design)
    assert null.penalised
    assert np.isfinite(score_z(rng.normal(size=(40, 3)), null)).all()


def test_permuted_scores_are_those_of_permuted_columns():
    rng = np.random.default_rng(2)
    design = np.column_stack([np.ones(30), rng.normal(size=(30, 2))])
    X, y = rng.normal(size=(30, 4)) + design[:, 1:2], (rng.random(30) < 0.5).astype(float)
    null = null_model(y, design)
    rows = np.array([rng.permutation(30) for _ in range(5)])
    Q = np.linalg.qr(design)[0]
    moved = residuals(X, Q)
    for b, row in enumerate(rows):
        back = np.empty_like(moved)
        back[row] = moved  # moving rows of weights by `row` is moving the column by its inverse
        np.testing.assert_allclose(permuted_scores(X, null, rows)[b], np.abs(score_z(back, null)), rtol=1e-9)
