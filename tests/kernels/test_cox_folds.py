"""Folds on the shared table against a path of their own on each fold's own prepared matrix."""

import itertools

import numpy as np
import pytest

from radassoc.kernels import cox_folds
from radassoc.kernels.cox_folds import solve_folds
from radassoc.kernels.cox_likelihood import partial_loglik
from radassoc.kernels.cox_path import StopRule, solve_path
from radassoc.kernels.cox_risk import risk_sets

GIVEN = [names for k in range(4) for names in itertools.combinations(("strata", "weights", "entry"), k)]
LAMBDAS = np.geomspace(0.5, 0.03, 12)


def study(n=60, p=40, seed=3, gaps=0.06):
    """Return a table with gaps, and everything a Cox model can be given."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p)) * rng.uniform(0.5, 4.0, p) + rng.uniform(-3, 3, p)
    X[:, 1::4] += X[:, ::4]
    risk = X[:, 0] / X[:, 0].std() - X[:, 4] / X[:, 4].std()
    time = np.ceil(15 * rng.exponential(size=n) * np.exp(-risk)) / 2 + 0.5
    holes = rng.random((n, p)) < gaps
    holes[:, :2] = False  # covariates are complete
    return {
        "X": np.where(holes, np.nan, X),
        "time": time,
        "event": rng.random(n) < 0.75,
        "strata": rng.integers(0, 3, n),
        "weights": rng.choice([0.5, 1.0, 2.0], n),
        "entry": np.where(rng.random(n) < 0.4, time * rng.uniform(0, 0.8, n), 0.0),
    }


def fold_masks(n, n_repeats=2, n_folds=4, seed=0):
    rng = np.random.default_rng(seed)
    labels = [rng.permutation(np.arange(n) % n_folds) for _ in range(n_repeats)]
    return np.array([label != k for label in labels for k in range(n_folds)])


def preparations(X, train, seed=0):
    """What each fold learns: fill, scale and a filter; the first two columns are covariates, always used."""
    rng = np.random.default_rng(seed)
    fill = np.array([np.nanmedian(X[rows], axis=0) for rows in train])
    scale = np.array([np.where(np.isnan(X), f, X)[rows].std(axis=0) for f, rows in zip(fill, train, strict=True)])
    used = rng.random(fill.shape) < 0.8
    used[:, :2] = True
    return fill, scale, used


def shared(data, train, fill, scale, used, **options):
    X = data["X"]
    common = np.where(np.isnan(X), np.nanmedian(X, axis=0), X)
    return solve_folds(
        common, data["time"], data["event"], train, fill=fill, scale=scale, used=used, missing=np.isnan(X), **options
    )


def alone(data, rows, fill, scale, used, factor, l1_ratio, ties, given, lambdas=LAMBDAS):
    """Prepare one fold's own matrix, solve its path, and judge it: nothing is shared with other folds."""
    X = np.where(np.isnan(data["X"]), fill, data["X"])
    Z = (X - X[rows].mean(axis=0)) / scale
    Z[:, ~used] = 0.0
    part = {name: data[name][rows] for name in given}
    risk = risk_sets(data["time"][rows], data["event"][rows], ties=ties, **part)
    path = solve_path(
        Z[rows], risk, lambdas=lambdas, l1_ratio=l1_ratio, penalty_factor=factor, standardize=False, stop=StopRule()
    )
    steps = np.minimum(np.arange(len(lambdas)), len(path.lambdas) - 1)
    beta = path.coefficients[steps]
    eta = Z @ beta.T
    middle = np.median(eta, axis=0)
    bounded = np.clip(eta, middle - 300, middle + 300)
    whole = risk_sets(data["time"], data["event"], ties=ties, **{name: data[name] for name in given})
    loglik = partial_loglik(bounded, whole) - partial_loglik(np.ascontiguousarray(bounded[rows]), risk)
    weight = data["weights"] if "weights" in given else np.ones(len(X))
    return beta, eta[~rows], -2 * loglik / (weight * data["event"])[~rows].sum()


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: "-".join(given) or "plain")
@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("l1_ratio", [1.0, 0.5])
def test_a_fold_is_as_if_solved_alone(given, ties, l1_ratio):
    data = study()
    train = fold_masks(60)
    fill, scale, used = preparations(data["X"], train)
    factor = np.append(np.zeros(2), np.ones(38))
    factor[5] = 2.0
    options = {name: data[name] for name in given}
    found = shared(
        data, train, fill, scale, used, lambdas=LAMBDAS, factor=factor, ties=ties, l1_ratio=l1_ratio, **options
    )
    assert found.converged.all()
    scores = found.by_repeat(2)
    for f, rows in enumerate(train):
        beta, eta, deviance = alone(data, rows, fill[f], scale[f], used[f], factor, l1_ratio, ties, given)
        columns, values = found.path(f)
        dense = np.zeros_like(beta)
        dense[:, columns] = values
        np.testing.assert_allclose(dense, beta, atol=1e-8)
        np.testing.assert_allclose(scores[f // 4][~rows], eta, atol=1e-7)
        np.testing.assert_allclose(found.deviance[f], deviance, atol=1e-8)
    assert (found.counts[:, -1] > 8).all()


def plain(data, train, **options):
    X = np.where(np.isnan(data["X"]), 0.0, data["X"])
    return solve_folds(X, data["time"], data["event"], train, **{"lambdas": LAMBDAS, **options})


def test_same_bits_for_any_number_of_threads_and_grouping(monkeypatch):
    data, train = study(), fold_masks(60, n_repeats=3)
    monkeypatch.setattr(cox_folds, "_BLOCK", 2)
    fill, scale, used = preparations(data["X"], train)
    for patience in (None, 3):
        one, two = (
            shared(data, train, fill, scale, used, lambdas=LAMBDAS, patience=patience, n_jobs=n) for n in (1, 2)
        )
        for name, found, wanted in zip(one._fields, one, two, strict=True):
            np.testing.assert_array_equal(found, wanted, err_msg=name)


@pytest.mark.parametrize("block", [1, 5, 64])
def test_blocks_do_not_matter(monkeypatch, block):
    data, train = study(), fold_masks(60, n_repeats=3)
    wanted = plain(data, train)
    monkeypatch.setattr(cox_folds, "_BLOCK", block)
    found = plain(data, train)
    np.testing.assert_allclose(found.eta, wanted.eta, atol=1e-7)
    np.testing.assert_allclose(found.deviance, wanted.deviance, atol=1e-8)


def test_patience_cuts_the_pooled_curve_and_nothing_else():
    data, train = study(n=50, p=80), fold_masks(50, n_repeats=3)
    lambdas = np.geomspace(0.6, 0.01, 60)
    whole = plain(data, train, lambdas=lambdas)
    cut = plain(data, train, lambdas=lambdas, patience=7)
    best = int(np.argmin(whole.curve))
    assert cut.n_lambdas == best + 8 < 60
    np.testing.assert_array_equal(cut.deviance, whole.deviance[:, : best + 8])
    np.testing.assert_array_equal(cut.eta, whole.eta[:, : best + 8])
    for f in (0, 11):
        np.testing.assert_array_equal(cut.coefficients(f, best)[1], whole.coefficients(f, best)[1])
    patient = plain(data, train, lambdas=lambdas, patience=60)
    assert patient.n_lambdas == 60


@pytest.mark.parametrize("slack", [0, 3])
def test_many_blocks_stop_where_few_do(monkeypatch, slack):
    """The first two blocks may walk too short or too far for the rest: what is kept is the same."""
    data, train = study(n=50, p=80), fold_masks(50, n_repeats=4)
    lambdas = np.geomspace(0.6, 0.01, 60)
    wanted = plain(data, train, lambdas=lambdas, patience=4)
    monkeypatch.setattr(cox_folds, "_BLOCK", 2)
    monkeypatch.setattr(cox_folds, "_SLACK", slack)
    monkeypatch.setattr(cox_folds, "_STRIDE", 1)
    found = plain(data, train, lambdas=lambdas, patience=4)
    assert found.n_lambdas == wanted.n_lambdas
    np.testing.assert_allclose(found.eta, wanted.eta, atol=1e-7)
    np.testing.assert_array_equal(found.out_row, wanted.out_row)


def test_standardised_in_every_fold():
    data, train = study(gaps=0.0), fold_masks(60)
    scale = np.array([data["X"][rows].std(axis=0) for rows in train])
    own, given = (plain(data, train, scale=one) for one in ("training", scale))
    np.testing.assert_allclose(own.eta, given.eta, atol=1e-9)
    np.testing.assert_array_equal(own.column, given.column)


def test_scores_of_other_rows_follow_from_the_coefficients():
    data, train = study(), fold_masks(60)
    fill, scale, used = preparations(data["X"], train)
    found = shared(data, train, fill, scale, used, lambdas=LAMBDAS)
    X = np.where(np.isnan(data["X"]), fill[3], data["X"])
    Z = (X - X[train[3]].mean(axis=0)) / scale[3]
    columns, values = found.path(3)
    np.testing.assert_allclose((Z[:, columns] @ values.T)[~train[3]], found.by_repeat(2)[0][~train[3]], atol=1e-10)
    column, value = found.coefficients(3, 8)
    np.testing.assert_array_equal(value, values[8, np.searchsorted(columns, column)])
    np.testing.assert_array_equal(found.by_repeat(2, 8), found.by_repeat(2)[:, :, 8])


def test_scores_that_are_not_centred():
    data, train = study(gaps=0.0), fold_masks(60)
    found = plain(data, train, centre=False)
    columns, values = found.path(1)
    eta = (data["X"] - data["X"].mean(axis=0))[:, columns] @ values.T
    np.testing.assert_allclose(found.by_repeat(2)[0][~train[1]], eta[~train[1]], atol=1e-10)


def test_a_training_set_without_an_event_has_no_coefficients():
    data = study(gaps=0.0)
    train = fold_masks(60)
    train[2] = ~data["event"]
    found = plain(data, train)
    assert not found.counts[2].any()
    risk = risk_sets(data["time"], data["event"])
    none = -2 * partial_loglik(np.zeros(60), risk)[0] / data["event"].sum()
    np.testing.assert_allclose(found.deviance[2], none, rtol=1e-12)
    np.testing.assert_array_equal(found.deviance[[0, 1, 3]], plain(data, fold_masks(60)).deviance[[0, 1, 3]])


def test_nobody_with_an_event_left_out_weighs_nothing_in_the_curve():
    data = study(gaps=0.0)
    train = fold_masks(60)
    train[1] = data["event"]
    found = plain(data, train, patience=3)
    assert found.events_out[1] == 0
    assert np.isfinite(found.deviance).all()
    rest = np.delete(np.arange(8), 1)
    np.testing.assert_allclose(
        found.curve, found.events_out[rest] @ found.deviance[rest] / found.events_out[rest].sum(), rtol=1e-12
    )


def test_separation_saturates_and_is_carried_on():
    rng = np.random.default_rng(0)
    X, time = rng.standard_normal((30, 60)), np.arange(1.0, 31.0)
    X[:, 0] = -time
    lambdas = np.geomspace(1.0, 1e-4, 60)
    found = solve_folds(X, time, np.ones(30), fold_masks(30), lambdas=lambdas)
    assert (found.deviance_ratio[:, -1] >= 0.99).all()
    first = np.argmax(found.deviance_ratio[0] >= 0.99)
    assert first < 50
    for row in range(first, 60):
        np.testing.assert_array_equal(found.coefficients(0, row)[1], found.coefficients(0, first)[1])
    assert np.isfinite(found.eta).all()


def test_a_wild_value_left_out_is_drawn_in():
    data = study(gaps=0.0)
    data["X"][7, 4] = 1e5
    train = fold_masks(60)
    fill, scale, used = preparations(data["X"], train)
    used[:] = True
    found = plain(data, train, scale=scale)
    out = np.flatnonzero(~train[:, 7])
    assert np.isfinite(found.deviance).all()
    scores = found.by_repeat(2)[:, 7]
    assert 299 < np.abs(scores).max() < 310
    for f in out:
        wanted = alone(data, train[f], fill[f], scale[f], used[f], np.ones(40), 1.0, "efron", ())[2]
        np.testing.assert_allclose(found.deviance[f], wanted, rtol=1e-7)


def test_one_event_in_each_stratum_and_duplicated_columns():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((60, 300))
    X[:, 150:] = X[:, :150]
    strata = np.arange(60) // 6
    event = np.arange(60) % 6 == 2
    found = solve_folds(
        X, rng.exponential(size=60), event, fold_masks(60), lambdas=np.geomspace(0.3, 0.03, 20), strata=strata
    )
    assert found.converged.all()
    assert np.isfinite(found.deviance).all()
    single = solve_folds(
        X[:, :150], rng.exponential(size=60), event, fold_masks(60), lambdas=np.geomspace(0.3, 0.03, 20), strata=strata
    )
    assert single.converged.all()


def test_linear_predictors_of_duplicated_columns():
    data = study(gaps=0.0)
    twice = {**data, "X": np.hstack([data["X"], data["X"][:, :20]])}
    train = fold_masks(60)
    np.testing.assert_allclose(plain(twice, train).eta, plain(data, train).eta, atol=1e-6)


@pytest.mark.parametrize("lambdas", [LAMBDAS, np.append(LAMBDAS, 0.0)])
def test_free_features_that_do_not_vary_in_a_training_set_stay_out(lambdas):
    data = study(p=8, gaps=0.0)
    train = fold_masks(60)
    data["X"][:, 0] = ~train[2] * np.arange(60)  # varies among those left out only
    data["X"][:, 1] = data["strata"]
    data["X"][:, 2] = 5.0
    factor = np.append(np.zeros(3), np.ones(5))
    found = plain(data, train, factor=factor, strata=data["strata"], lambdas=lambdas)
    assert found.converged.all()
    for f in range(8):
        columns, _ = found.path(f)
        assert (0 in columns) == (f != 2)
        assert not {1, 2} & set(columns)


def test_features_without_a_scale_are_not_used():
    data, train = study(gaps=0.0), fold_masks(60)
    scale = np.ones((8, 40))
    scale[:, 4], scale[:, 6] = 0.0, np.nan
    columns = np.concatenate([plain(data, train, scale=scale).path(f)[0] for f in range(8)])
    assert not {4, 6} & set(columns)


def test_an_interrupt_ends_all_threads(monkeypatch):
    data, train = study(), fold_masks(60, n_repeats=3)
    monkeypatch.setattr(cox_folds, "_BLOCK", 2)
    calls = []

    def interrupted(walker, n_lambdas):
        calls.append(n_lambdas)
        raise KeyboardInterrupt

    monkeypatch.setattr(cox_folds.Walker, "advance", interrupted)
    for n_jobs in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            plain(data, train, n_jobs=n_jobs)
    assert len(calls) < 12


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"l1_ratio": 0.0}, "l1_ratio"),
        ({"patience": 0}, "patience"),
        ({"lambdas": np.array([0.1, 0.2])}, "not increase"),
        ({"factor": np.full(40, -1.0)}, "not negative"),
        ({"scale": np.ones((3, 40))}, r"wanted \(8, 40\) or \(1, 40\)"),
        ({"fill": np.zeros((8, 40)), "missing": np.arange(2400).reshape(60, 40) == 5}, "one common value|finite"),
        ({"missing": np.ones((60, 40), bool), "fill": np.full((1, 40), np.nan)}, "finite"),
    ],
)
def test_refusals(change, message):
    data = study(gaps=0.0)
    if "one common" in message:
        change["missing"][3:5, 5] = True
    with pytest.raises(ValueError, match=message):
        plain(data, fold_masks(60), **change)


def test_missing_values_are_refused():
    data = study()
    with pytest.raises(ValueError, match="missing or infinite"):
        solve_folds(data["X"], data["time"], data["event"], fold_masks(60), lambdas=LAMBDAS)
    with pytest.raises(ValueError, match=r"train \(F, n\)"):
        plain(data, fold_masks(59))
