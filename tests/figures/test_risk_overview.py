from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.cohort.cohort import Cohort
from radassoc.figures import plot_risk_overview

N = 12
PATIENTS = [f"P{i}" for i in range(N)]


@pytest.fixture
def cohort():
    rng = np.random.default_rng(1)
    radiomics = pd.DataFrame(rng.normal(5, 2, (N, 4)), index=PATIENTS, columns=list("abcd"))
    radiomics.iloc[0, 0] = np.nan
    clinical = pd.DataFrame({"os": np.arange(N) + 1.0, "dead": [1, 0] * (N // 2)}, index=PATIENTS)
    return Cohort.from_frames(radiomics=radiomics, clinical=clinical, time="os", event="dead", unit="months")


@pytest.fixture
def judged():
    groups = ["high", "low"] * (N // 2 - 1) + ["high", None]
    samples = pd.DataFrame({"patient": PATIENTS, "score": np.arange(N)[::-1] - 5.0, "group": groups})
    return SimpleNamespace(samples=samples, reason="")


@pytest.fixture
def fitted():
    table = pd.DataFrame(
        {
            "feature": ["a", "b", "c", "d", "age"],
            "modality": ["radiomics"] * 4 + ["clinical"],
            "coefficient": [0.2, -0.5, 0.4, 0.0, 0.03],
            "per": ["SD"] * 4 + ["unit"],
        }
    )
    return SimpleNamespace(table=table, reason="")


def test_patients_stand_by_score_with_their_own_survival(cohort, judged):
    figure = plot_risk_overview(judged, cohort)
    scores, times = figure.axes[0], figure.axes[1]
    drawn = scores.collections[-1].get_offsets()
    assert (np.diff(drawn[:, 1]) > 0).all()
    died, censored = (part.get_offsets() for part in times.collections)
    # the last patient has the lowest score and the longest follow-up
    np.testing.assert_allclose(sorted(np.vstack([died, censored])[:, 1])[-1], N)
    np.testing.assert_allclose(censored[0], [0.5, 12.0])
    assert times.get_xlabel() == "12 patients by increasing score"
    assert "out of fold" in figure._suptitle.get_text()


def test_groups_and_events_are_counted(cohort, judged):
    figure = plot_risk_overview(judged, cohort)
    keys = [text.get_text() for axes in figure.axes if axes.get_legend() for text in axes.get_legend().get_texts()]
    assert keys == ["low (5)", "high (6)", "no group (1)", "died (6)", "censored (6)"]


def test_features_of_the_score_share_the_patients(cohort, judged, fitted):
    figure = plot_risk_overview(judged, cohort, score=fitted)
    cells, bars = figure.axes[4], figure.axes[5]
    assert [label.get_text() for label in cells.get_yticklabels()] == ["c", "a", "b"]
    np.testing.assert_allclose([bar.get_width() for bar in bars.patches], [0.4, 0.2, -0.5])
    values = cells.collections[0].get_array().reshape(3, N)
    shown = cohort.radiomics.loc[PATIENTS[::-1], "c"]
    np.testing.assert_allclose(values[0], (shown - shown.mean()) / shown.std(ddof=0))
    assert values.mask[1, -1]  # missing is drawn as missing
    assert values.mask.sum() == 1
    assert len(plot_risk_overview(judged, cohort, score=fitted, most=1).axes[4].get_yticklabels()) == 1


def test_what_cannot_be_drawn_is_told(cohort, judged, fitted):
    fitted.table["coefficient"] = 0.0
    fitted.reason = "no feature helps"
    figure = plot_risk_overview(judged, cohort, score=fitted)
    assert "No feature helps" in [text.get_text() for axes in figure.axes for text in axes.texts]
    with pytest.raises(InputError, match="holds no scores of patients"):
        plot_risk_overview(SimpleNamespace(samples=None), cohort)
    strangers = judged.samples.assign(patient=[f"X{i}" for i in range(N)])
    nobody = plot_risk_overview(SimpleNamespace(samples=strangers, reason=""), cohort)
    assert "No patient has score and outcome" in nobody.axes[0].texts[0].get_text()


def test_a_feature_that_is_not_there_is_named(cohort, judged, fitted):
    fitted.table["feature"] = ["a", "b", "z", "d", "age"]
    with pytest.raises(InputError, match="'z' of the score is not in the cohort"):
        plot_risk_overview(judged, cohort, score=fitted)
