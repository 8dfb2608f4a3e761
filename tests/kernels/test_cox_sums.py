"""Information from sums over risk sets against the full matrix of second derivatives by brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from radassoc.kernels.cox_likelihood import evaluate, new_moments
from radassoc.kernels.cox_risk import risk_sets
from radassoc.kernels.cox_sums import information, information_diagonal, risk_set_means

GIVEN = [names for k in range(3) for names in itertools.combinations(("strata", "weights"), k)]


def moments(study, eta):
    risk = risk_sets(study.time, study.event, **study.arguments())
    at = new_moments(risk)
    evaluate(eta, risk, at)
    return risk, at


@pytest.fixture
def studied(brute_cox):
    """Return a function that makes a study without late entry and only the options named."""

    def make(given, ties, seed=6):
        study = brute_cox(seed=seed, ties=ties).without("entry")
        for name in {"strata", "weights"} - set(given):
            study = study.without(name)
        return study

    return make


def test_three_patients_by_hand():
    # deaths at 1 and 2 with relative risks 1, 2, 4 and 2, 4; the covariate is 1 for the second patient alone
    risk = risk_sets(np.array([1.0, 2.0, 3.0]), np.array([1, 1, 0]))
    at, X = new_moments(risk), np.array([[0.0], [1.0], [0.0]])
    evaluate(np.log([1.0, 2.0, 4.0]), risk, at)
    np.testing.assert_allclose(risk_set_means(X, risk, at).ravel(), [2 / 6, 2 / 7], atol=1e-15)  # latest first
    np.testing.assert_allclose(information(X, risk, at), [[2 / 6 * 4 / 6 + 2 / 7 * 5 / 7]], atol=1e-15)


def test_two_tied_deaths_by_hand():
    # both die at 1 with relative risks 1 and 2, a third of 4 lives on: Breslow sees 7 twice, Efron 7 and 5.5
    time, event, X = np.array([1.0, 1.0, 3.0]), np.array([1, 1, 0]), np.array([[0.0], [1.0], [0.0]])
    breslow = risk_sets(time, event, ties="breslow")
    efron = risk_sets(time, event)
    for risk, means in ((breslow, [np.sqrt(2) * 2 / 7]), (efron, [2 / 7, 1 / 5.5])):
        at = new_moments(risk)
        evaluate(np.log([1.0, 2.0, 4.0]), risk, at)
        np.testing.assert_allclose(risk_set_means(X, risk, at).ravel(), means, atol=1e-15)


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: "-".join(given) or "plain")
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_information_is_the_brute_one(studied, given, ties):
    study = studied(given, ties)
    eta = 0.5 * study.X[:, 0] - 0.2 * study.X[:, 2]
    risk, at = moments(study, eta)
    X = study.X - study.X.mean(axis=0)
    wanted = X.T @ study.hessian(eta) @ X
    np.testing.assert_allclose(information(X, risk, at), wanted, atol=1e-11 * np.abs(wanted).max())
    np.testing.assert_allclose(information_diagonal(X, risk, at), np.diag(wanted), rtol=1e-10)


def test_one_row_a_death_with_efron_and_one_an_event_time_with_breslow(studied):
    efron, breslow = (studied(("strata", "weights"), ties) for ties in ("efron", "breslow"))
    dead = efron.event & (efron.weights > 0)
    n_times = len({(s, t) for s, t in zip(efron.strata[dead], efron.time[dead], strict=True)})
    assert n_times < dead.sum()
    for study, rows in ((efron, dead.sum()), (breslow, n_times)):
        assert risk_set_means(study.X, *moments(study, np.zeros(40))).shape == (rows, 12)


def test_what_is_constant_within_strata_has_no_information(studied):
    study = studied(("strata",), "efron")
    X = np.column_stack([study.strata * 7.0, np.full(40, 3.0), study.X[:, 0]])
    found = information(X - X.mean(axis=0), *moments(study, study.X[:, 1]))
    np.testing.assert_allclose(found[:2], 0.0, atol=1e-11)
    assert found[2, 2] > 0.1


def test_a_stratum_far_away_leaves_the_others_their_digits(studied):
    """Sums run within strata: one whose columns are huge must not drown the next."""
    study = studied(("strata",), "efron")
    far = (study.X + np.where(study.strata == 0, 1e8, 0.0)[:, None])[:, :3]
    others = study.strata != 0
    risk = risk_sets(study.time[others], study.event[others], strata=study.strata[others])
    at = new_moments(risk)
    evaluate(np.zeros(others.sum()), risk, at)
    alone = risk_set_means(far[others], risk, at)
    together = risk_set_means(far, *moments(study, np.zeros(40)))
    np.testing.assert_allclose(together[-len(alone) :], alone, rtol=1e-13)


def test_late_entry_is_refused(brute_cox):
    study = brute_cox(seed=1)
    with pytest.raises(ValueError, match="without late entry"):
        information(study.X, *moments(study, np.zeros(40)))
