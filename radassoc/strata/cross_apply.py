"""``cross_apply``: risk scores of two strata, such as men and women, each applied to both on equal terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_whole
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.parallel import run_tasks
from radassoc.base.results import Family, Status
from radassoc.base.seeds import generator
from radassoc.preparation.recipe import Preparation
from radassoc.strata._cross_models import OTHER, OWN, Trained
from radassoc.strata._cross_notes import cross_notes
from radassoc.strata._cross_reruns import (
    PERMUTED_REPEATS,
    Candidates,
    CrossReruns,
    average,
    candidates,
    own_models,
    rerun_cross,
)
from radassoc.strata._cross_rows import (
    bootstrapped_contrasts,
    contrast_frame,
    matrix_frame,
    resample_frame,
    sample_frame,
)
from radassoc.strata._crossed import MODELS, Crossed, contrasts_of, cross, measured
from radassoc.strata._exchange import Alike, alike
from radassoc.strata._levels import Levels, read_levels
from radassoc.strata.cross_application import COEFFICIENT_COLUMNS, CrossApplication
from radassoc.strata.overlap import OVERLAP_COLUMNS, overlap_rows
from radassoc.survival._modalities import Modalities
from radassoc.survival._pipeline import Criterion, LambdaRule, Settings, Ties
from radassoc.survival._settings import begin
from radassoc.survival._subjects import Subjects, as_names

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["cross_apply"]

_FEWEST_EVENTS = 10


def cross_apply(
    cohort: Cohort,
    variable: str,
    *,
    levels: Sequence[str] | None = None,
    modality: Modalities = "radiomics",
    covariates: str | Sequence[str] = (),
    strata: str | Sequence[str] | None = None,
    within: str | Sequence[str] = (),
    l1_ratio: float = 1.0,
    screen: int | None = None,
    n_folds: int = 5,
    n_inner_repeats: int = 1,
    lambda_rule: LambdaRule = "min",
    criterion: Criterion = "deviance",
    preparation: Preparation | Mapping[str, Preparation] | None = None,
    ties: Ties = "efron",
    n_outer_folds: int = 5,
    n_outer_repeats: int = 10,
    n_bootstraps: int = 100,
    n_permutations: int = 100,
    seed: int = 0,
    force: bool = False,
) -> CrossApplication:
    """Learn a risk score in each of two strata and apply each to both, on equal numbers of events.

    Estimand of a cell of the matrix: the expected C (and calibration slope) of this pipeline, trained on so many events
    of one stratum, among new patients of a stratum. In every outer repeat, deaths of the larger stratum are drawn until
    both have as many (the censored in proportion); both are parted into the same number of folds; every outer model is
    applied to its own stratum's test fold and to the equally large one of the other, so that neither size nor the
    nearness of training patients favours a cell. Only pairs inside one test fold and stratum count. Repeats draw anew.

    Null hypothesis of the p-values: given ``within`` (age, IDH), imaging and outcome go together alike in both strata.
    Strata are exchanged among patients of one cell of ``within``, and everything is rerun. Statistics: C of the model
    of the own stratum less that of the other one, on the same test patients (one-sided, since a difference can only
    favour the own model); the same for the calibration slope; the slope of the pooled score with stratified baseline in
    one stratum less that in the other (score x stratum; two-sided). A high C in men beside a low one in women is no
    evidence: outcomes may be harder to predict in women by any score.

    Parameters
    ----------
    cohort
        The patients.
    variable
        A categorical column with two strata, such as sex.
    levels
        The two strata to compare, first and second, where there are more; by default both, sorted.
    modality, covariates, strata, l1_ratio, screen, n_folds, lambda_rule, criterion, preparation, ties, force
        As in ``fit_risk_score``, with fewer inner folds by default, because every rerun pays for them. Covariates are
        part of every score.
    within
        Columns that must be alike where strata are exchanged: numbers in thirds, categories as they are. Without them
        a difference may be one of age or IDH.
    n_inner_repeats
        Repeats of the cross-validation that chooses lambda.
    n_outer_folds, n_outer_repeats
        Folds and repeats; fewer folds where there are less than three events of each stratum for each.
    n_bootstraps
        Patients drawn anew within strata, everything rerun; with fewer than 20 there is no interval.
    n_permutations
        Exchanged reruns, over the first two repeats; 0 gives no p. The smallest p is 1 / (n_permutations + 1).
    seed
        Seed of everything.

    Returns
    -------
    CrossApplication
        ``table`` (the matrix), ``contrasts`` (with p), ``overlap`` of the selected features, ``coefficients``.

    Raises
    ------
    DesignError
        Not two strata, fewer than 10 events in one of them (the message has the numbers), or a stratum that is
        confounded with ``within``.

    Notes
    -----
    "pooled" trains on both strata together, and so on twice as many events; "pooled, half" on as many as one stratum's
    model. "stratified baseline" lets the strata have their own baseline hazard; "interaction" adds the product of
    every feature (and covariate) with the stratum, under the same penalty. Intervals are those of the reruns, moved
    onto the estimate (Noma et al. 2021).

    The p-values are exact where, within ``within``, nothing but chance parts the strata. Where a stratum shifts
    features, covariates or the hazard as a whole, they hold 5% in simulations (``benchmarks/null_cross.csv``): before
    strata are exchanged, every column is shifted to the same mean in both. Where features vary more in one stratum,
    they are more useful there even with the same slope: differences of C within one stratum, and of slopes, are then
    real, not noise, and say nothing about biology.

    A model without features has C 0.5 and no slope, and an exchanged rerun without a slope counts as no difference.
    Over all studies the p-values of slopes hold 5%; among studies without signal that have a slope by luck they do not
    (14% at 5%). Read slopes where C differs too.

    References
    ----------
    Noma H, et al. (2021) Stat Med 40:5691. doi:10.1002/sim.9148
    Phipson B, Smyth GK (2010) Stat Appl Genet Mol Biol 9:39. doi:10.2202/1544-6115.1585

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=80, n_features=20, n_genes=500, seed=1).cohort
    >>> found = ra.cross_apply(cohort, "sex", n_outer_repeats=1, n_bootstraps=0, n_permutations=0, n_folds=3)
    >>> found.table.query("measure == 'concordance'")[["trained_on", "tested_on"]].values.tolist()[:4]
    [['female', 'female'], ['female', 'male'], ['male', 'female'], ['male', 'male']]
    """
    _check(n_outer_repeats=n_outer_repeats, n_bootstraps=n_bootstraps, n_permutations=n_permutations)
    parts = _two(read_levels(cohort, variable, levels))
    _refuse_own(variable, covariates=covariates, strata=strata, within=within)
    known = cohort.subset(parts.labels.index, step=f"Known {variable}", reason=f"{variable} unknown")
    settings, subjects, told = begin(
        known,
        what="a cross-application",
        modality=modality,
        covariates=covariates,
        strata=strata,
        l1_ratio=l1_ratio,
        screen=screen,
        n_folds=n_folds,
        n_repeats=n_inner_repeats,
        lambda_rule=lambda_rule,
        criterion=criterion,
        preparation=preparation,
        ties=ties,
        volume=None,
        seed=seed,
        force=force,
    )
    params = {
        "variable": variable,
        "levels": parts.names,
        **told,
        "within": as_names(within),
        "n_inner_repeats": n_inner_repeats,
        "n_outer_folds": n_outer_folds,
        "n_outer_repeats": n_outer_repeats,
        "n_bootstraps": n_bootstraps,
        "n_permutations": n_permutations,
    }
    return _applied(known, parts, settings, subjects, params, subjects.origin(cohort, seed))


def _applied(
    cohort: Cohort,
    parts: Levels,
    settings: Settings,
    subjects: Subjects,
    params: dict[str, Any],
    origin: dict[str, Any],
) -> CrossApplication:
    """Cross the strata, and rerun it."""
    data = subjects.data
    code = (parts.labels.reindex(subjects.patients) == parts.names[1]).to_numpy().astype(np.int64)
    _check_events(parts, code, data.event, force=params["force"])
    cells = _cells(cohort, params["within"], subjects, code, params["n_permutations"])
    asked = {"n_folds": params["n_outer_folds"], "n_repeats": params["n_outer_repeats"]}
    found = cross(
        data,
        code,
        settings,
        path=("cross",),
        run=lambda function, tasks: run_tasks(function, tasks, label="cross-application"),
        **asked,
    )
    offered = candidates(data, settings)
    own = own_models(data, code, settings, ("cross", "own"))
    again = {"n_bootstraps": params["n_bootstraps"], "n_permutations": params["n_permutations"]}
    reruns = rerun_cross(data, code, settings, cells.cells, offered, **asked, **again)
    params = {**params, "n_outer_folds_used": int(found.folds.max()) + 1}
    return _labelled(parts, subjects, code, settings, found, own, offered, reruns, cells, params, origin)


def _check(*, n_outer_repeats: int, **counts: int) -> None:
    check_whole("n_outer_repeats", n_outer_repeats)
    if n_outer_repeats < 1:
        raise InputError(f"n_outer_repeats={n_outer_repeats} leaves nothing to average.", wanted="1 or more")
    for name, value in counts.items():
        check_whole(name, value)
        if value < 0:
            raise InputError(f"{name}={value} is no number of reruns.", wanted="0 or more")


def _two(parts: Levels) -> Levels:
    if len(parts.names) == 2:
        return parts
    counts = parts.labels.value_counts()
    raise DesignError(
        f"{parts.name!r} has {len(parts.names)} strata: {', '.join(f'{n} ({counts[n]})' for n in parts.names)}.",
        wanted="two",
        remedy="Choose two with levels=(first, second), or join some.",
    )


def _refuse_own(variable: str, **named: str | Sequence[str] | None) -> None:
    for key, value in named.items():
        if variable in as_names(value):
            raise DesignError(
                f"{variable!r} parts the patients and is named in {key} too.", remedy="Leave it out there."
            )


def _check_events(parts: Levels, code: np.ndarray, event: np.ndarray, *, force: bool) -> None:
    counts = [(int((code == s).sum()), int((event & (code == s)).sum())) for s in (0, 1)]
    least = 6 if force else _FEWEST_EVENTS
    if min(n_events for _, n_events in counts) >= least:
        return
    told = "; ".join(
        f"{name}: {n_events} events, {n} patients" for name, (n, n_events) in zip(parts.names, counts, strict=True)
    )
    raise DesignError(
        f"A stratum of {parts.name!r} has too few events ({told}).",
        wanted=f"at least {least} events in each",
        remedy="interactions(kind='survival') asks less of the data.",
    )


def _cells(cohort: Cohort, names: tuple[str, ...], subjects: Subjects, code: np.ndarray, n_permutations: int) -> Alike:
    if n_permutations == 0:
        return Alike(np.zeros(code.size, dtype=np.int64), code.size)
    return alike(cohort, names, subjects.patients, code, subjects.data.strata)


# ---- what is told
def _labelled(
    parts: Levels,
    subjects: Subjects,
    code: np.ndarray,
    settings: Settings,
    found: Crossed,
    own: list[Trained],
    offered: Candidates,
    reruns: CrossReruns,
    cells: Alike,
    params: dict[str, Any],
    origin: dict[str, Any],
) -> CrossApplication:
    data, levels = subjects.data, parts.names
    values = measured(data, code, found)
    mean, first = average(values), average(values[:PERMUTED_REPEATS])
    boots = bootstrapped_contrasts(reruns.matrices)
    contrasts = contrast_frame(contrasts_of(mean, MODELS), contrasts_of(first, MODELS), boots, reruns.contrasts, levels)
    places = [offered.places(model.selected) for model in own]
    overlap = overlap_rows(
        places[0], places[1], offered.cluster, reruns.similarity, generator(settings.seed, "overlap")
    )
    status, reason = _status(found, levels)
    n_tests = int(contrasts["p_value"].notna().sum())
    hypothesis = f"Imaging and outcome go together alike in both strata of {parts.name}"
    table = matrix_frame(mean, reruns.matrices, found, data.event, code, levels)
    shared = tidy(overlap, OVERLAP_COLUMNS)
    return CrossApplication(
        table=table,
        contrasts=contrasts,
        overlap=shared,
        coefficients=_coefficients(subjects, found, own, levels),
        resamples=resample_frame(boots, reruns.contrasts, contrasts),
        levels=levels,
        variable=parts.name,
        notes=cross_notes(parts, params, cells, code, data.event, contrasts, shared, origin),
        status=status,
        reason=reason,
        params=params,
        provenance=origin,
        families=(Family(hypothesis=hypothesis, n_tests=n_tests, correction="Holm"),) if n_tests else (),
        samples=sample_frame(subjects.patients, code, found, levels),
    )


def _status(found: Crossed, levels: tuple[str, ...]) -> tuple[Status, str]:
    """Say which outer models selected no feature: their C is 0.5 and they have no slope."""
    empty = [found.empty[found.models.index(name)] for name in (OWN, OTHER)]
    told = [
        f"{100 * share:.0f}% of the models of {level} select no feature"
        for share, level in zip(empty, levels, strict=True)
        if share
    ]
    return ("no_signal" if min(empty) == 1 else "ok"), "; ".join(told)


def _coefficients(subjects: Subjects, found: Crossed, own: list[Trained], levels: tuple[str, ...]) -> pd.DataFrame:
    rows = []
    chosen = np.unique(np.concatenate([model.selected for model in own]))
    modality = subjects.modalities
    for s, model in enumerate(own):
        value = dict(zip(model.selected.tolist(), model.coefficients.tolist(), strict=True))
        rows += [
            {
                "feature": subjects.features[j],
                "modality": modality[j],
                "stratum": levels[s],
                "coefficient": value.get(j, 0.0),
                "selection_frequency": found.selected[s, j],
            }
            for j in chosen.tolist()
        ]
    return tidy(rows, COEFFICIENT_COLUMNS)
