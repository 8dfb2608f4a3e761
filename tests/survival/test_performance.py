"""All measures at once, and the frames that figures draw."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.resampling.metrics import harrell_c, nested_c, time_auc
from radassoc.survival._performance import (
    Predicted,
    calibration_frame,
    columns_of,
    decision_frame,
    measure_all,
    roc_frame,
)
from radassoc.survival._times import prediction_times

TIMES, TAU = np.array([0.4, 0.9]), 1.5


@pytest.fixture(scope="module")
def outcome() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    score = rng.normal(size=150).round(2)
    death, lost = rng.exponential(np.exp(-score)), rng.uniform(0.2, 3, 150)
    return np.minimum(death, lost), death <= lost, score


@pytest.fixture(scope="module")
def grid(outcome: tuple[np.ndarray, ...]) -> np.ndarray:
    return prediction_times(outcome[0], TIMES, TAU)


@pytest.fixture(scope="module")
def predicted(outcome: tuple[np.ndarray, ...], grid: np.ndarray) -> dict[str, Predicted]:
    score = outcome[2]
    return {"score": Predicted(score, np.exp(-np.exp(score)[:, None] * grid)), "volume": Predicted(-score)}


def test_every_measure_once(outcome: tuple, grid: np.ndarray, predicted: dict) -> None:
    time, event, score = outcome
    found = measure_all(time, event, predicted, times=TIMES, tau=TAU, grid=grid)
    keys = [(measure, model, None if np.isnan(t) else t) for measure, model, t, _ in found]
    ranks = ["concordance", "uno_concordance", "auc", "auc", "calibration_slope"]
    assert [key[0] for key in keys if key[1] == "volume"] == ranks
    assert [k[0] for k in keys if k[1] == "score"] == [*ranks, "brier", "brier", "integrated_brier", "brier_skill"]
    values = dict(zip(keys, (row[3] for row in found), strict=True))
    assert values["concordance", "score", None] == pytest.approx(harrell_c(time, event, score)[0])
    assert values["auc", "volume", 0.4] == pytest.approx(1 - values["auc", "score", 0.4])
    assert values["calibration_slope", "score", None] == pytest.approx(1, abs=0.3)
    assert 0 < values["brier_skill", "score", None] < 1


def test_only_pairs_inside_a_fold_count(outcome: tuple, predicted: dict) -> None:
    time, event, score = outcome
    folds = np.arange(150) % 4
    found = measure_all(time, event, {"volume": predicted["volume"]}, times=TIMES, tau=TAU, groups=folds)
    assert found[0][3] == pytest.approx(nested_c(time, event, -score[None], folds[None])[0, 0])


def test_a_constant_score_is_chance_and_has_no_slope(outcome: tuple) -> None:
    time, event, _ = outcome
    values = {row[0]: row[3] for row in measure_all(time, event, {"x": Predicted(np.zeros(150))}, times=TIMES, tau=TAU)}
    assert values["concordance"] == values["uno_concordance"] == values["auc"] == 0.5
    assert np.isnan(values["calibration_slope"])


@pytest.mark.parametrize("n_folds", [1, 3])
def test_the_area_under_a_curve_is_its_auc(outcome: tuple, predicted: dict, n_folds: int) -> None:
    time, event, score = outcome
    folds = np.arange(150) % n_folds
    frame = roc_frame(time, event, predicted, times=TIMES, groups=folds)
    areas = time_auc(time, event, np.column_stack([score, -score]), TIMES, groups=folds)
    for (model, t), curve in frame.groupby(["model", "time"]):
        area = np.trapezoid(curve["true_positive"], curve["false_positive"])
        assert area == pytest.approx(areas[list(TIMES).index(t), list(predicted).index(model)], abs=1e-12)
        assert (np.diff(curve["false_positive"]) >= 0).all()
        assert (np.diff(curve["true_positive"]) >= -1e-12).all()


def test_no_patient_stands_in_a_frame(outcome: tuple, grid: np.ndarray, predicted: dict) -> None:
    time, event, score = outcome
    roc = roc_frame(time, event, predicted, times=TIMES)
    assert not set(roc.loc[roc["model"] == "score", "threshold"]) & set(score)
    calibration = calibration_frame(time, event, predicted, times=TIMES, grid=grid)
    assert set(calibration["group"]) == {"1", "2", "3", "4", "5", "smooth", "histogram"}
    assert set(calibration["model"]) == {"score"}
    assert calibration.loc[calibration["group"].isin(list("12345")), "n"].sum() == 300


def test_decisions_have_their_references(outcome: tuple, grid: np.ndarray, predicted: dict) -> None:
    time, event, _ = outcome
    frame = decision_frame(time, event, predicted, times=TIMES, grid=grid)
    assert list(dict.fromkeys(frame["model"])) == ["score", "treat all", "treat none"]
    assert set(frame["time"]) == set(TIMES)


def test_without_absolute_risks_frames_are_empty_and_labelled(outcome: tuple) -> None:
    time, event, score = outcome
    only = {"x": Predicted(score)}
    assert list(calibration_frame(time, event, only, times=TIMES).columns)[:3] == ["model", "time", "group"]
    assert decision_frame(time, event, only, times=TIMES).empty
    assert roc_frame(time, event, only, times=np.array([99.0])).empty  # no control


def test_times_must_be_in_the_grid(grid: np.ndarray) -> None:
    assert (grid[columns_of(grid, TIMES)] == TIMES).all()
    with pytest.raises(ValueError, match="times must be among"):
        columns_of(grid, np.array([0.4567891]))
