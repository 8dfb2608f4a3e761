"""The models beside a frozen score."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.survival._rivals import predict_all, refuse_times, refuse_training, scores_of
from radassoc.survival.risk_score import RiskScore, fit_risk_score

Maker = Callable[..., Cohort]


@pytest.fixture(scope="module")
def score(planted: Maker) -> RiskScore:
    return fit_risk_score(planted(), covariates="age", strata=("site",), n_folds=4, n_repeats=1)


@pytest.fixture(scope="module")
def others(planted: Maker) -> Cohort:
    return planted(seed=5, prefix="T")


class Age:
    """A clinical model made by hand, in years where the cohort has months."""

    unit = "years"

    def predict(self, cohort: Cohort) -> pd.Series:
        return cohort.column("age").astype(float) / 10

    def predict_survival(self, cohort: Cohort, times: Any) -> pd.DataFrame:
        age = self.predict(cohort)
        return pd.DataFrame(np.exp(-np.outer(age / 6, times)), index=age.index, columns=times)


def test_models_are_named(others: Cohort, score: RiskScore) -> None:
    found = scores_of(others, score, Age())
    assert list(found) == ["score", "imaging", "covariates", "volume", "clinical"]
    total = found["imaging"] + found["covariates"]
    np.testing.assert_allclose(found["score"], total.loc[found["score"].index])


def test_absolute_risks_of_each_model(others: Cohort, score: RiskScore) -> None:
    grid = np.array([6.0, 12.0])
    found = scores_of(others, score, Age())
    reach = predict_all(others, found, score, Age(), grid)
    assert reach.last == 12
    assert reach.predicted["imaging"].survival is None
    assert reach.predicted["score"].survival == pytest.approx(
        score.predict_survival(others, grid).loc[found["score"].index].to_numpy()
    )
    # years from months
    expected = np.exp(-np.outer(found["clinical"] / 6, [0.5, 1.0]))
    np.testing.assert_allclose(reach.predicted["clinical"].survival, expected)


def test_covariates_use_the_hazard_of_their_own_stratum(others: Cohort, score: RiskScore) -> None:
    values = scores_of(others, score, None)
    survival = predict_all(others, values, score, None, np.array([12.0])).predicted["covariates"].survival
    assert survival is not None
    base = score.baseline[(score.baseline["model"] == "covariates") & (score.baseline["time"] <= 12)]
    hazard = base.groupby("stratum")["cumulative_hazard"].max()
    site = others.column("site").loc[values["covariates"].index].astype(str)
    expected = np.exp(-site.map(hazard) * np.exp(values["covariates"]))
    np.testing.assert_allclose(survival[:, 0], expected)


def test_survival_ends_with_the_training_follow_up(others: Cohort, score: RiskScore) -> None:
    grid = np.array([12.0, 1000.0])
    reach = predict_all(others, scores_of(others, score, None), score, None, grid)
    assert reach.last == 12
    predicted, known = reach.known()
    assert known.tolist() == [12]
    assert predicted["score"].survival.shape == (90, 1)
    with pytest.raises(DesignError, match="up to 12 only"):
        refuse_times(reach.last)


@pytest.mark.parametrize("wrong", [pd.Series([1.0]), "age", SimpleNamespace(predict=3)])
def test_what_is_no_clinical_model_is_refused(others: Cohort, score: RiskScore, wrong: Any) -> None:
    with pytest.raises(InputError, match="is no clinical model"):
        refuse_training(others, score, wrong)


def test_a_clinical_model_trained_on_these_patients_is_refused(others: Cohort, score: RiskScore) -> None:
    seen = fit_risk_score(others, covariates="age", n_folds=4, n_repeats=1)
    with pytest.raises(DesignError, match="in the training of the clinical model"):
        refuse_training(others, score, seen)
