import numpy as np
import pytest

from radassoc.kernels.cox_risk import risk_sets

TIME = np.array([5.0, 2.0, 2.0, 3.0, 1.0])
EVENT = np.array([1, 1, 1, 0, 0])


def at_risk(risk, g):
    return set(np.flatnonzero((risk.enters <= g) & (g < risk.leaves)).tolist())


def test_five_patients_by_hand():
    risk = risk_sets(TIME, EVENT)
    assert risk.event_time.tolist() == [5.0, 2.0, -np.inf]
    assert risk.n_deaths.tolist() == [1, 2, 0]
    assert at_risk(risk, 0) == {0}
    assert at_risk(risk, 1) == {0, 1, 2, 3}
    assert risk.death_group.tolist() == [0, 1, 1, -1, -1]
    assert not at_risk(risk, 0) & {4}


def test_late_entry_leaves_the_early_risk_sets():
    risk = risk_sets(TIME, EVENT, entry=np.array([2.0, 0.0, 1.0, 2.5, 0.0]))
    assert at_risk(risk, 1) == {1, 2}  # entry at the very time of the event does not count
    assert at_risk(risk, 0) == {0}


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_masks_agree_with_the_definition(brute_cox, ties):
    study = brute_cox(seed=3, ties=ties)
    risk = risk_sets(study.time, study.event, **study.arguments())
    for g in np.flatnonzero(risk.n_deaths):
        stratum = risk.stratum[risk.death_group == g][0]
        t = risk.event_time[g]
        expected = (study.strata == stratum) & (study.time >= t) & (study.entry < t)
        assert at_risk(risk, g) == set(np.flatnonzero(expected).tolist())
        first, until = risk.begin[g], risk.until_time[g]
        assert set(risk.by_time[first:until]) - set(risk.by_entry[first : risk.until_entry[g]]) == at_risk(risk, g)


def test_an_event_of_weight_zero_is_none():
    risk = risk_sets(TIME, EVENT, weights=np.array([0.0, 1, 1, 1, 1]))
    assert risk.event_time.tolist() == [2.0, -np.inf]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event": np.zeros(5)}, "No patient"),
        ({"weights": np.array([0.0, 0, 0, 1, 1])}, "No patient"),
        ({"time": np.array([1.0, 2, np.nan, 3, 4])}, "missing"),
        ({"entry": np.array([0.0, 2, 0, 0, 0])}, "enter before"),
        ({"weights": np.array([1.0, -1, 1, 1, 1])}, "not negative"),
        ({"event": np.ones(4)}, "one length"),
        ({"ties": "exact"}, "'efron' or 'breslow'"),
    ],
)
def test_refusals(change, message):
    given = {"time": TIME, "event": EVENT, **change}
    with pytest.raises(ValueError, match=message):
        risk_sets(given.pop("time"), given.pop("event"), **given)
