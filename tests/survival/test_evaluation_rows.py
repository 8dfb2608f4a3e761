"""Rows of an evaluation: estimates with intervals, differences, tests."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.resampling.metrics import brier, harrell_c, time_auc, uno_c
from radassoc.survival._evaluation_rows import Patients, added_value, differences, draw, measures, reclassified
from radassoc.survival._performance import Predicted
from radassoc.survival._times import prediction_times

TIMES, TAU = np.array([0.4, 0.9]), 1.5


@pytest.fixture(scope="module")
def patients() -> Patients:
    rng = np.random.default_rng(1)
    score = rng.normal(size=120).round(2)
    death, lost = rng.exponential(np.exp(-score)), rng.uniform(0.2, 3, 120)
    time, event, strata = np.minimum(death, lost), death <= lost, np.arange(120) % 2
    return Patients(time, event, strata, draw(strata, 40, seed=3), TIMES, TAU, prediction_times(time, TIMES, TAU))


@pytest.fixture(scope="module")
def predicted(patients: Patients) -> dict[str, Predicted]:
    score = np.random.default_rng(1).normal(size=120).round(2)
    survival = np.exp(-np.exp(score)[:, None] * patients.grid)
    return {"score": Predicted(score, survival), "volume": Predicted(score**2)}


def _rows(rows: list) -> pd.DataFrame:
    return pd.DataFrame(rows).set_index(["measure", "model", "time"]).sort_index()


def test_samples_keep_the_size_of_every_stratum(patients: Patients) -> None:
    assert patients.weights.shape == (120, 41)
    assert (patients.weights[:, 0] == 1).all()
    for stratum in (0, 1):
        assert (patients.weights[patients.strata == stratum].sum(axis=0) == 60).all()


def test_the_first_column_is_the_estimate(patients: Patients, predicted: dict) -> None:
    time, event, strata = patients[:3]
    score, survival = predicted["score"]
    table = _rows(measures(patients, predicted)[0])["estimate"]
    assert table[("concordance", "score")].item() == pytest.approx(harrell_c(time, event, score, strata=strata)[0])
    uno = uno_c(time, event, score, tau=TAU, strata=strata)[0]
    assert table[("uno_concordance", "score")].item() == pytest.approx(uno)
    areas = time_auc(time, event, score, TIMES, strata=strata)[:, 0]
    np.testing.assert_allclose(table[("auc", "score")], areas)
    place = np.searchsorted(patients.grid, TIMES)
    np.testing.assert_allclose(table[("brier", "score")], brier(time, event, survival[:, place], TIMES))
    assert table[("observed_expected", "score", 0.9)] == pytest.approx(1, abs=0.2)


def test_a_bootstrap_value_is_that_of_the_drawn_patients(patients: Patients, predicted: dict) -> None:
    time, event, strata = patients[:3]
    rows = np.repeat(np.arange(120), patients.weights[:, 5].astype(int))
    score, survival = predicted["score"]
    copied = Patients(time[rows], event[rows], strata[rows], np.ones((120, 1)), TIMES, TAU, patients.grid)
    alone = measures(copied, {"score": Predicted(score[rows], survival[rows])})[1]["score"]
    for key, values in measures(patients, predicted)[1]["score"].items():
        assert values[5] == pytest.approx(alone[key][0], abs=1e-10), key


def test_differences_are_paired_and_have_no_p(patients: Patients, predicted: dict) -> None:
    values = measures(patients, predicted)[1]
    rows = differences(values, "score", ["volume"])
    assert [row["measure"] for row in rows] == [
        "concordance_difference",
        "uno_concordance_difference",
        "auc_difference",
        "auc_difference",
    ]
    apart = values["score"]["concordance", None] - values["volume"]["concordance", None]
    assert rows[0]["estimate"] == apart[0]
    assert rows[0]["ci_low"] == pytest.approx(np.quantile(apart[1:], 0.025))
    assert rows[0]["detectable"] > 0
    assert all(np.isnan(row["p_value"]) for row in rows)
    same = differences({"score": values["score"], "other": values["score"]}, "score", ["other"])
    assert {row["estimate"] for row in same} == {0.0}


def test_few_bootstraps_give_no_interval(patients: Patients, predicted: dict) -> None:
    few = patients._replace(weights=patients.weights[:, :10])
    row = measures(few, predicted)[0][0]
    assert row["interval"] == "none"
    assert np.isnan(row["ci_low"])


def test_likelihood_ratio_of_coxph(oracles: Path) -> None:
    data = pd.read_csv(oracles / "performance.csv")
    told = json.loads((oracles / "performance.json").read_text())["likelihood_ratio"]
    here = Patients(
        data["week"].to_numpy(float),
        data["event"].to_numpy() == 1,
        data["fold"].to_numpy(),
        np.ones((120, 1)),
        TIMES,
        TAU,
        TIMES,
    )
    row = added_value(here, data["clinical"].to_numpy(), data["score"].to_numpy(), "clinical + score")
    assert row["statistic"] == pytest.approx(told["statistic"], abs=1e-8)
    assert row["p_value"] == pytest.approx(told["p"], rel=1e-6)
    assert row["ci_low"] < row["estimate"] < row["ci_high"]


@pytest.mark.parametrize("added", ["constant", "copy"])
def test_nothing_new_has_no_test(patients: Patients, predicted: dict, added: str) -> None:
    score = predicted["score"].score
    row = added_value(patients, score, 2 * score if added == "copy" else np.zeros(120), "x")
    assert np.isnan(row["p_value"])


def test_a_score_beside_a_constant_is_tested_alone(patients: Patients, predicted: dict) -> None:
    row = added_value(patients, np.zeros(120), predicted["score"].score, "x")
    assert row["p_value"] < 1e-6


def test_reclassification_has_intervals(patients: Patients, predicted: dict) -> None:
    survival = predicted["score"].survival
    assert survival is not None
    rows = reclassified(patients, np.full_like(survival, 0.5), survival, "score - clinical", (0.3,))
    assert [row["measure"] for row in rows[:5]] == ["nri_events", "nri_nonevents", "nri", "idi", "nri_categories"]
    assert len(rows) == 10
    assert all(row["ci_low"] <= row["estimate"] <= row["ci_high"] for row in rows)
