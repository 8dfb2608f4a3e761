"""What a held-out patient can change: nothing that was learned without them, bit for bit, whatever the options.

Every option of the pipeline is one row of ``OPTIONS``; a new option is one more row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.cohort import Cohort
from radassoc.enrichment import score_pathways
from radassoc.kernels.cox_likelihood import partial_loglik
from radassoc.kernels.cox_path import StopRule, solve_path
from radassoc.kernels.cox_risk import risk_sets
from radassoc.preparation import fit_preparation
from radassoc.preparation.arrays import learn_arrays
from radassoc.preparation.recipe import Preparation
from radassoc.resampling.folds import make_folds, repeated_folds
from radassoc.survival import _added_value, _nested
from radassoc.survival._nested import Cutting
from radassoc.survival._pipeline import Arrays, Settings, learn_model
from radassoc.survival.risk_score import fit_risk_score
from radassoc.survival.validate import validate_risk_score

PLAIN = Settings(Preparation(), n_folds=3, n_repeats=1, seed=3)


def _recipe(**changes: Any) -> dict[str, Any]:
    return {"recipe": Preparation(**changes)}


#: name: what differs from PLAIN
OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "elastic net": {"l1_ratio": 0.5},
    "one standard error": {"lambda_rule": "1se"},
    "breslow": {"ties": "breslow"},
    "several repeats": {"n_repeats": 2},
    "mean imputation": _recipe(impute="mean"),
    "no pruning": _recipe(max_correlation=None),
    "hard pruning": _recipe(max_correlation=0.3),
    "missing filter": _recipe(max_missing=0.02),
    "not scaled": _recipe(scale="none"),
}
#: name: (patients' strata, covariates, share of gaps)
DESIGNS: dict[str, tuple[int, int, float]] = {
    "imaging alone": (1, 0, 0.03),
    "covariates, strata and gaps": (2, 2, 0.03),
    "complete": (1, 1, 0.0),
}


#: Some options in the richest design; the others, and the other designs, when there is time.
FEW = ("plain", "elastic net", "mean imputation", "hard pruning")
CASES = [
    pytest.param(option, design, marks=() if option in FEW and design.startswith("covariates") else pytest.mark.slow)
    for option in OPTIONS
    for design in DESIGNS
]


def make_arrays(n_strata: int, q: int, gaps: float, *, n: int = 60, p: int = 14, seed: int = 5) -> Arrays:
    """Return patients with tied times, two true features, a near copy of one of them, and a volume."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, p))
    X[:, 2] = X[:, 0] + 0.2 * rng.normal(size=n)
    Z = rng.normal(size=(n, q))
    time = np.ceil(rng.exponential(np.exp(-X[:, 0] + X[:, 1])) * 10)
    event = rng.random(n) < 0.7
    volume = np.exp(X[:, 1])
    X[rng.random(X.shape) < gaps] = np.nan
    return Arrays(X, Z, time, event, rng.integers(0, n_strata, n), volume, np.arange(n))


def numbers(model: object) -> list[np.ndarray]:
    """Return every learned number of a model, the refits' included."""
    if isinstance(model, np.ndarray):
        return [model]
    if isinstance(model, (tuple, list)):
        return [number for part in model for number in numbers(part)]
    if isinstance(model, dict):
        return [number for part in model.values() for number in numbers(part)]
    if isinstance(model, (bool, int, float, np.number)):
        return [np.array(model)]
    return []


def spoil(data: Arrays, rows: np.ndarray) -> Arrays:
    """Return the arrays with everything changed in ``rows``: features, gaps, covariates, outcome, volume."""
    spoiled = Arrays(*(part.copy() for part in data))
    rng = np.random.default_rng(9)
    spoiled.X[rows] = rng.normal(size=spoiled.X[rows].shape) * 1e6
    spoiled.X[rows, ::3] = np.nan
    spoiled.Z[rows] = 99.0
    spoiled.time[rows] = rng.permutation(len(rows)) + 0.5
    spoiled.event[rows] = ~spoiled.event[rows]
    spoiled.volume[rows] = 1e9
    return spoiled


class Recorder:
    """Keeps every number that nested validation learns, under the training patients it was learned from."""

    def __init__(self) -> None:
        self.models: dict[tuple[str, bytes], list[np.ndarray]] = {}

    def watch(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def learn(data: Any, *place: Any, **more: Any) -> Any:
            model = function(data, *place, **more)
            self.models[(function.__name__, data.copies.tobytes())] = numbers(model)
            return model

        return learn

    def of(self, rows: np.ndarray) -> dict[str, list[np.ndarray]]:
        """Return what was learned from these rows, by learner."""
        return {name: found for (name, trained), found in self.models.items() if trained == rows.tobytes()}


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Watch the models of nested validation and their rivals, and deal the same outer folds whatever the outcome."""
    watching = Recorder()
    monkeypatch.setattr(_nested, "learn_model", watching.watch(_nested.learn_model))
    for name in ("learn_volume", "learn_volume_and_covariates"):
        monkeypatch.setattr(_added_value, name, watching.watch(getattr(_added_value, name)))

    def same_folds(n_folds: int, *, event: np.ndarray, path: tuple[int | str, ...] = (), **_: Any) -> np.ndarray:
        n = len(event)
        return make_folds(n_folds, event=np.zeros(n), strata=np.zeros(n), seed=0, path=path)

    monkeypatch.setattr(_nested, "make_folds", same_folds)
    return watching


def _same(one: dict[str, list[np.ndarray]], other: dict[str, list[np.ndarray]]) -> bool:
    def equal(a: list[np.ndarray], b: list[np.ndarray]) -> bool:
        return len(a) == len(b) and all(np.array_equal(x, y, equal_nan=True) for x, y in zip(a, b, strict=True))

    return one.keys() == other.keys() and all(equal(numbers, other[name]) for name, numbers in one.items())


def judge(data: Arrays, settings: Settings, cutting: Cutting = _nested.MEDIAN) -> _nested.Nested:
    """Run one repeat of three outer folds, with absolute survival at three times."""
    times = np.array([2.0, 5.0, 9.0])
    return _nested.nested(data, settings, n_outer_folds=3, n_outer_repeats=1, path=("v",), times=times, cutting=cutting)


@pytest.mark.parametrize(("option", "design"), CASES)
def test_a_spoiled_test_fold_changes_no_number_of_its_model(option: str, design: str, recorder: Recorder) -> None:
    """All patients of one outer fold are spoiled: what is learned without them is the same to the last bit."""
    data = make_arrays(*DESIGNS[design])
    settings = PLAIN._replace(**OPTIONS[option])
    before = judge(data, settings)
    own, others = (np.flatnonzero(before.folds[0] != k) for k in (1, 0))
    learned = recorder.of(own), recorder.of(others)
    recorder.models.clear()
    after = judge(spoil(data, np.flatnonzero(before.folds[0] == 1)), settings)
    np.testing.assert_array_equal(before.folds, after.folds)
    assert len(learned[0]) >= 2  # the pipeline and volume alone
    assert len(learned[0]["learn_model"]) > 15
    assert _same(learned[0], recorder.of(own))
    assert not _same(learned[1], recorder.of(others))  # the spoiled rows do reach those who train on them


CUTTINGS = {
    "median": Cutting("median"),
    "thirds": Cutting("quantiles", 3),
    "maximally selected": Cutting("maxstat"),
}


@pytest.mark.parametrize(
    ("option", "cutting"),
    [
        *(pytest.param(option, "median", marks=() if option in FEW else pytest.mark.slow) for option in OPTIONS),
        *(("plain", name) for name in CUTTINGS if name != "median"),
    ],
)
def test_one_spoiled_patient_changes_only_their_own_scores(option: str, cutting: str, recorder: Recorder) -> None:
    """Scores, survival and groups of the fold mates come from models and cuts that never saw the patient."""
    data = make_arrays(2, 1, 0.03)
    settings = PLAIN._replace(**OPTIONS[option])
    before = judge(data, settings, CUTTINGS[cutting])
    after = judge(spoil(data, np.array([0])), settings, CUTTINGS[cutting])
    mates = before.folds[0] == before.folds[0][0]
    mates[0] = False
    for name in ("folds", "scores", "imaging", "groups", "survival"):
        np.testing.assert_array_equal(getattr(before, name)[0, mates], getattr(after, name)[0, mates], err_msg=name)
    assert np.isfinite(before.groups[0, mates]).any()


# ---- the verbs
COHORT_OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "covariates of both kinds": {"covariates": ("age", "sex")},
    "strata": {"strata": "site"},
    "elastic net, 1se, breslow": {"l1_ratio": 0.4, "lambda_rule": "1se", "ties": "breslow"},
    "pruning and missing filter": {"preparation": Preparation(max_correlation=0.4, max_missing=0.04)},
}
QUICK = {"n_folds": 3, "n_outer_folds": 3, "n_outer_repeats": 1, "interval": "none", "n_permutations": 0}


@pytest.mark.slow
@pytest.mark.parametrize("option", COHORT_OPTIONS)
def test_the_verb_lets_no_held_out_row_through(option: str, planted_cohort: Cohort, recorder: Recorder) -> None:
    """From tables on: coding, choice of patients, volume and strata learn nothing from the fold either."""
    validate_risk_score(planted_cohort, **QUICK, **COHORT_OPTIONS[option])
    n = len(planted_cohort.patients)
    fold = _nested.make_folds(3, event=np.zeros(n), strata=np.zeros(n), seed=0, path=("validation", "outer", 0))
    own, others = (np.flatnonzero(fold != k) for k in (2, 0))
    learned = recorder.of(own), recorder.of(others)
    recorder.models.clear()
    spoiled = spoiled_cohort(planted_cohort, planted_cohort.patients[fold == 2])
    validate_risk_score(spoiled, **QUICK, **COHORT_OPTIONS[option])
    assert len(learned[0]) >= 2
    assert _same(learned[0], recorder.of(own))
    assert not _same(learned[1], recorder.of(others))


def spoiled_cohort(cohort: Cohort, patients: pd.Index) -> Cohort:
    """Return the cohort with other features, covariates and outcomes of ``patients``."""
    rng = np.random.default_rng(2)
    imaging, clinical = cohort["radiomics"].copy(), cohort.clinical.copy()
    imaging.loc[patients] = rng.normal(size=(len(patients), imaging.shape[1])) * 1e4
    clinical.loc[patients, "age"] = 200.0
    clinical.loc[patients, "sex"] = "male"
    assert cohort.outcome is not None
    outcome = cohort.outcome.table
    clinical["os_months"], clinical["os_event"] = outcome["time"], outcome["event"].astype(int)
    clinical.loc[patients, "os_months"] = 0.5 + np.arange(len(patients))
    clinical.loc[patients, "os_event"] = 1 - clinical.loc[patients, "os_event"]
    return Cohort.from_frames(radiomics=imaging, clinical=clinical, time="os_months", event="os_event", unit="months")


def test_a_fitted_score_knows_nothing_of_patients_it_was_not_given(planted_cohort: Cohort) -> None:
    """The verb on a subset: the same table whether the other patients are as they are or spoiled."""
    train, test = planted_cohort.patients[:60], planted_cohort.patients[60:]
    settings = {"covariates": ("age", "sex"), "n_folds": 3, "n_repeats": 1}
    one = fit_risk_score(planted_cohort.subset(train), **settings)
    other = fit_risk_score(spoiled_cohort(planted_cohort, test).subset(train), **settings)
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)


def test_a_preparation_is_learned_from_its_own_patients(planted_cohort: Cohort) -> None:
    train, test = planted_cohort.patients[:60], planted_cohort.patients[60:]
    one = fit_preparation(planted_cohort.subset(train))
    other = fit_preparation(spoiled_cohort(planted_cohort, test).subset(train))
    pd.testing.assert_frame_equal(one.table, other.table, check_exact=True)
    # applied: a patient's prepared row does not depend on who is prepared together with them
    alone = one.apply(planted_cohort.subset(test[:5])).patient_frame("radiomics")
    together = one.apply(planted_cohort).patient_frame("radiomics").loc[test[:5]]
    pd.testing.assert_frame_equal(alone, together, check_exact=True)


def test_a_pathway_score_by_ranks_is_the_samples_own() -> None:
    """ssGSEA of a complete table looks at one sample; z-scores are learned from all and say so."""
    rng = np.random.default_rng(4)
    genes = pd.DataFrame(
        rng.normal(size=(12, 60)), index=[f"P{i}" for i in range(12)], columns=[f"GENE{j}" for j in range(60)]
    )
    sets = {"first": list(genes.columns[:15]), "second": list(genes.columns[20:40])}
    spoiled = genes.copy()
    spoiled.iloc[6:] = rng.normal(size=(6, 60)) * 100
    scores = [
        {m: score_pathways(Cohort.from_frames(expression=x), sets, method=m)["pathways"] for m in ("ssgsea", "zscore")}
        for x in (genes, spoiled)
    ]
    pd.testing.assert_frame_equal(scores[0]["ssgsea"].iloc[:6], scores[1]["ssgsea"].iloc[:6], check_exact=True)
    assert (scores[0]["zscore"].iloc[:6] != scores[1]["zscore"].iloc[:6]).to_numpy().all()


# ---- inner folds against a separate slow fit
def slow_inner_fold(
    data: Arrays, train: np.ndarray, lambdas: np.ndarray, settings: Settings
) -> tuple[np.ndarray, np.ndarray]:
    """Return scores of all rows (rows x lambdas) and full minus training log likelihood, one fold by itself."""
    part = data.take(np.flatnonzero(train))
    learned = learn_arrays(part.X, settings.recipe)
    center, scale = part.Z.mean(axis=0), part.Z.std(axis=0)
    design = np.hstack([(data.Z - center) / scale, learned.transform(data.X)])
    q = data.Z.shape[1]
    inside = risk_sets(part.time, part.event, strata=part.strata, ties=settings.ties)
    solved = solve_path(
        np.asfortranarray(design[train]),
        inside,
        lambdas=lambdas,
        l1_ratio=settings.l1_ratio,
        penalty_factor=np.repeat([0.0, 1.0], [q, design.shape[1] - q]),
        standardize=False,
        stop=StopRule(),
    )
    rows = np.minimum(np.arange(len(lambdas)), len(solved.lambdas) - 1)
    eta = design @ solved.coefficients[rows].T
    full = risk_sets(data.time, data.event, strata=data.strata, ties=settings.ties)
    gained = partial_loglik(eta, full) - partial_loglik(np.ascontiguousarray(eta[train]), inside)
    return eta, np.asarray(gained)


@pytest.mark.parametrize(("option", "design"), CASES)
def test_inner_folds_equal_a_separate_slow_fit(option: str, design: str) -> None:
    """Out-of-fold scores and curve of the pipeline's own inner cross-validation, to 1e-8."""
    data = make_arrays(*DESIGNS[design])
    settings = PLAIN._replace(**OPTIONS[option])
    model = learn_model(data, settings, ("x",))
    chance = {"event": data.event, "strata": data.strata, "seed": settings.seed, "path": ("x", "inner")}
    folds = repeated_folds(settings.n_repeats, model.n_folds, copies=data.copies, **chance)
    lambdas = model.lambdas
    deviance = np.zeros(len(lambdas))
    for fold in folds:
        total = np.zeros(len(lambdas))
        for k in range(model.n_folds):
            out = fold == k
            eta, gained = slow_inner_fold(data, ~out, lambdas, settings)
            r = int(np.flatnonzero((folds == fold).all(axis=1))[0])
            np.testing.assert_allclose(model.curve.scores[r, out], eta[out], atol=1e-8, rtol=0)
            total += -2 * gained
        deviance += total / data.event.sum() / len(folds)
    np.testing.assert_allclose(model.curve.deviance, deviance, atol=1e-8, rtol=0)
