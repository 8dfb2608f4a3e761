import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.cohort import Cohort
from radassoc.figures.balance import plot_balance
from radassoc.strata.balance import balance
from radassoc.strata.weighting import weighted_comparison


@pytest.fixture(scope="module")
def cohort():
    rng = np.random.default_rng(4)
    sex = np.repeat(["f", "m"], 50)
    frame = pd.DataFrame(
        {"sex": sex, "age": rng.normal(60, 9, 100) + 5 * (sex == "m"), "grade": rng.choice(list("234"), 100)},
        index=[f"P{i}" for i in range(100)],
    )
    frame["os"], frame["dead"] = rng.exponential(9, 100) + 0.1, np.arange(100) % 4 > 0
    return Cohort.from_frames(clinical=frame, time="os", event="dead", unit="months")


def test_the_largest_difference_is_above_and_chance_is_marked(cohort):
    axes = plot_balance(balance(cohort, "sex"))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["age", "grade"]
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["chance alone, 1 in 20", "difference"]


def test_before_and_after_weighting(cohort):
    found = weighted_comparison(cohort, "sex", ["age", "grade"])
    axes = plot_balance(found)
    before, after = (collection.get_offsets()[:, 0] for collection in axes.collections[-2:])
    np.testing.assert_allclose(before[0], found.balance["variable_before"].iloc[0])
    assert (after < before).all()
    assert found.plot() is not None


def test_no_overlap_is_written(cohort):
    clinical = cohort.clinical[["sex"]].assign(ward=np.where(cohort.clinical["sex"] == "f", "x", "y"))
    axes = plot_balance(balance(cohort.with_clinical(clinical[["ward"]]), "sex", ["ward", "age"]))
    assert any(text.get_text() == "no overlap" for text in axes.texts)
