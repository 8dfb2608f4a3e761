from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import radassoc as ra
from radassoc.cohort.cohort import Cohort
from radassoc.cohort.split import _systematic


def test_parts_are_disjoint_complete_and_of_the_asked_size(many):
    train, test = many.split(test_fraction=0.3)
    assert len(test) == 60
    assert set(train.patients) | set(test.patients) == set(many.patients)
    assert not set(train.patients) & set(test.patients)


def test_events_and_complete_patients_are_shared_evenly(many):
    train, test = many.split(test_fraction=0.3, stratify=["sex"], seed=3)
    assert abs(len(test.complete_patients) - 0.3 * 80) <= 1
    events = many.outcome.event[many.complete_patients].sum()
    assert abs(test.outcome.event[test.complete_patients].sum() - 0.3 * events) <= 1
    for part in (train, test):
        assert part.outcome.table.index.equals(many.outcome.table.index[many.outcome.table.index.isin(part.patients)])


def test_one_seed_one_split(many):
    first, again, other = (many.split(test_fraction=0.3, seed=seed)[1].patients for seed in (1, 1, 2))
    assert first.equals(again)
    assert not first.equals(other)


def test_samples_of_a_patient_stay_together():
    owners = pd.Series([f"P{i // 3}" for i in range(30)], index=[f"S{i}" for i in range(30)])
    frame = pd.DataFrame({"x": np.arange(30.0)}, index=owners.index)
    train, test = Cohort.from_frames(radiomics=frame, patients={"radiomics": owners}).split(test_fraction=0.4)
    assert len(test.radiomics) == 12
    assert not set(train.sample_patients("radiomics")) & set(test.sample_patients("radiomics"))


def test_by_column_leaves_unknown_values_in_neither_part(many):
    train, test = many.split(by="site", values=[2])
    assert test.column("site").eq(2).all()
    assert train.column("site").isin([1, 3]).all()
    assert len(train) + len(test) == 195
    step = test.audit.flow.iloc[1]
    assert step["step"] == "Test patients"
    assert step["reason"] == f"{len(train)} training patients; 5 with unknown site"
    assert step["n_excluded"] == len(train) + 5


def test_by_text_column(many):
    train, test = many.split(by="sex", values=["female"])
    assert set(test.column("sex")) == {"female"}
    assert set(train.column("sex")) == {"male"}
    assert train.audit.flow["reason"].iloc[1] == "Test patients"


@pytest.mark.parametrize(
    ("settings", "error", "match"),
    [
        ({}, ra.InputError, "Neither"),
        ({"test_fraction": 0.3, "by": "site"}, ra.InputError, "Both"),
        ({"test_fraction": 1.3}, ra.InputError, "no fraction"),
        ({"test_fraction": 0.3, "values": [2]}, ra.InputError, "without by="),
        ({"by": "site"}, ra.InputError, "names no value"),
        ({"by": "site", "values": "2"}, ra.InputError, "names no value"),
        ({"by": "site", "values": [9]}, ra.ClinicalError, "No patient has '9'"),
        ({"by": "site", "values": [2], "stratify": ["sex"]}, ra.InputError, "stratify= is given with by="),
        ({"by": "site", "values": [1, 2, 3]}, ra.DesignError, "training part has no patient"),
        ({"test_fraction": 0.001}, ra.DesignError, "test part has no patient"),
        ({"by": "dead", "values": [0]}, ra.DesignError, "no event"),
    ],
)
def test_refusals(many, settings, error, match):
    with pytest.raises(error, match=match):
        many.split(**settings)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2)), min_size=4, max_size=60),
    st.floats(0.1, 0.9),
    st.integers(0, 99),
)
def test_every_level_gets_its_share(pairs, fraction, seed):
    outer, inner = (np.unique([pair[i] for pair in pairs], return_inverse=True)[1] for i in (0, 1))
    chosen = _systematic([outer, inner], fraction, np.random.default_rng(seed))
    assert chosen.sum() == np.floor(len(pairs) * fraction + 0.5)
    share = chosen.mean()
    for code in np.unique(outer):
        assert abs(chosen[outer == code].sum() - share * (outer == code).sum()) < 1.0001
        for other in np.unique(inner):
            both = (outer == code) & (inner == other)
            assert abs(chosen[both].sum() - share * both.sum()) < 1.0001


def test_everybody_has_the_same_chance():
    levels = [np.array([0, 0, 0, 1, 1, 2])]
    drawn = np.mean([_systematic(levels, 1 / 3, np.random.default_rng(seed)) for seed in range(2000)], axis=0)
    np.testing.assert_allclose(drawn, 1 / 3, atol=0.045)
