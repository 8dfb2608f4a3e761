"""The rivals of the score: which there are, and that each is an ordinary Cox model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.preparation.recipe import Preparation
from radassoc.survival._added_value import (
    difference_of,
    known_models,
    learn_volume_and_covariates,
    scorers,
    survival,
)
from radassoc.survival._pipeline import Arrays, Settings, learn_model

SETTINGS = Settings(Preparation(), n_folds=4, n_repeats=1)


def make_arrays(n: int = 80) -> Arrays:
    rng = np.random.default_rng(5)
    X = rng.normal(size=(n, 4))
    Z = rng.normal(size=(n, 2))
    volume = np.exp(2 * rng.normal(size=n))
    time = rng.exponential(np.exp(-0.8 * np.log(volume) - Z[:, 0]))
    return Arrays(X, Z, time, rng.random(n) < 0.7, np.zeros(n, int), volume, np.arange(n))


def test_models_follow_from_the_columns() -> None:
    data = make_arrays()
    assert known_models(data) == ("full", "covariates", "volume", "covariates + volume")
    assert known_models(data._replace(volume=np.full(80, np.nan))) == ("full", "covariates")
    assert known_models(data._replace(Z=np.empty((80, 0)))) == ("full", "volume")
    assert difference_of("covariates") == "full - covariates"


@pytest.mark.parametrize("log", [True, False])
def test_both_together_are_the_cox_model_of_lifelines(log: bool) -> None:
    from lifelines import CoxPHFitter

    data = make_arrays()
    if not log:
        data = data._replace(volume=np.log(data.volume))  # some are negative
    learned = learn_volume_and_covariates(data, SETTINGS)
    assert learned.log == log
    column = np.log(data.volume) if log else data.volume
    frame = pd.DataFrame({"a": data.Z[:, 0], "b": data.Z[:, 1], "v": column, "time": data.time, "event": data.event})
    fitted = CoxPHFitter().fit(frame, "time", "event")
    np.testing.assert_allclose(learned.coefficients / learned.scale, fitted.params_, atol=1e-5)
    score = learned.score(data.Z, data.volume)
    expected = frame[["a", "b", "v"]].to_numpy() @ fitted.params_.to_numpy()
    np.testing.assert_allclose(score, expected - expected.mean(), atol=1e-4)


def test_missing_and_impossible_volumes_get_the_median_and_the_smallest_of_training() -> None:
    data = make_arrays()
    gaps = np.where(np.arange(80) % 9 == 0, np.nan, data.volume)
    learned = learn_volume_and_covariates(data._replace(volume=gaps), SETTINGS)
    Z = np.zeros((4, 2))
    asked = np.array([np.nan, np.nanmedian(gaps), 0.0, np.nanmin(gaps)])
    score = learned.score(Z, asked)
    assert score[0] == score[1]
    assert score[2] == score[3]
    constant = learn_volume_and_covariates(data._replace(volume=np.ones(80)), SETTINGS)
    assert np.isfinite(constant.score(Z, asked)).all()


def test_survival_falls_with_time_and_risk_and_stays_a_probability() -> None:
    data = make_arrays()
    model = learn_model(data, SETTINGS, ("x",))
    learned = scorers(model, data, SETTINGS, known_models(data))
    assert tuple(learned) == known_models(data)
    times = np.quantile(data.time, [0.2, 0.5, 0.8])
    scorer = learned["covariates + volume"]
    alive = survival(scorer, data, data, scorer(data), times)
    assert ((alive >= 0) & (alive <= 1)).all()
    assert (np.diff(alive, axis=1) < 0).all()
    order = np.argsort(scorer(data))
    assert (np.diff(alive[order, 1]) <= 0).all()
    wild = survival(scorer, data, data.take(np.arange(2)), np.array([-1e6, 1e6]), np.array([0.0, times[1]]))
    np.testing.assert_allclose(wild, [[1, 1], [1, 0]])
