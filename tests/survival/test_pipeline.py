"""The pipeline on arrays: what it must not see, and how it behaves at the edges."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.preparation.recipe import Preparation
from radassoc.survival._nested import nested, nested_measures
from radassoc.survival._pipeline import (
    Arrays,
    Block,
    Measure,
    Settings,
    choose_lambda,
    learn_model,
    learn_volume,
    prepare,
    resampled_coefficients,
)

SETTINGS = Settings(Preparation(), n_folds=4, n_repeats=1)


def make_arrays(n: int = 60, p: int = 12, seed: int = 0, *, effect: float = 1.0, q: int = 1) -> Arrays:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    Z = rng.normal(size=(n, q))
    time = rng.exponential(np.exp(-effect * X[:, 0]))
    event = rng.random(n) < 0.6
    X[rng.random(X.shape) < 0.03] = np.nan
    return Arrays(X, Z, time, event, rng.integers(0, 2, n), X[:, 1].copy(), np.arange(n))


def numbers(model: object) -> list[np.ndarray]:
    """Every learned number of a model, the refits' included."""
    found = []
    if isinstance(model, np.ndarray):
        return [model]
    if isinstance(model, (tuple, list)):
        for part in model:
            found += numbers(part)
    elif isinstance(model, (float, int)):
        found.append(np.array(model))
    return found


def test_held_out_rows_change_nothing_bit_for_bit() -> None:
    data = make_arrays()
    out = np.arange(60) % 5 == 0
    spoiled = Arrays(*(part.copy() for part in data))
    rng = np.random.default_rng(9)
    spoiled.X[out] = rng.normal(size=spoiled.X[out].shape) * 1e6
    spoiled.Z[out], spoiled.time[out], spoiled.volume[out] = 99.0, 1e-3, 1e9
    spoiled.event[out] = ~spoiled.event[out]
    rows = np.flatnonzero(~out)
    one = numbers(learn_model(data.take(rows), SETTINGS, ("x",)))
    other = numbers(learn_model(spoiled.take(rows), SETTINGS, ("x",)))
    assert len(one) == len(other) > 20
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


def test_only_the_spoiled_patients_own_score_and_other_folds_change() -> None:
    """In nested validation the model that predicts a fold never saw that fold's imaging, covariates or times."""
    data = make_arrays()
    settings = {"n_outer_folds": 4, "n_outer_repeats": 1, "path": ("v",)}
    before = nested(data, SETTINGS, **settings)
    fold = before.folds[0] == before.folds[0][0]
    spoiled = Arrays(*(part.copy() for part in data))
    spoiled.X[0] = 50.0
    spoiled.Z[0] = 50.0
    spoiled.time[0] = 1e-6
    after = nested(spoiled, SETTINGS, **settings)
    np.testing.assert_array_equal(before.folds, after.folds)
    others = fold.copy()
    others[0] = False
    for name in ("scores", "imaging", "groups"):
        np.testing.assert_array_equal(getattr(before, name)[0, others], getattr(after, name)[0, others])
    assert (before.total[0, ~fold] != after.total[0, ~fold]).any()


def test_covariates_alone_are_the_head_of_the_path() -> None:
    """An unpenalised Cox model of the covariates, by lifelines."""
    import pandas as pd
    from lifelines import CoxPHFitter

    data = make_arrays(q=2)
    model = learn_model(data, SETTINGS, ("x",))
    frame = pd.DataFrame(data.Z, columns=["a", "b"]).assign(t=data.time, e=data.event, s=data.strata)
    fitted = CoxPHFitter(baseline_estimation_method="breslow").fit(frame, "t", "e", strata=["s"])
    expected = (data.Z - data.Z.mean(axis=0)) @ fitted.params_.to_numpy()
    np.testing.assert_allclose(model.clinical(data.Z, alone=True), expected, atol=1e-5)


def test_volume_alone_is_a_cox_model_with_its_sign() -> None:
    data = make_arrays()
    data = data._replace(time=np.exp(np.nan_to_num(data.volume)))  # larger tumours live longer
    model = learn_volume(data, SETTINGS)
    assert model.coefficient < 0
    assert model.score(np.array([np.nan]))[0] == model.score(np.array([model.fill]))[0]
    nothing = learn_volume(data._replace(volume=np.full(60, np.nan)), SETTINGS)
    assert (nothing.score(data.volume) == 0).all()


def test_choice_of_lambda_by_hand() -> None:
    loss = Measure(np.array([5.0, 4.2, 4.0, 4.5]), np.array([1.0, 1.0, 0.3, 1.0]), np.empty(0))
    assert choose_lambda(loss, "min") == 2
    assert choose_lambda(loss, "1se") == 1


def test_an_empty_model_gives_no_groups() -> None:
    data = make_arrays(effect=0.0, q=0)
    constant = data._replace(X=np.ones_like(data.X))
    model = learn_model(constant, SETTINGS, ("x",))
    assert model.empty
    found = nested(constant, SETTINGS, n_outer_folds=4, n_outer_repeats=1, path=("v",))
    assert found.empty.all()
    assert np.isnan(found.groups).all()
    assert nested_measures(constant, found)[0, 0] == 0.5


def test_no_feature_left_leaves_the_covariates() -> None:
    data = make_arrays(q=1)
    model = learn_model(data._replace(X=np.ones_like(data.X)), SETTINGS, ("x",))
    assert model.empty
    assert np.ptp(model.clinical(data.Z)) > 0
    assert np.ptp(model.inner_scores) > 0


def test_copies_of_a_patient_never_cross_folds() -> None:
    data = make_arrays()
    rows = np.random.default_rng(1).integers(0, 60, 60)
    part = data.take(rows)._replace(copies=rows)
    found = nested(part, SETTINGS, n_outer_folds=4, n_outer_repeats=1, path=("b",))
    for patient in np.unique(rows):
        assert len(set(found.folds[0, rows == patient])) == 1
    assert np.isfinite(found.total).all()


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_signal_is_ranked_in_held_out_patients(ties: str) -> None:
    data = make_arrays(n=100, effect=1.5)
    found = nested(data, SETTINGS._replace(ties=ties), n_outer_folds=4, n_outer_repeats=2, path=("v",))
    assert nested_measures(data, found)[:, 0].min() > 0.65


def test_inner_scores_are_those_of_folds_that_left_the_patient_out() -> None:
    """Each patient's inner score, recomputed from refits that never saw this patient."""
    data = make_arrays(q=1)
    settings = SETTINGS._replace(n_repeats=2)
    model = learn_model(data, settings, ("x",))
    expected = np.zeros(60)
    for fold in model.curve.folds:
        for k in range(model.n_folds):
            expected[fold == k] += _alone(data, settings, fold != k, model.lambdas[: model.place + 1])[fold == k] / 2
    np.testing.assert_allclose(model.inner_scores, expected, atol=1e-8)


def _alone(data: Arrays, settings: Settings, train: np.ndarray, lambdas: np.ndarray) -> np.ndarray:
    """Scores of everybody at the last lambda, of a model of ``train`` alone."""
    from radassoc.kernels.cox_path import solve_path
    from radassoc.kernels.cox_risk import risk_sets

    part = data.take(np.flatnonzero(train))
    design = prepare(part, settings).design(data)
    factor = np.append(np.zeros(data.Z.shape[1]), np.ones(design.shape[1] - data.Z.shape[1]))
    risk = risk_sets(part.time, part.event, strata=part.strata)
    path = solve_path(design[train], risk, lambdas=lambdas, penalty_factor=factor, standardize=False)
    return design @ path.coefficients[-1]


def test_refits_at_the_chosen_lambda() -> None:
    data = make_arrays(q=1)
    for ratio in (1.0, 0.0):
        settings = SETTINGS._replace(l1_ratio=ratio)
        model = learn_model(data, settings, ("x",))
        clinical, columns, values = resampled_coefficients(model, data, settings)
        assert clinical.shape == (4, 1)
        assert values.shape == (4, columns.size)
        fold = model.curve.folds[0]
        for k in range(4):
            part = data.take(np.flatnonzero(fold != k))
            prepared = prepare(part, settings)
            unit = prepared.learned.transform(data.X)[:, np.searchsorted(prepared.learned.columns, columns)]
            scores = (data.Z - prepared.center) @ clinical[k] + unit @ values[k]
            np.testing.assert_allclose(scores[fold == k], model.curve.scores[0, fold == k, model.place], atol=1e-7)


@pytest.mark.slow
def test_ridge_keeps_all_and_starts_at_nothing() -> None:
    data = make_arrays(n=50, p=80, q=1)
    model = learn_model(data, SETTINGS._replace(l1_ratio=0.0), ("x",))
    assert (model.coefficients[0, 1:] == 0).all()
    assert np.count_nonzero(model.coefficients[-1, 1:]) == len(model.prepared.learned.columns)
    lasso = learn_model(data, SETTINGS, ("x",))
    np.testing.assert_allclose(model.clinical(data.Z, alone=True), lasso.clinical(data.Z, alone=True), atol=1e-7)


def test_a_screen_keeps_the_largest_statistics() -> None:
    """Features by the adjusted score test, computed one at a time from the moments at the covariates' fit."""
    from radassoc.kernels.cox_moments import cox_moments

    data = make_arrays(p=12, q=1)
    settings = SETTINGS._replace(screen=4)
    model = learn_model(data, settings, ("x",))
    whole = model.prepared.whole
    X, eta = whole.transform(data.X), learn_model(data, SETTINGS, ("x",)).clinical(data.Z, alone=True)
    z2 = []
    for j in range(X.shape[1]):
        at = cox_moments(np.column_stack([data.Z, X[:, j]]), eta, data.time, data.event, strata=data.strata)
        info, score = at.information.sum(axis=0), at.score.sum(axis=0)
        z2.append(score[1] ** 2 / (info[1, 1] - info[0, 1] ** 2 / info[0, 0]))
    kept = whole.columns[np.sort(np.argsort(z2)[-4:])]
    np.testing.assert_array_equal(model.prepared.learned.columns, kept)
    assert np.isin(model.prepared.learned.columns[np.flatnonzero(model.chosen[1:])], kept).all()


def test_a_smaller_penalty_factor_lets_a_modality_in_first() -> None:
    data = make_arrays(p=12, effect=0.0, q=0)
    blocks = (Block(6, 1.0, Preparation()), Block(6, 0.01, Preparation()))
    model = learn_model(data, SETTINGS._replace(blocks=blocks), ("x",))
    n_steps = (model.coefficients != 0).sum(axis=0)  # who enters first stays longest
    first = model.prepared.learned.columns[np.argsort(-n_steps, kind="stable")[:3]]
    assert (first >= 6).all()
    free = learn_model(data, SETTINGS._replace(blocks=(blocks[0], Block(6, 0.0, Preparation()))), ("x",))
    assert (free.coefficients[0, 6:] != 0).all()
    assert free.alone.size == 0


def test_modalities_are_prepared_apart() -> None:
    """Two copies of a feature in two modalities both stay; in one modality one of them is pruned."""
    data = make_arrays(p=6, q=0)
    data = data._replace(X=np.hstack([data.X[:, :3], data.X[:, :3]]))
    blocks = (Block(3, 1.0, Preparation()), Block(3, 1.0, Preparation(max_missing=0.01)))
    one, two = (learn_model(data, s, ("x",)) for s in (SETTINGS, SETTINGS._replace(blocks=blocks)))
    np.testing.assert_array_equal(one.prepared.whole.columns, [0, 1, 2])
    assert set(two.prepared.whole.columns) >= {0, 1, 2}
    gone = np.isnan(data.X[:, 3:]).sum(axis=0) > 0.01 * 60
    np.testing.assert_array_equal(np.setdiff1d(np.arange(3, 6), two.prepared.whole.columns), 3 + np.flatnonzero(gone))


def test_concordance_chooses_what_it_measures() -> None:
    from radassoc.resampling.metrics import nested_c
    from radassoc.survival._inner import concordance_measure

    data = make_arrays(q=1)
    model = learn_model(data, SETTINGS._replace(criterion="concordance", n_repeats=2), ("x",))
    measure = concordance_measure(data, model.curve)
    expected = nested_c(data.time, data.event, model.curve.scores, model.curve.folds, strata=data.strata)
    np.testing.assert_allclose(measure.repeats, expected, atol=1e-12)
    assert model.place == np.argmax(expected.mean(axis=0))
