from __future__ import annotations

import numpy as np
import pytest

from radassoc.base.codec import dumps, loads
from radassoc.base.errors import InputError
from radassoc.survival.sample_size import expected_shrinkage, sample_size

EXAMPLE = {"n_candidates": 30, "timepoint": 2, "event_rate": 0.065, "mean_follow_up": 2.07, "r_squared": 0.051}


def test_the_published_example_of_pmsampsize():
    """The survival example of its help page: 5,143 patients, 23.07 events per parameter; criterion 2 alone 1,039."""
    table = sample_size(**EXAMPLE).table.set_index("criterion")
    assert table.loc["all", "n_patients"] == table.loc["shrinkage", "n_patients"] == 5143
    assert table.loc["optimism", "n_patients"] == 1039
    assert table.loc["all", "events_per_parameter"] == pytest.approx(23.07, abs=0.005)
    assert table.loc["optimism", "events_per_parameter"] == pytest.approx(4.66, abs=0.005)
    assert table.loc["optimism", "shrinkage"] == pytest.approx(0.648, abs=5e-4)
    assert table.loc["all", "shrinkage"] == pytest.approx(0.9, abs=1e-4)
    assert table.loc["all", "max_r_squared"] == pytest.approx(0.555, abs=5e-4)
    assert table.loc["all", "nagelkerke"] == pytest.approx(0.092, abs=5e-4)


def test_the_overall_risk_is_known_within_the_margin_and_not_with_one_patient_less():
    n = sample_size(**EXAMPLE).table.set_index("criterion").loc["overall risk", "n_patients"]

    def reach(n):
        rate = 0.065 + 1.96 * np.sqrt(0.065 / (2.07 * n)) * np.array([-1, 1])
        return np.abs(np.exp(-0.13) - np.exp(-rate * 2)).max()

    assert reach(n) <= 0.05 < reach(n - 1)


def test_nothing_known_means_fifteen_percent_of_the_largest():
    table = sample_size(**{**EXAMPLE, "r_squared": None}).table
    np.testing.assert_allclose(table["nagelkerke"], 0.15)


def test_a_cohort_is_told_what_it_can_afford(clinical_cohort):
    settings = {"timepoint": 24, "margin": 0.1}
    needed = sample_size(clinical_cohort, n_candidates=800, **settings)
    n, n_events = len(clinical_cohort), int(clinical_cohort.outcome.table["event"].sum())
    assert needed.n_required > n
    assert f"this cohort has {n} with {n_events}: enough for {needed.n_affordable:.0f} candidate" in needed.reason
    affordable = int(needed.n_affordable)
    assert sample_size(clinical_cohort, n_candidates=affordable, **settings).n_required <= n
    assert sample_size(clinical_cohort, n_candidates=affordable + 1, **settings).n_required > n
    assert needed.status == "ok"


def test_a_cohort_too_small_for_anything_is_told_so(clinical_cohort):
    needed = sample_size(clinical_cohort, n_candidates=5, timepoint=24)
    assert needed.n_affordable == 0
    assert needed.reason.endswith("not even for the overall risk or one parameter")


def test_shrinkage():
    assert expected_shrinkage(50.0, 5) == pytest.approx(0.9)
    n, r2 = 300, 1 - np.exp(-50 / 300)
    assert 1 + 5 / (n * np.log(1 - r2)) == pytest.approx(0.9)
    assert np.isnan(expected_shrinkage(0.0, 5))


def test_saved_and_loaded():
    needed = sample_size(**EXAMPLE)
    again = loads(dumps(needed))
    assert again.n_required == needed.n_required
    assert np.isnan(again.n_affordable)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event_rate": None}, "event_rate is not given"),
        ({"n_candidates": 0}, "no number of parameters"),
        ({"timepoint": -1}, "timepoint=-1 is out of range"),
        ({"r_squared": 0.7}, "the largest possible here"),
        ({"shrinkage": 1.0}, "shrinkage=1.0 is out of range"),
        ({"mean_follow_up": "two"}, "no number"),
    ],
)
def test_slips(change, message):
    with pytest.raises(InputError, match=message):
        sample_size(**{**EXAMPLE, **change})
