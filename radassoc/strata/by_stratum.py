"""``by_stratum``: one analysis in each stratum with the same settings, and the test of whether the strata differ."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError, NumericalError, RadassocError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family, Record
from radassoc.strata._effects import EFFECT_COLUMNS, effects_of
from radassoc.strata._levels import Levels, read_levels
from radassoc.strata._lined_up import heterogeneity_frame, tested_by_enrichment, tested_validation
from radassoc.strata._registry import Analysis, analysis_of
from radassoc.strata._stratified_notes import notes_of
from radassoc.strata.stratified import STRATA_COLUMNS, StratifiedResult

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["by_stratum"]


class _Run(NamedTuple):
    """One stratum: its result, or why there is none."""

    name: str
    cohort: Cohort
    result: Any
    fit: Any
    reason: str

    @property
    def status(self) -> str:
        return "not_estimable" if self.result is None else str(self.result.status)


def by_stratum(
    cohort: Cohort,
    variable: str,
    analysis: str | Callable[..., Any],
    *,
    levels: Sequence[str] | None = None,
    **settings: Any,
) -> StratifiedResult:
    """Run one analysis in each stratum with the same settings, and test whether the strata differ.

    Null hypothesis of ``heterogeneity``: the effect of a row is the same in all strata. Strata hold different patients,
    so that their estimates are independent, and Cochran's Q compares them: log hazard ratios, slopes, Fisher's z of
    correlations. For slopes, whose standard errors are estimates too, p is that of Welch's test. Benjamini-Hochberg
    over the rows of one measure. Two p-values beside each other, one below 0.05 and one above, prove nothing about a
    difference: with the same effect in both strata and a power of one half that happens in every second study.

    A difference of enrichment is tested by ``compare_enrichment`` (two strata; never from NES, which grow with the
    number of patients). A difference of nested C has an interval and no p: a larger stratum trains a better score, so
    that equal biology does not make C equal. ``cross_apply`` compares scores that were trained on equal numbers.

    Parameters
    ----------
    cohort
        The patients; those in whom the variable is missing are counted and left out.
    variable
        A categorical column: sex, IDH, centre, age group. A continuous number is refused: derive groups first.
    analysis
        ``"survival"`` (``compare_survival`` with ``groups=``, or ``cox_table`` with ``variables=``), ``"association"``
        (``associate``, all pairs), ``"enrichment"`` (``enrich``), ``"risk_score"`` (``validate_risk_score``, and
        ``fit_risk_score`` for the coefficients), or a function of a cohort that returns a result.
    levels
        Some of the strata, or another order: differences are later less earlier. By default all, sorted.
    **settings
        Keywords of the verb, the same in every stratum. A step ``per={"x": "SD"}`` is the standard deviation over all
        strata, and the restricted mean goes to the same time in all.

    Returns
    -------
    StratifiedResult
        ``table`` with ``stratum``, ``strata``, ``heterogeneity``, ``results`` by stratum. A stratum that is too small
        for the method has status ``"not_estimable"`` and the reason with its numbers.

    Raises
    ------
    DesignError
        Fewer than two strata could be analysed: the message tells the numbers of each. The variable is continuous, the
        outcome, or also a covariate, a stratum or a group.
    InputError
        ``analysis`` or a keyword is unknown.

    Notes
    -----
    Q and its p equal metafor's ``rma(method = "EE")`` to 1e-8; without ties its interval of two hazard ratios is that
    of two separate ``coxph`` fits. Where intervals are conditional on a score that was learned from these patients,
    the difference has such an interval as well, and no p.

    References
    ----------
    Cochran WG (1954) Biometrics 10:101. doi:10.2307/3001666
    Welch BL (1951) Biometrika 38:330. doi:10.1093/biomet/38.3-4.330
    Altman DG, Bland JM (2003) BMJ 326:219. doi:10.1136/bmj.326.7382.219
    Gelman A, Stern H (2006) Am Stat 60:328. doi:10.1198/000313006X152649

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=120, seed=1).cohort
    >>> found = ra.by_stratum(cohort, "sex", "survival", variables=["age"], per={"age": 10})
    >>> found.strata["stratum"].tolist(), found.table["contrast"].tolist()
    (['female', 'male'], ['per 10', 'per 10'])
    >>> found.heterogeneity["contrast_of_strata"].tolist()
    ['male / female']
    """
    parts = read_levels(cohort, variable, levels)
    _refuse_twice(variable, settings)
    everybody = cohort.subset(parts.labels.index, step=f"Known {variable}", reason=f"{variable} unknown")
    chosen = analysis_of(analysis, settings, cohort, parts.labels.index)
    runs = [_run(everybody, parts, name, chosen) for name in parts.names]
    _refuse_too_few(variable, runs)
    runs, chosen = _to_common_time(runs, chosen)
    return _assemble(cohort, parts, chosen, runs)


def _refuse_twice(variable: str, settings: dict[str, Any]) -> None:
    """Refuse a variable that is constant within strata by construction."""
    for key in ("covariates", "strata", "variables", "groups", "by"):
        value = settings.get(key)
        named = [value] if isinstance(value, str) else list(value) if isinstance(value, (list, tuple, dict)) else []
        if variable in [name for name in named if isinstance(name, str)]:
            raise DesignError(
                f"{variable!r} parts the patients and is named in {key} too.",
                wanted="columns that vary within a stratum",
                remedy="Leave it out there.",
            )


def _run(everybody: Cohort, parts: Levels, name: str, analysis: Analysis) -> _Run:
    part = everybody.subset(parts.patients(name), step=f"{parts.name}: {name}", reason=f"another {parts.name}")
    n, n_events = _size(part)
    least_patients, least_events = analysis.least
    if n < least_patients or n_events < least_events:
        wanted = f"{least_patients} patients" + (f" and {least_events} events" if least_events else "")
        return _Run(name, part, None, None, f"{n} patients, {n_events} events; wanted at least {wanted}")
    try:
        result = analysis.run(part)
        fit = None if analysis.fit is None else analysis.fit(part)
    except (DesignError, NumericalError) as error:
        return _Run(name, part, None, None, _reason(error))
    if not isinstance(result, Record):
        raise InputError(f"The analysis returned {type(result).__name__}.", wanted="a radassoc result")
    return _Run(name, part, result, fit, str(getattr(result, "reason", "")))


def _reason(error: RadassocError) -> str:
    found = error.found.rstrip(".")
    return f"{found}; wanted {error.wanted.rstrip('.')}" if error.wanted else found


def _size(part: Cohort) -> tuple[int, int]:
    outcome = part.outcome
    return len(part.patients), 0 if outcome is None else int(outcome.table["event"].sum())


def _refuse_too_few(variable: str, runs: list[_Run]) -> None:
    left = [run for run in runs if run.status != "not_estimable"]
    if len(left) >= 2:
        return
    told = "; ".join(f"{run.name}: {run.reason}" for run in runs if run.status == "not_estimable")
    raise DesignError(
        f"{len(left)} of {len(runs)} strata of {variable!r} can be analysed ({told}).",
        wanted="two strata or more",
        remedy="Join small strata, or take a method that needs fewer patients.",
    )


def _to_common_time(runs: list[_Run], analysis: Analysis) -> tuple[list[_Run], Analysis]:
    """Let the restricted means of all strata go to the same time: the shortest of them."""
    if analysis.name != "survival" or "groups" not in analysis.settings or analysis.settings.get("tau") is not None:
        return runs, analysis
    times = [run.result.tau for run in runs if run.result is not None and run.result.status == "ok"]
    if not times or max(times) == min(times):
        return runs, analysis
    tau = float(min(times))
    again = analysis.again(tau=tau)
    rerun = [run if run.result is None or run.result.status != "ok" else _at(run, again) for run in runs]
    told = f"Restricted means go to {tau:.4g} in all strata, the shortest of their follow-ups."
    return rerun, again._replace(notes=(*analysis.notes, told))


def _at(run: _Run, analysis: Analysis) -> _Run:
    return run._replace(result=analysis.run(run.cohort))


# ---- what is told
def _assemble(cohort: Cohort, parts: Levels, analysis: Analysis, runs: list[_Run]) -> StratifiedResult:
    strata = tidy([_stratum_row(run) for run in runs], STRATA_COLUMNS)
    usable = [run for run in runs if run.status != "not_estimable"]
    read = {run.name: effects_of(run.result) for run in usable}
    keys = next(iter(read.values())).keys
    frame = pd.concat([effects.rows.assign(stratum=name) for name, effects in read.items()])
    table = tidy(frame, ("stratum", *keys, *EFFECT_COLUMNS))
    tested, comparison = heterogeneity_frame(table, keys, tuple(read)), None
    if analysis.name == "enrichment":
        tested, comparison = tested_by_enrichment(tested, keys, parts, analysis.settings, tuple(read), cohort)
    if analysis.name == "risk_score":
        tested = tested_validation(tested, table, {run.name: run.result for run in usable}, tuple(read))
    n_tests = int(tested["p_value"].notna().sum())
    family = Family(
        hypothesis=f"The effect is the same in all strata of {parts.name}",
        n_tests=n_tests,
        correction="Benjamini-Hochberg",
    )
    return StratifiedResult(
        table=table,
        strata=strata,
        heterogeneity=tested,
        results={run.name: run.result for run in usable},
        fits={run.name: run.fit for run in usable if run.fit is not None},
        comparison=comparison,
        keys=keys,
        variable=parts.name,
        analysis=analysis.name,
        notes=notes_of(parts, strata, tested, keys, table, analysis),
        params={"variable": parts.name, "analysis": analysis.name, "levels": parts.names, **_plain(analysis.settings)},
        provenance=provenance(
            data=cohort.fingerprint,
            seed=analysis.settings.get("seed", 0),
            n_patients=int(strata["n_patients"].sum()),
            n_events=int(strata["n_events"].sum()),
            n_strata=len(usable),
            n_without_stratum=parts.n_missing,
        ),
        families=(family,) if n_tests else (),
        samples=_samples(usable),
    )


def _stratum_row(run: _Run) -> dict[str, Any]:
    n, n_events = _size(run.cohort)
    counts = {} if run.result is None else run.result.provenance.get("counts", {})
    return {
        "stratum": run.name,
        "status": run.status,
        "reason": run.reason,
        "n_patients": counts.get("n_patients", n),
        "n_events": counts.get("n_events", n_events),
    }


def _samples(runs: list[_Run]) -> pd.DataFrame | None:
    found = {run.name: getattr(run.result, "samples", None) for run in runs}
    frames = [frame.assign(stratum=name) for name, frame in found.items() if frame is not None]
    return pd.concat(frames, ignore_index=True) if frames else None


def _plain(settings: Any) -> dict[str, Any]:
    """Return the settings that can be told; values of patients and tables by what they are."""
    told: dict[str, Any] = {}
    for key, value in settings.items():
        if isinstance(value, (str, int, float, bool, type(None))):
            told[key] = value
        elif isinstance(value, (list, tuple)) and all(isinstance(item, (str, int, float)) for item in value):
            told[key] = tuple(value)
        elif isinstance(value, dict) and all(isinstance(item, (str, int, float)) for item in value.values()):
            told[key] = dict(value)
        else:
            told[key] = type(value).__name__
    return told
