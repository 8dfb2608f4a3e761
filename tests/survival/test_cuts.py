from __future__ import annotations

import numpy as np
import pytest

from radassoc.base.errors import InputError
from radassoc.kernels.maxstat import max_log_rank
from radassoc.survival._cuts import between, group_codes, group_labels, learn_cuts, quantile_cuts


def test_quantiles_part_as_evenly_as_ties_allow():
    assert quantile_cuts(np.arange(9.0), 3).tolist() == [2.5, 5.5]
    # the two lowest levels hold nearly everybody: each group keeps one level
    heavy = np.repeat([0.0, 1, 2], [80, 10, 10])
    assert quantile_cuts(heavy, 3).tolist() == [0.5, 1.5]
    assert quantile_cuts(np.array([1.0, 2, np.nan]), 3).size == 0


def test_a_score_at_a_cut_is_below_it():
    assert group_codes(np.array([1.0, 1.5, 2.0, np.nan]), np.array([1.5]))[:3].tolist() == [0, 0, 1]
    assert np.isnan(group_codes(np.array([1.0]), np.empty(0))).all()


def test_neighbouring_floats_are_still_parted():
    upper = np.nextafter(1.0, 2)
    assert between(1.0, upper) == 1.0
    assert group_codes(np.array([1.0, upper]), np.array([between(1.0, upper)])).tolist() == [0, 1]


def test_the_searched_cut_has_the_largest_statistic():
    rng = np.random.default_rng(0)
    score, time, event = rng.normal(size=40).round(1), rng.exponential(size=40), rng.random(40) < 0.7
    (cut,) = learn_cuts(score, time, event, method="maxstat")
    _, best, values, cuts = max_log_rank(time, event, score)
    assert (score <= cut).sum() == cuts.sizes[best]
    assert np.abs(values[best]) == np.abs(values).max()
    missing = score.copy()
    missing[:5] = np.nan
    assert learn_cuts(missing, time, event, method="maxstat").tolist() == (
        learn_cuts(score[5:], time[5:], event[5:], method="maxstat").tolist()
    )


@pytest.mark.parametrize("method", ["median", "quantiles", "maxstat"])
def test_a_constant_score_or_no_event_parts_nobody(method):
    assert learn_cuts(np.ones(10), np.arange(10.0), np.ones(10, bool), method=method).size == 0
    if method == "maxstat":
        assert learn_cuts(np.arange(10.0), np.arange(10.0), np.zeros(10, bool), method=method).size == 0


def test_three_groups_by_a_median_are_refused():
    with pytest.raises(InputError, match="two groups, not 3"):
        learn_cuts(np.arange(9.0), np.ones(9), np.ones(9, bool), method="median", n_groups=3)
    with pytest.raises(InputError, match="no way to cut"):
        learn_cuts(np.arange(9.0), np.ones(9), np.ones(9, bool), method="best")


def test_names():
    assert [len(group_labels(k)) for k in range(2, 8)] == list(range(2, 8))
