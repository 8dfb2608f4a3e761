"""Folds: balanced within events and strata, the same for the same seed, copies together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radassoc.base.errors import DesignError, InputError
from radassoc.resampling.folds import allowed_folds, make_folds, repeated_folds, require_events


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 10), st.integers(20, 90))
def test_every_cell_and_the_whole_differ_by_one_at_most(seed: int, k: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    event, strata = rng.random(n) < 0.4, rng.integers(0, 3, n)
    fold = make_folds(k, event=event, strata=strata, seed=seed)
    assert np.ptp(np.bincount(fold, minlength=k)) <= 1
    for stratum in range(3):
        for status in (False, True):
            cell = fold[(strata == stratum) & (event == status)]
            assert np.ptp(np.bincount(cell, minlength=k)) <= 1


def test_same_seed_same_folds_other_path_other_folds() -> None:
    design = {"event": np.arange(40) % 3 == 0, "strata": np.zeros(40, dtype=int), "seed": 7}
    one = repeated_folds(2, 5, **design, path=("a",))
    np.testing.assert_array_equal(one, repeated_folds(2, 5, **design, path=("a",)))
    assert (one[0] != one[1]).any()
    assert (one != repeated_folds(2, 5, **design, path=("b",))).any()
    # more repeats leave the first ones as they are
    np.testing.assert_array_equal(one, repeated_folds(4, 5, **design, path=("a",))[:2])


def test_copies_of_a_patient_share_a_fold() -> None:
    rng = np.random.default_rng(1)
    copies = rng.integers(0, 30, 60)
    event = (rng.random(30) < 0.5)[copies]
    fold = make_folds(5, event=event, strata=np.zeros(60, dtype=int), seed=1, copies=copies)
    for patient in np.unique(copies):
        assert len(set(fold[copies == patient])) == 1


@pytest.mark.parametrize(("asked", "events", "given_folds"), [(10, 30, 10), (10, 29, 9), (5, 10, 3), (5, 3, 2)])
def test_three_events_for_each_fold(asked: int, events: int, given_folds: int) -> None:
    assert allowed_folds(asked, events) == given_folds


def test_one_fold_is_refused() -> None:
    with pytest.raises(InputError, match="n_folds=1"):
        allowed_folds(1, 50)


def test_too_few_events_are_refused_with_their_number() -> None:
    event = np.arange(50) < 9
    with pytest.raises(DesignError, match=r"9 events among 50 patients are too few for a test(.|\n)*force=True"):
        require_events(event, what="a test")
    require_events(event, what="a test", force=True)
    with pytest.raises(DesignError, match="5 events"):
        require_events(np.arange(50) < 5, what="a test", force=True)
    require_events(np.arange(50) < 10, what="a test")
