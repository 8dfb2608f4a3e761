import itertools

import numpy as np
import pytest

from radassoc.kernels import cox_path
from radassoc.kernels.cox_path import StopRule, solve_path
from radassoc.kernels.cox_risk import risk_sets

OPTIONS = list(itertools.product([True, False], repeat=3))


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("use", OPTIONS, ids=lambda use: "".join("swe"[k] if u else "-" for k, u in enumerate(use)))
@pytest.mark.parametrize("l1_ratio", [1.0, 0.4])
@pytest.mark.parametrize("factors", ["equal", "mixed"])
def test_optimality(brute_cox, ties, use, l1_ratio, factors):
    study = brute_cox(seed=9, p=50, ties=ties)
    for name, used in zip(("strata", "weights", "entry"), use, strict=True):
        if not used:
            study = study.without(name)
    study.X[:, 7] = 3.0  # constant
    factor = np.ones(50)
    if factors == "mixed":
        factor[:6] = [0.0, np.inf, 0.3, 2.0, 0.0, np.inf]
    risk = risk_sets(study.time, study.event, **study.arguments())
    path = solve_path(study.X, risk, n_lambdas=6, lambda_min_ratio=0.1, l1_ratio=l1_ratio, penalty_factor=factor)
    assert path.converged.all()
    assert (path.coefficients[-1] != 0).sum() > 8
    for lam, beta in zip(path.lambdas, path.coefficients, strict=True):
        assert study.violation(beta, lam, l1_ratio, factor) < 1e-6


def simulated(n=60, p=300, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p))
    return X, np.ceil(20 * rng.exponential(size=n) * np.exp(-X[:, 0])) / 2, rng.random(n) < 0.7


def test_more_features_than_patients_and_hardly_a_penalty():
    X, time, event = simulated()
    path = solve_path(X, risk_sets(time, event), n_lambdas=40)
    assert path.converged.all()
    assert path.deviance_ratio[-1] > 0.9
    assert (np.diff(path.deviance_ratio) > 0).all()
    assert not path.coefficients[0].any()


def test_same_bits_twice_for_any_memory_order():
    X, time, event = simulated()
    first, second = (solve_path(Z, risk_sets(time, event), n_lambdas=20) for Z in (X, np.asfortranarray(X)))
    np.testing.assert_array_equal(first.coefficients, second.coefficients)


def test_input_is_not_modified():
    X, time, event = simulated(p=20)
    X = np.asfortranarray(X)
    before = X.copy()
    solve_path(X, risk_sets(time, event), n_lambdas=5)
    np.testing.assert_array_equal(X, before)


def test_units_of_a_feature_do_not_matter():
    X, time, event = simulated(p=40)
    scale, shift = np.geomspace(1e-9, 1e9, 40), np.linspace(-3, 3, 40)
    plain = solve_path(X, risk_sets(time, event), n_lambdas=10)
    scaled = solve_path((X + shift) * scale, risk_sets(time, event), n_lambdas=10)
    np.testing.assert_allclose(scaled.coefficients * scale, plain.coefficients, atol=1e-6)


def test_a_coarse_list_meets_the_fine_one():
    X, time, event = simulated()
    fine = solve_path(X, risk_sets(time, event), n_lambdas=50, lambda_min_ratio=0.05)
    coarse = solve_path(X, risk_sets(time, event), lambdas=fine.lambdas[[20, 49]])
    np.testing.assert_allclose(coarse.coefficients, fine.coefficients[[20, 49]], atol=1e-6)


def test_features_constant_within_strata_never_enter():
    X, time, event = simulated(p=10)
    strata = np.arange(60) % 2
    X[:, 3] = strata
    path = solve_path(X, risk_sets(time, event, strata=strata), n_lambdas=10)
    assert not path.coefficients[:, 3].any()
    alone = solve_path(X[:, [3]], risk_sets(time, event, strata=strata), lambdas=np.array([1.0, 0.1]))
    assert not alone.coefficients.any()


def test_one_event_in_each_stratum():
    X, time, _ = simulated(p=30)
    strata = np.arange(60) // 6
    event = np.arange(60) % 6 == 2
    path = solve_path(X, risk_sets(time, event, strata=strata), n_lambdas=20, lambda_min_ratio=0.1)
    assert path.converged.all()
    assert path.coefficients[-1].any()


def test_a_single_event():
    X, time, _ = simulated(p=5)
    event = np.arange(60) == np.argsort(time)[10]
    path = solve_path(X, risk_sets(time, event), n_lambdas=20, lambda_min_ratio=0.2)
    assert path.converged.all()


def test_stop_rules():
    X, time, event = simulated()
    whole = solve_path(X, risk_sets(time, event), n_lambdas=40)
    few = solve_path(X, risk_sets(time, event), n_lambdas=40, stop=StopRule(max_nonzero=10))
    explained = solve_path(X, risk_sets(time, event), n_lambdas=40, stop=StopRule(max_deviance_ratio=0.5))
    short = solve_path(X, risk_sets(time, event), n_lambdas=40, stop=StopRule(max_lambdas=7))
    assert (few.coefficients[-1] != 0).sum() >= 10 > (few.coefficients[-2] != 0).sum()
    assert explained.deviance_ratio[-1] >= 0.5 > explained.deviance_ratio[-2]
    assert len(short.lambdas) == 7
    for path in (few, explained, short):
        np.testing.assert_array_equal(path.coefficients, whole.coefficients[: len(path.lambdas)])


def test_a_long_path_can_be_interrupted(monkeypatch):
    X, time, event = simulated()
    calls = []

    def interrupted(walker, n_lambdas):
        calls.append(n_lambdas)
        if n_lambdas > 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(cox_path.Walker, "advance", interrupted)
    with pytest.raises(KeyboardInterrupt):
        solve_path(X, risk_sets(time, event), n_lambdas=40)
    assert calls == [5, 10, 15]


def test_nothing_but_constants():
    _, time, event = simulated()
    path = solve_path(np.ones((60, 3)), risk_sets(time, event), lambdas=np.array([1.0, 0.5]))
    assert not path.coefficients.any()
    np.testing.assert_allclose(path.deviance_ratio, 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"l1_ratio": 0.0}, "l1_ratio"),
        ({"penalty_factor": np.array([1.0, -1.0, 1.0])}, "negative"),
        ({"penalty_factor": np.ones(2)}, "one penalty factor"),
        ({"lambdas": np.array([0.1, 0.2])}, "not increase"),
        ({"lambdas": np.array([])}, "not empty"),
    ],
)
def test_refusals(change, message):
    X, time, event = simulated(p=3)
    with pytest.raises(ValueError, match=message):
        solve_path(X, risk_sets(time, event), **change)


def test_missing_values_are_refused():
    X, time, event = simulated(p=3)
    X[4, 1] = np.nan
    with pytest.raises(ValueError, match="missing or infinite"):
        solve_path(X, risk_sets(time, event))
