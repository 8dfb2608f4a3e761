from __future__ import annotations

import numpy as np
import pytest

from radassoc.base.errors import InputError
from radassoc.kernels.product_limit import at_times, product_limit
from radassoc.survival._landmark import landmark_rows, landmark_times


@pytest.fixture(scope="module")
def arrays():
    rng = np.random.default_rng(0)
    time, event = rng.exponential(20, 80).round(1) + 0.1, rng.random(80) < 0.6
    return time, event, np.arange(80) % 2


def test_default_times_lie_within_every_groups_follow_up():
    time = np.array([10.0, 30, 40, 20, 30, 50])
    codes = np.array([0, 0, 0, 1, 1, 1])
    censored, dead = np.zeros(6, bool), np.array([0, 0, 1, 0, 0, 0], bool)
    assert landmark_times(None, "months", time, censored, codes).tolist() == [12, 24, 36]
    # nobody of the first group is left after 40: its curve is known to be at zero
    assert landmark_times(None, "months", time + 20, dead, codes).tolist() == [12, 24, 36, 60]
    assert landmark_times(None, "days", time, censored, codes).size == 0
    assert landmark_times(None, "years", time, censored, codes).tolist() == [1, 2, 3, 5]


@pytest.mark.parametrize("times", ["12", [], [0.0], [-1, 2], [np.nan], [[1, 2]]])
def test_what_is_no_time(times, arrays):
    with pytest.raises(InputError, match="is no time"):
        landmark_times(times, "months", *arrays)


def test_differences_recover_the_variances_of_both_groups(arrays):
    time, event, codes = arrays
    rows = landmark_rows(time, event, codes, ["a", "b"], np.array([10.0]))
    a, b, difference = rows
    assert [row["measure"] for row in rows] == ["survival", "survival", "survival_difference"]
    for row, code in ((a, 0), (b, 1)):
        at = at_times(product_limit(time[codes == code], event[codes == code]), np.array([10.0]))
        assert (row["estimate"], row["ci_low"]) == (at.survival[0], at.ci_low[0])
        assert row["n_events"] == (event & (codes == code) & (time <= 10)).sum()
        assert row["at_risk"] == ((codes == code) & (time >= 10)).sum()
    # Zou & Donner 2008, equation 7
    d = b["estimate"] - a["estimate"]
    low = d - np.sqrt((b["estimate"] - b["ci_low"]) ** 2 + (a["ci_high"] - a["estimate"]) ** 2)
    high = d + np.sqrt((b["ci_high"] - b["estimate"]) ** 2 + (a["estimate"] - a["ci_low"]) ** 2)
    assert (difference["estimate"], difference["ci_low"], difference["ci_high"]) == pytest.approx((d, low, high))
    assert difference["interval"] == "MOVER"


def test_what_cannot_be_told_says_why(arrays):
    time, event, codes = arrays
    beyond = landmark_rows(time, event, codes, ["a", "b"], np.array([1e6]))
    assert all(np.isnan(row["estimate"]) and "followed" in row["reason"] for row in beyond)
    early = landmark_rows(time, event, codes, ["a", "b"], np.array([time.min() / 2]))
    assert [row["estimate"] for row in early] == [1.0, 1.0, 0.0]
    assert all(row["interval"] == "none" and np.isnan(row["ci_low"]) for row in early)


@pytest.mark.slow
def test_intervals_of_the_difference_cover():
    """3,000 studies of 2 x 30 patients, a third censored: the interval covers the true difference in 92-98%."""
    rng = np.random.default_rng(3)
    truth = np.exp(-1.5) - np.exp(-0.5)
    hits = total = 0
    for _ in range(3000):
        codes = np.repeat([0, 1], 30)
        death = rng.exponential(np.where(codes == 1, 1 / 1.5, 2.0))
        censor = rng.exponential(2.5, 60)
        row = landmark_rows(np.minimum(death, censor), death <= censor, codes, ["a", "b"], np.array([1.0]))[-1]
        if np.isfinite(row["ci_low"]):
            total += 1
            hits += row["ci_low"] <= truth <= row["ci_high"]
    assert total > 2500
    assert 0.92 < hits / total < 0.98
