"""Concordance and its combination over test folds, by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.resampling.metrics import (
    brier,
    harrell_c,
    integrated_brier,
    kaplan_meier_at,
    kaplan_meier_brier,
    nested_c,
    over_time,
    time_auc,
    uno_c,
)

TIME = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
EVENT = np.array([True, True, False, True, False, True])


def test_harrell_by_hand() -> None:
    # comparable: patient 0 with five, 1 with four, 3 with two
    assert harrell_c(TIME, EVENT, -TIME)[0] == 1
    assert harrell_c(TIME, EVENT, np.zeros(6))[0] == 0.5
    score = np.array([5.0, 6.0, 0.0, 1.0, 1.0, 2.0])  # 0 loses to 1; 3 ties with 4 and loses to 5
    assert harrell_c(TIME, EVENT, score)[0] == pytest.approx((4 + 4 + 0.5) / 11)


def test_no_comparable_pair_is_one_half() -> None:
    assert harrell_c(TIME, EVENT & False, -TIME)[0] == 0.5


def test_nested_counts_pairs_inside_a_fold_only() -> None:
    folds = np.array([[0, 0, 0, 1, 1, 1]])
    # perfect within folds, reversed between them
    score = np.array([[3.0, 2.0, 1.0, 30.0, 20.0, 10.0]])
    assert nested_c(TIME, EVENT, score, folds)[0, 0] == 1
    assert harrell_c(TIME, EVENT, score[0])[0] < 1


def test_folds_weigh_by_comparable_pairs_and_repeats_stay_apart() -> None:
    folds = np.array([[0, 0, 0, 1, 1, 1], [0, 1, 0, 1, 0, 1]])
    score = np.array([[3.0, 2.0, 1.0, 1.0, 2.0, 3.0], [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]])
    # first repeat: 3 comparable pairs right in fold 0, 2 wrong in fold 1
    np.testing.assert_allclose(nested_c(TIME, EVENT, score, folds)[:, 0], [3 / 5, 1.0])


def test_strata_never_mix() -> None:
    strata = np.array([0, 1, 0, 1, 0, 1])
    score = np.array([1.0, 9.0, 0.0, 8.0, 0.5, 7.0])  # right inside strata
    assert harrell_c(TIME, EVENT, score, strata=strata)[0] == 1


def test_resampling_weights_are_multiplicities() -> None:
    rng = np.random.default_rng(1)
    time, event, score = rng.exponential(size=30), rng.random(30) < 0.6, rng.normal(size=30)
    rows = rng.integers(0, 30, 30)
    weights = np.bincount(rows, minlength=30).astype(float)[:, None]
    direct = harrell_c(time[rows], event[rows], score[rows])[0]
    # copies of one patient tie in time and are no pair
    assert harrell_c(time, event, score, weights=weights)[0] == pytest.approx(direct, abs=1e-12)


# ---- censoring taken into account
@pytest.fixture
def patients(oracles: Path) -> pd.DataFrame:
    return pd.read_csv(oracles / "performance.csv")


@pytest.fixture
def wanted(oracles: Path) -> dict[str, dict[str, object]]:
    return json.loads((oracles / "performance.json").read_text())


@pytest.mark.parametrize(
    ("name", "time", "score", "tau"),
    [
        ("day", "day", "score", 900.0),
        ("day_coarse", "day", "coarse", 900.0),
        ("day_all", "day", "score", 1500.0),
        ("week", "week", "score", 30.0),
        ("week_coarse", "week", "coarse", 30.0),
    ],
)
def test_uno_of_r(patients: pd.DataFrame, wanted: dict, name: str, time: str, score: str, tau: float) -> None:
    found = uno_c(patients[time].to_numpy(float), patients["event"] == 1, patients[score].to_numpy(float), tau=tau)
    assert found[0] == pytest.approx(wanted["uno"][name], abs=1e-10)


def _survival(lp: np.ndarray, days: np.ndarray) -> np.ndarray:
    return np.exp(-0.0018 * np.exp(lp)[:, None] * days)


@pytest.mark.parametrize(("name", "per_day"), [("day", 1.0), ("week", 30.0)])
def test_auc_and_brier_of_riskregression(patients: pd.DataFrame, wanted: dict, name: str, per_day: float) -> None:
    told = wanted[name]
    time, event, times = patients[name].to_numpy(float), patients["event"].to_numpy() == 1, np.array(told["times"])
    scores = patients[["score", "coarse"]].to_numpy(float)
    areas = time_auc(time, event, scores, times)
    np.testing.assert_allclose(areas.T, [told["auc"]["score"], told["auc"]["coarse"]], atol=1e-10)
    for factor, model in ((1.0, "score"), (0.5, "coarse")):
        survival = _survival(factor * patients[model].to_numpy(float), times * per_day)
        np.testing.assert_allclose(brier(time, event, survival, times), told["brier"][model], atol=1e-10)
    np.testing.assert_allclose(kaplan_meier_brier(time, event, times), told["brier"]["Null model"], atol=1e-10)


def test_integrated_brier_of_riskregression_and_pec(patients: pd.DataFrame, wanted: dict) -> None:
    time, event, grid = patients["day"].to_numpy(), patients["event"].to_numpy() == 1, np.array(wanted["ibs"]["grid"])
    survival = _survival(patients["score"].to_numpy(), grid)
    whole = integrated_brier(time, event, survival, grid, tau=900.0)
    assert whole == pytest.approx(wanted["ibs"]["ibs"]["score"], abs=1e-10)
    assert whole == pytest.approx(wanted["pec"]["crps"]["score"], abs=1e-10)
    nobody = over_time(kaplan_meier_brier(time, event, grid), grid, tau=900.0)
    assert nobody == pytest.approx(wanted["ibs"]["ibs"]["Null model"], abs=1e-10)
    np.testing.assert_allclose(brier(time, event, survival, grid), wanted["pec"]["brier"], atol=1e-10)


def test_without_censoring_uno_is_harrell() -> None:
    rng = np.random.default_rng(2)
    time, score, event = rng.exponential(size=50), rng.normal(size=50), np.ones(50, dtype=bool)
    assert uno_c(time, event, score, tau=9.0)[0] == pytest.approx(harrell_c(time, event, score)[0], abs=1e-12)


def test_the_reversed_score_has_the_rest_of_one() -> None:
    rng = np.random.default_rng(3)
    time, event = rng.integers(1, 20, 60).astype(float), rng.random(60) < 0.6
    score = rng.integers(0, 9, 60).astype(float)
    both = np.column_stack([score, -score])
    assert uno_c(time, event, both, tau=15.0).sum() == pytest.approx(1, abs=1e-12)
    np.testing.assert_allclose(time_auc(time, event, both, np.array([5.0, 9.0])).sum(axis=1), 1)


def test_uno_resamples_censoring_too() -> None:
    rng = np.random.default_rng(4)
    time, event, score = rng.exponential(size=30), rng.random(30) < 0.6, rng.normal(size=30)
    rows = rng.integers(0, 30, 30)
    weights = np.bincount(rows, minlength=30).astype(float)[:, None]
    direct = uno_c(time[rows], event[rows], score[rows], tau=1.0)[0]
    assert uno_c(time, event, score, tau=1.0, weights=weights)[0] == pytest.approx(direct, abs=1e-12)


def test_no_event_by_tau_is_one_half() -> None:
    assert uno_c(TIME, EVENT, -TIME, tau=0.5)[0] == 0.5


def test_integration_by_hand() -> None:
    # 0 up to 1, then 0.2 up to 3, then 0.1 up to 4
    assert over_time(np.array([0.2, 0.1, 9.0]), np.array([1.0, 3.0, 5.0]), tau=4.0) == pytest.approx(0.5 / 4)


def test_kaplan_meier_brier_is_the_brier_of_that_curve() -> None:
    rng = np.random.default_rng(5)
    time, event, times = rng.integers(1, 9, 40).astype(float), rng.random(40) < 0.6, np.array([2.0, 5.0])
    curve = np.broadcast_to(kaplan_meier_at(time, event, times), (40, 2))
    np.testing.assert_allclose(kaplan_meier_brier(time, event, times), brier(time, event, curve, times))
    weights = rng.integers(0, 3, (40, 3))
    assert kaplan_meier_brier(time, event, times, weights=weights).shape == (2, 3)
