"""``validate_risk_score``: the whole pipeline judged on patients it has not seen, by rerunning it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_whole
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.parallel import run_tasks
from radassoc.base.results import Family
from radassoc.preparation.recipe import Preparation, as_recipe
from radassoc.resampling.intervals import FEWEST_RESAMPLES, detectable_effect, percentile_interval, shifted_interval
from radassoc.resampling.permute import permutation_p
from radassoc.survival._nested import Nested, nested
from radassoc.survival._pipeline import LambdaRule, Settings, Ties
from radassoc.survival._reruns import (
    CONTRASTS,
    PERMUTED_REPEATS,
    Reruns,
    bootstrap_conditionally,
    contrasts,
    rerun,
)
from radassoc.survival._subjects import Subjects, as_names, check_choice, gather
from radassoc.survival.risk_score import check_settings
from radassoc.survival.validation import RiskValidation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["RiskValidation", "validate_risk_score"]

Interval = Literal["rerun", "conditional", "none"]

_TABLE = (
    "measure",
    "model",
    "estimate",
    "ci_low",
    "ci_high",
    "detectable",
    "p_value",
    "interval",
    "n_patients",
    "n_events",
)
_RESAMPLES = ("resample", "index", "measure", "model", "value")


def validate_risk_score(
    cohort: Cohort,
    *,
    modality: str = "radiomics",
    covariates: str | Sequence[str] = (),
    strata: str | Sequence[str] | None = None,
    l1_ratio: float = 1.0,
    n_folds: int = 10,
    n_inner_repeats: int = 1,
    lambda_rule: LambdaRule = "min",
    preparation: Preparation | None = None,
    ties: Ties = "efron",
    volume: str | None = "auto",
    n_outer_folds: int = 5,
    n_outer_repeats: int = 10,
    interval: Interval = "rerun",
    n_bootstraps: int = 100,
    n_permutations: int = 100,
    seed: int = 0,
    force: bool = False,
) -> RiskValidation:
    """Estimate how well the pipeline of ``fit_risk_score`` ranks new patients, by nested cross-validation.

    Estimand: the expected concordance of this pipeline (preparation, lambda and coefficients included) when trained on
    ``n (1 - 1 / n_outer_folds)`` patients, beside that of the covariates alone and of tumour volume alone (a Cox model
    of volume, learned in the same folds). Only pairs inside one test fold and stratum count, weighted by comparable
    pairs; a constant score is 0.5.

    Null hypothesis of the one p-value: the outcome is independent of imaging given the covariates. Outcome and
    covariates stay together; imaging rows (with covariates: the residuals of imaging on them, the fit added back) are
    permuted as blocks within strata, and the whole pipeline is rerun. Statistic: nested C of the full score minus
    nested C of the covariates alone, over the first two outer repeats. Many noise fits are empty: p piles up at 1.

    Parameters
    ----------
    cohort
        The patients.
    modality, covariates, strata, l1_ratio, n_folds, lambda_rule, preparation, ties, force
        As in ``fit_risk_score``.
    n_inner_repeats
        Repeats of the cross-validation that chooses lambda inside every outer training set. One by default, fewer than
        ``fit_risk_score`` uses, because every rerun pays for it.
    volume
        The feature that holds the tumour volume: ``"auto"`` finds it by its name, None goes without.
    n_outer_folds, n_outer_repeats
        Folds and repeats of the outer cross-validation; the estimates are means over repeats. Fewer folds are used
        where there are less than three events for each.
    interval
        ``"rerun"``: bootstrap patients, rerun the whole pipeline, move the percentile interval onto the estimate;
        ``"conditional"``: resample patients with the out-of-fold scores as they are, which is quick and too narrow,
        because it takes the fitted models as given; ``"none"``.
    n_bootstraps
        Bootstrap samples. With fewer than 20 that could be used there is no interval (``interval`` is "none", its ends
        are NaN) and ``.reason`` says why.
    n_permutations
        Permutations of imaging; 0 gives no p. The smallest p is 1 / (n_permutations + 1).
    seed
        Seed of everything.

    Returns
    -------
    RiskValidation
        ``.table``: measure, model, estimate, ci_low, ci_high, detectable, p_value, interval, n_patients, n_events. The
        change in C
        has an interval and no p of its own: for nested models such a test is degenerate (Demler et al. 2012). The p of
        the permutation stands in the row "full - covariates", or "full" without covariates.

    Raises
    ------
    DesignError
        Too few patients or events.

    Notes
    -----
    Copies of a patient in a bootstrap sample share outer and inner folds. The standard deviation over outer repeats is
    in ``.resamples`` and is no interval.

    References
    ----------
    Simon RM, et al. (2011) Brief Bioinform 12:203. doi:10.1093/bib/bbr001
    Potter DM (2005) Stat Med 24:693. doi:10.1002/sim.1931
    Noma H, et al. (2021) Stat Med 40:5691. doi:10.1002/sim.9148
    Demler OV, et al. (2012) Stat Med 31:2577. doi:10.1002/sim.5328
    """
    recipe = as_recipe(preparation, Preparation())
    settings = Settings(recipe, l1_ratio, n_folds, n_inner_repeats, lambda_rule, ties, seed)
    check_settings(settings)
    check_choice("interval", interval, ("rerun", "conditional", "none"))
    _check_counts(n_outer_repeats=n_outer_repeats, n_bootstraps=n_bootstraps, n_permutations=n_permutations)
    names, layers = as_names(covariates), as_names(strata)
    subjects = gather(
        cohort,
        modality=modality,
        covariates=names,
        strata=layers,
        volume=volume,
        what="a validated risk score",
        force=force,
    )
    observed = nested(
        subjects.data,
        settings,
        n_outer_folds=n_outer_folds,
        n_outer_repeats=n_outer_repeats,
        path=("validation",),
        run=lambda function, tasks: run_tasks(function, tasks, label="nested cross-validation"),
    )
    reruns = rerun(
        subjects.data,
        settings,
        n_outer_folds=n_outer_folds,
        n_outer_repeats=n_outer_repeats,
        n_bootstraps=n_bootstraps if interval == "rerun" else 0,
        n_permutations=n_permutations,
    )
    resampled = reruns.bootstraps
    if interval == "conditional":
        resampled = bootstrap_conditionally(subjects.data, observed, n_bootstraps, seed=seed)
    params = {
        "modality": modality,
        "covariates": names,
        "strata": layers,
        "l1_ratio": l1_ratio,
        "n_folds": n_folds,
        "n_inner_repeats": n_inner_repeats,
        "lambda_rule": lambda_rule,
        "preparation": recipe,
        "ties": ties,
        "volume": subjects.volume,
        "n_outer_folds": n_outer_folds,
        "n_outer_folds_used": int(observed.folds.max()) + 1,
        "n_outer_repeats": n_outer_repeats,
        "interval": interval,
        "n_bootstraps": n_bootstraps,
        "n_bootstraps_used": int(np.isfinite(resampled[:, 0]).sum()),
        "n_permutations": n_permutations,
        "n_permuted_repeats": min(PERMUTED_REPEATS, n_outer_repeats),
        "seed": seed,
        "force": force,
    }
    origin = subjects.origin(cohort, seed)
    return _labelled(subjects, observed, reruns, resampled, params, origin)


def _check_counts(*, n_outer_repeats: int, **counts: int) -> None:
    check_whole("n_outer_repeats", n_outer_repeats)
    if n_outer_repeats < 1:
        raise InputError(f"n_outer_repeats={n_outer_repeats} leaves nothing to average.", wanted="1 or more")
    for name, value in counts.items():
        check_whole(name, value)
        if value < 0:
            raise InputError(f"{name}={value} is no number of reruns.", wanted="0 or more")


def _labelled(
    subjects: Subjects,
    observed: Nested,
    reruns: Reruns,
    resampled: np.ndarray,
    params: dict[str, Any],
    origin: dict[str, Any],
) -> RiskValidation:
    data = subjects.data
    repeats = contrasts(data, observed)
    tested = "full - covariates" if data.Z.shape[1] else "full"
    statistic = float(repeats[: params["n_permuted_repeats"], _column(tested)].mean())
    p = permutation_p(statistic, reruns.statistics)
    n_empty, n_models = int(observed.empty.sum()), observed.empty.size
    nothing = n_empty == n_models
    empty = f"{n_empty} of {n_models} outer models select no imaging feature" if n_empty else ""
    told = "; ".join(filter(None, [empty, _too_few(params)]))
    return RiskValidation(
        table=_table(repeats, resampled, observed, (tested, p), params["interval"], data.event),
        status="no_signal" if nothing else "ok",
        reason=told,
        params=params,
        provenance=origin,
        families=(_family(params),) if params["n_permutations"] else (),
        samples=_samples(subjects, observed),
        null_samples=_wide(reruns.total, subjects),
        null_imaging=_wide(reruns.imaging, subjects),
        null_groups=_wide(None if reruns.high is None else _groups(reruns.high), subjects),
        resamples=_resamples(repeats, resampled, reruns.statistics, tested),
        volume=subjects.volume,
    )


def _too_few(params: dict[str, Any]) -> str:
    """Say why bootstrap samples were drawn and no interval stands in the table."""
    used = params["n_bootstraps_used"]
    if params["interval"] == "none" or not params["n_bootstraps"] or used >= FEWEST_RESAMPLES:
        return ""
    asked = params["n_bootstraps"]
    return f"no interval: it needs {FEWEST_RESAMPLES} usable bootstrap samples, and {used} of {asked} were usable"


def _column(model: str) -> int:
    return [name for _, name in CONTRASTS].index(model)


def _table(
    repeats: np.ndarray,
    resampled: np.ndarray,
    observed: Nested,
    tested: tuple[str, float],
    interval: str,
    event: np.ndarray,
) -> pd.DataFrame:
    counts = {"n_patients": len(event), "n_events": int(event.sum())}
    rows = []
    for column, (measure, model) in enumerate(CONTRASTS):
        estimate = float(repeats[:, column].mean())
        if np.isnan(estimate):
            continue
        bounds = (0.0, 1.0) if measure == "concordance" else (-1.0, 1.0)
        values = resampled[:, column]
        if interval == "conditional":
            low, high = percentile_interval(values)
        else:
            low, high = shifted_interval(estimate, values, bounds=bounds)
        rows.append(
            {
                "measure": measure,
                "model": model,
                "estimate": estimate,
                "ci_low": low,
                "ci_high": high,
                "detectable": detectable_effect(low, high) if measure == "concordance_difference" else np.nan,
                "p_value": tested[1] if model == tested[0] else np.nan,
                "interval": interval if np.isfinite(low) else "none",
                **counts,
            }
        )
    empty = {
        "measure": "share_empty",
        "model": "outer models",
        "estimate": observed.empty.mean(),
        "interval": "none",
        **counts,
    }
    return tidy([*rows, empty], _TABLE)


def _family(params: dict[str, Any]) -> Family:
    given = f" given {', '.join(params['covariates'])}" if params["covariates"] else ""
    return Family(hypothesis=f"the outcome is independent of {params['modality']}{given}", n_tests=1)


def _groups(high: np.ndarray) -> np.ndarray:
    names = np.where(high > 0.5, "high", "low").astype(object)
    names[np.isnan(high)] = None
    return names


def _samples(subjects: Subjects, observed: Nested) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "patient": subjects.patients.to_numpy(dtype=object),
            "score": observed.total[0],
            "imaging_score": observed.imaging[0],
            "group": pd.Series(_groups(observed.high[0]), dtype=object),
        }
    )


def _wide(values: np.ndarray | None, subjects: Subjects) -> pd.DataFrame | None:
    if values is None:
        return None
    return pd.DataFrame(values.T, index=pd.Index(subjects.patients, name="patient"))


def _resamples(repeats: np.ndarray, resampled: np.ndarray, statistics: np.ndarray, tested: str) -> pd.DataFrame:
    rows = []
    for kind, values in (("outer_repeat", repeats), ("bootstrap", resampled)):
        for column, (measure, model) in enumerate(CONTRASTS):
            rows += [(kind, i, measure, model, v) for i, v in enumerate(values[:, column]) if np.isfinite(v)]
    measure = CONTRASTS[_column(tested)][0]
    rows += [("permutation", i, measure, tested, v) for i, v in enumerate(statistics)]
    return tidy(pd.DataFrame(rows, columns=list(_RESAMPLES)), _RESAMPLES)
