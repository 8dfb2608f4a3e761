"""``fit_risk_score``: a LASSO-Cox score of imaging features, with unpenalised covariates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_number, check_whole
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.parallel import one_blas_thread, run_tasks
from radassoc.kernels.cox_likelihood import breslow_hazard
from radassoc.preparation.recipe import Preparation, as_recipe
from radassoc.preparation.steps import describe
from radassoc.survival._pipeline import LambdaRule, Model, Settings, Ties, learn_model, learn_volume
from radassoc.survival._subjects import Subjects, as_names, check_choice, gather
from radassoc.survival.score import RiskScore
from radassoc.survival.training import hash_patients, make_salt

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["RiskScore", "check_settings", "fit_risk_score"]

_TABLE = (
    "feature",
    "modality",
    "coefficient",
    "hazard_ratio",
    "per",
    "resample_low",
    "resample_high",
    "selection_frequency",
)


def fit_risk_score(
    cohort: Cohort,
    *,
    modality: str = "radiomics",
    covariates: str | Sequence[str] = (),
    strata: str | Sequence[str] | None = None,
    l1_ratio: float = 1.0,
    n_folds: int = 10,
    n_repeats: int = 10,
    lambda_rule: LambdaRule = "min",
    preparation: Preparation | None = None,
    ties: Ties = "efron",
    volume: str | None = "auto",
    seed: int = 0,
    force: bool = False,
) -> RiskScore:
    """Estimate a risk score: the log hazard as a sparse sum of imaging features, by LASSO-Cox.

    Model: within each stratum, ``h(t) = h0(t) exp(score)``, the score being linear in the prepared features (penalised)
    and the covariates (not penalised). The penalty minimises the cross-validated grouped partial-likelihood deviance;
    filter, imputation, pruning and scaling are relearned in every fold. Censoring is taken as independent of the
    event time given the score and the stratum. Missing features are imputed; patients with a missing covariate or
    stratum are left out and counted.

    Parameters
    ----------
    cohort
        The training patients; several samples of a patient are averaged.
    modality
        The table of features.
    covariates
        Column references of clinical covariates, kept in the model whatever the penalty: numbers as they are,
        categories as indicators of all but the first level.
    strata
        Column references; each combination (a centre, say) has its own baseline hazard.
    l1_ratio
        1: LASSO; between 0 and 1: elastic net, which spreads weight over correlated features.
    n_folds
        Folds of the cross-validation; fewer where there are less than three events for each.
    n_repeats
        Repeats of the cross-validation with new folds; their mean curve chooses lambda. Ten repeats of ten folds take
        about a second for 80 patients and 700 features.
    lambda_rule
        ``"min"``: the smallest deviance; ``"1se"``: the largest lambda within one standard error (mean over repeats of
        the standard error within a repeat), which is sparser.
    preparation
        The recipe of preparation; ``Preparation()`` by default.
    ties
        Tied event times: ``"efron"`` or ``"breslow"``.
    volume
        The feature that holds the tumour volume, kept aside for comparison: ``"auto"`` finds it by its name.
    seed
        Seed of the folds.
    force
        Go on with fewer than 10 events or 20 patients.

    Returns
    -------
    RiskScore
        ``.table``: feature, modality, coefficient, hazard_ratio (penalised), per, resample_low, resample_high,
        selection_frequency. ``status`` is ``"no_signal"`` where no feature is selected: a valid score whose imaging
        part is 0 for everybody.

    Raises
    ------
    DesignError
        Too few patients or events, or a covariate that does not vary; the message has the numbers.

    Notes
    -----
    Lambda has the scale of R ``glmnet`` (``family="cox"``): the path agrees with ``glmnet(..., standardize=FALSE)`` on
    the prepared features to 1e-5 (Breslow ties; glmnet has no Efron ties and rescales penalty factors to sum to p).
    Covariates are standardised inside and reported per unit.

    References
    ----------
    Simon N, et al. (2011) J Stat Softw 39(5):1. doi:10.18637/jss.v039.i05
    van Houwelingen HC, et al. (2006) Stat Med 25:3201. doi:10.1002/sim.2353
    Chatterjee A, Lahiri SN (2011) J Am Stat Assoc 106:608. doi:10.1198/jasa.2011.tm10159

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=80, seed=1).cohort
    >>> score = ra.fit_risk_score(cohort, n_repeats=1)
    >>> score.predict(cohort).name
    'risk_score'
    """
    recipe = as_recipe(preparation, Preparation())
    settings = Settings(recipe, l1_ratio, n_folds, n_repeats, lambda_rule, ties, seed)
    check_settings(settings)
    names, layers = as_names(covariates), as_names(strata)
    subjects = gather(
        cohort,
        modality=modality,
        covariates=names,
        strata=layers,
        volume=volume,
        what="a risk score",
        force=force,
    )
    with one_blas_thread():
        model = learn_model(
            subjects.data,
            settings,
            ("fit",),
            run=lambda function, tasks: run_tasks(function, tasks, label="cross-validation"),
        )
        size = learn_volume(subjects.data, settings)
    params = {
        "modality": modality,
        "covariates": names,
        "strata": layers,
        "l1_ratio": l1_ratio,
        "n_folds": n_folds,
        "n_folds_used": model.n_folds,
        "n_repeats": n_repeats,
        "lambda_rule": lambda_rule,
        "ties": ties,
        "seed": seed,
        "force": force,
    }
    volume_model = {"feature": subjects.volume, **size._asdict()} if subjects.volume else {}
    return _labelled(cohort, subjects, model, recipe, params, volume_model)


def check_settings(settings: Settings) -> None:
    """Refuse settings outside their range, before anything is read."""
    check_choice("lambda_rule", settings.lambda_rule, ("min", "1se"))
    check_choice("ties", settings.ties, ("efron", "breslow"))
    check_number("l1_ratio", settings.l1_ratio)
    check_whole("n_repeats", settings.n_repeats)
    if not 0 < settings.l1_ratio <= 1:
        raise InputError(f"l1_ratio={settings.l1_ratio} selects nothing.", wanted="above 0, at most 1")
    if settings.n_repeats < 1:
        raise InputError(f"n_repeats={settings.n_repeats} leaves no cross-validation.", wanted="1 or more")


def _labelled(
    cohort: Cohort,
    subjects: Subjects,
    model: Model,
    recipe: Preparation,
    params: Mapping[str, Any],
    volume_model: Mapping[str, Any],
) -> RiskScore:
    modality = params["modality"]
    salt = make_salt(cohort.fingerprint, params["seed"])
    origin = subjects.origin(cohort, params["seed"])
    data = subjects.data
    n_selected = int(np.count_nonzero(model.chosen[model.n_covariates :]))
    origin["counts"] = {**origin["counts"], "n_selected": n_selected}
    fitted = describe(
        model.prepared.learned, recipe, subjects.features, len(data.time), modality=modality, provenance=origin
    )
    return RiskScore(
        table=_table(subjects, model, modality),
        status="no_signal" if model.empty else "ok",
        reason="cross-validation selects no imaging feature" if model.empty else "",
        params=params,
        provenance=origin,
        cv=_cv(model),
        path=_path(subjects, model, modality),
        chosen_lambda=float(model.lambdas[model.place]),
        baseline=_baseline(subjects, model.imaging(data.X) + model.clinical(data.Z)),
        preparation=fitted,
        coding=subjects.coding.assign(center=model.prepared.center.astype(float)),
        training=tuple(sorted(hash_patients(subjects.patients, salt))),
        salt=salt,
        volume_model=volume_model,
    )


def _table(subjects: Subjects, model: Model, modality: str) -> pd.DataFrame:
    """Covariates first, then features that the score or a refit selected, the largest coefficient first."""
    resampled = _resampled(model, len(subjects.features))
    frequency = (resampled != 0).mean(axis=0)
    low, high = np.quantile(resampled, [0.025, 0.975], axis=0)
    q = model.n_covariates
    coefficient = np.zeros(resampled.shape[1])
    coefficient[:q] = model.chosen[:q] / model.prepared.scale
    coefficient[q + model.prepared.learned.columns] = model.chosen[q:]
    features = np.arange(q, len(coefficient))
    features = features[(coefficient[features] != 0) | (frequency[features] > 0)]
    features = features[np.lexsort((features, -frequency[features], -np.abs(coefficient[features])))]
    names = [*subjects.coding["name"], *subjects.features]
    rows = [
        {
            "feature": names[j],
            "modality": "clinical" if j < q else modality,
            "coefficient": coefficient[j],
            "hazard_ratio": np.exp(coefficient[j]),
            "per": "unit" if j < q else "SD",
            "resample_low": low[j],
            "resample_high": high[j],
            "selection_frequency": frequency[j],
        }
        for j in [*range(q), *features]
    ]
    return tidy(rows, _TABLE)


def _resampled(model: Model, n_features: int) -> np.ndarray:
    """Coefficients of every cross-validation refit at the chosen lambda: covariates per unit, features per SD."""
    q = model.n_covariates
    values = np.zeros((len(model.curve.refits), q + n_features))
    for row, refit in zip(values, model.curve.refits, strict=True):
        row[:q] = refit.coefficients[model.place, :q] / refit.prepared.scale
        row[q + refit.prepared.learned.columns] = refit.coefficients[model.place, q:]
    return values


def _cv(model: Model) -> pd.DataFrame:
    columns = {
        "lambda": model.lambdas,
        "deviance": model.curve.deviance,
        "std_error": model.curve.std_error,
        "n_nonzero": np.count_nonzero(model.coefficients[:, model.n_covariates :], axis=1),
    }
    return tidy(pd.DataFrame(columns), list(columns))


def _path(subjects: Subjects, model: Model, modality: str) -> pd.DataFrame:
    names = np.array(subjects.features, dtype=object)[model.prepared.learned.columns]
    coefficients = model.coefficients[:, model.n_covariates :]
    enters = np.flatnonzero(coefficients.any(axis=0))
    columns = {
        "feature": np.repeat(names[enters], len(model.lambdas)),
        "modality": modality,
        "lambda": np.tile(model.lambdas, enters.size),
        "coefficient": coefficients[:, enters].T.ravel(),
    }
    return tidy(pd.DataFrame(columns), list(columns))


def _baseline(subjects: Subjects, score: np.ndarray) -> pd.DataFrame:
    data = subjects.data
    stratum, time, hazard = breslow_hazard(score, data.time, data.event, data.strata, None)
    labels = np.array(subjects.strata_labels or ("all",), dtype=object)
    columns = {"stratum": labels[np.asarray(stratum, dtype=np.int64)], "time": time, "cumulative_hazard": hazard}
    return tidy(pd.DataFrame(columns), list(columns))
