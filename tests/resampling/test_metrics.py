"""Concordance and its combination over test folds, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.resampling.metrics import harrell_c, nested_c

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
