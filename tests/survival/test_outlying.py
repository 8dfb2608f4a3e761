"""A value far from all others is named, and only such a value."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.cohort.cohort import Cohort
from radassoc.preparation.recipe import Preparation
from radassoc.survival._outlying import note_outlying, outlying_columns
from radassoc.survival._pipeline import Arrays, Settings, learn_model
from radassoc.survival.risk_score import fit_risk_score

SETTINGS = Settings(Preparation(), n_folds=4, n_repeats=2)


def make_arrays(*, outlier: float, seed: int = 0) -> Arrays:
    """Column 3 is almost flat and follows survival; one patient's value lies ``outlier`` spreads away."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(80, 6))
    time = rng.exponential(np.exp(-1.5 * X[:, 3]))
    X[7, 3] = outlier
    n = np.zeros(80, dtype=np.int64)
    return Arrays(X, rng.normal(size=(80, 1)), time, rng.random(80) < 0.7, n, np.full(80, np.nan), np.arange(80))


@pytest.mark.parametrize(("outlier", "expected"), [(1000.0, [3]), (2.0, [])])
def test_the_feature_is_named(outlier: float, expected: list[int]) -> None:
    data = make_arrays(outlier=outlier)
    model = learn_model(data, SETTINGS, ("x",))
    assert outlying_columns(model, data, SETTINGS).tolist() == expected
    told = note_outlying(model, data, SETTINGS, list("abcdef"))
    assert len(told) == len(expected)
    assert all("far outside all others' in 'd' (transform" in note for note in told)


def test_a_large_covariate_is_not_blamed_on_a_feature() -> None:
    data = make_arrays(outlier=0.0)
    data.Z[:, 0] = -50 * np.log(data.time)
    model = learn_model(data, SETTINGS, ("x",))
    assert np.abs(model.curve.scores[:, :, 0]).max() > 10
    assert outlying_columns(model, data, SETTINGS).tolist() == []


@pytest.mark.slow
def test_a_ridge_has_none() -> None:
    data, settings = make_arrays(outlier=1000.0), SETTINGS._replace(l1_ratio=0.0)
    assert outlying_columns(learn_model(data, settings, ("x",)), data, settings).tolist() == []


def test_the_score_tells_it(planted_cohort: Cohort) -> None:
    imaging = planted_cohort.radiomics.copy()
    imaging.iloc[4, 0] = 5000.0
    score = fit_risk_score(planted_cohort.with_modality("radiomics", imaging), strata=(), n_folds=4, n_repeats=2)
    assert any("'original_firstorder_F0'" in note for note in score.provenance["notes"])
    assert "far outside all others'" in repr(score)
    assert not any(patient in repr(score) for patient in planted_cohort.patients)
    plain = fit_risk_score(planted_cohort, strata=(), n_folds=4, n_repeats=2)
    assert plain.provenance["notes"] == ()
