"""``fit_nomogram``: an unpenalised Cox model that is read off a sheet of paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_whole
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.provenance import provenance
from radassoc.cohort.align import Aligned, check_cohort
from radassoc.kernels.cox_likelihood import breslow_hazard
from radassoc.resampling.folds import require_events
from radassoc.resampling.permute import resample_rows
from radassoc.survival._cox_models import ClinicalModel, fit_model, refuse_collinear
from radassoc.survival._cox_notes import notes_of
from radassoc.survival._cox_terms import Subject, Term, gather_terms, is_learned, named_subjects
from radassoc.survival._nomogram_axes import points_table, survival_axis, total_axis
from radassoc.survival._nomogram_validation import Sample, validate_model
from radassoc.survival._subjects import as_names
from radassoc.survival._times import choose_times
from radassoc.survival.cox_table import complete
from radassoc.survival.groups import RiskGroups
from radassoc.survival.nomogram_model import POOLED, Nomogram
from radassoc.survival.sample_size import expected_shrinkage
from radassoc.survival.score import RiskScore
from radassoc.survival.training import hash_patients, make_salt
from radassoc.survival.validation import RiskValidation

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Nomogram", "fit_nomogram"]

_CODING = ("variable", "name", "level", "reference", "coefficient", "center")
_BASELINE = ("stratum", "time", "cumulative_hazard")


def fit_nomogram(
    cohort: Cohort,
    variables: Sequence[Subject] | Mapping[str, Subject] | Subject,
    *,
    times: Sequence[float] | float | None = None,
    strata: str | Sequence[str] = (),
    reference: Mapping[str, Any] | None = None,
    n_groups: int = 5,
    n_bootstraps: int = 200,
    seed: int = 0,
) -> Nomogram:
    """Fit an unpenalised Cox model (Efron's ties) and lay it out as points; validate it by the bootstrap.

    Complete cases. One variable after the other the model gives points, their sum means a survival probability at each
    time. The bootstrap refits the model in samples of the patients (drawn within strata) and measures its optimism:
    performance in the sample minus that of the same model in the original patients. The variables are taken as given:
    choosing them by their p-values first is optimism that no bootstrap of the chosen model sees.

    A ``RiskScore`` among the variables enters with its out-of-fold values, so that its coefficient is not inflated by
    the score's own fit, and with the frozen score when new patients are predicted. The bootstrap does not relearn it.

    Parameters
    ----------
    cohort
        Training patients with outcome.
    variables
        Column references, patient-indexed Series, ``RiskScore``; or a mapping from the name to print to one of these.
        Numbers enter linearly. Scores fitted on these patients are refused; pass the ``RiskScore`` itself.
    times
        Times of the survival rulers and of the calibration, in the cohort's unit. By default 1, 2, 3 and 5 years as far
        as a tenth of the patients is followed.
    strata
        Columns whose levels have their own baseline hazard.
    reference
        By variable: the reference level; a number that is named here counts as a category.
    n_groups
        Groups of predicted risk in the calibration.
    n_bootstraps
        Bootstrap samples; 0: apparent performance only.
    seed
        Seed of the bootstrap.

    Returns
    -------
    Nomogram
        ``.table``, ``.validation``, ``.calibration``, ``.predict``, ``.predict_survival``, ``.total_points``.

    Raises
    ------
    DesignError
        Fewer than 10 events, collinear variables, a level without events, an apparent score.
    InputError
        Risk groups, which cannot be read off for new patients: pass the score.

    Notes
    -----
    Points equal R ``rms::nomogram`` (default axes, ``cph(eps=1e-10, tol=1e-13)``) to 1e-6, survival
    ``survfit(coxph(ties="efron"))`` to 1e-8, the measures of validation the formulas of ``rms::validate`` to 1e-6 given
    the same bootstrap samples (concordance is (Dxy + 1) / 2). Groups are corrected as in
    ``rms::calibrate(cmethod="KM")``, with cuts from the original patients; the smooth curve likewise, at each predicted
    risk. The interval of the concordance is location-shifted.

    References
    ----------
    Harrell et al. 1996, Stat Med 15:361, doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4.
    Noma et al. 2021, Stat Med 40:5691, doi:10.1002/sim.9148.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=100, seed=1).cohort
    >>> nomogram = ra.fit_nomogram(cohort, ["age", "sex"], n_bootstraps=0)
    >>> float(nomogram.table["points"].max())
    100.0
    """
    check_cohort(cohort)
    _check_bootstraps(n_bootstraps, n_groups)
    _refuse_groups(variables)
    layers = as_names(strata)
    terms = gather_terms(cohort, variables, reference=reference)
    data = complete(cohort, terms, layers)
    model = _fitted(terms, data)
    assert cohort.outcome is not None
    chosen, _ = choose_times(model.time, model.event, cohort.outcome.unit, times=times)
    sample = Sample(model.X, model.time, model.event, model.strata)
    index = [resample_rows(data.strata, seed=seed, path=("nomogram", b)) for b in range(n_bootstraps)]
    rows = np.array(index, dtype=np.int64).reshape(n_bootstraps, len(data.patients))
    validation, calibration = validate_model(sample, chosen, rows, n_groups=n_groups)
    salt = make_salt(cohort.fingerprint, seed)
    n_missing = len(cohort.outcome.table) - len(data.patients)
    return Nomogram(
        **_rulers(model, data, chosen),
        params={
            "variables": tuple(term.name for term in terms),
            "strata": layers,
            "n_groups": n_groups,
            "n_bootstraps": n_bootstraps,
            "seed": seed,
        },
        provenance=provenance(
            data=cohort.fingerprint,
            seed=seed,
            n_patients=len(data.patients),
            n_events=int(model.event.sum()),
            n_excluded=n_missing,
        ),
        validation=validation,
        calibration=calibration,
        times=tuple(float(time) for time in chosen),
        unit=cohort.outcome.unit,
        training=tuple(hash_patients(data.patients, salt)),
        salt=salt,
        scores={name: subject for name, subject in named_subjects(variables) if isinstance(subject, RiskScore)},
        columns={name: subject for name, subject in named_subjects(variables) if isinstance(subject, str)},
        notes=_notes(model, n_missing, validation, n_bootstraps),
    )


def _check_bootstraps(n_bootstraps: int, n_groups: int) -> None:
    check_whole("n_bootstraps", n_bootstraps)
    check_whole("n_groups", n_groups)
    if n_bootstraps < 0 or n_groups < 1:
        raise InputError(
            f"n_bootstraps={n_bootstraps}, n_groups={n_groups}.", wanted="0 bootstrap samples or more, 1 group or more"
        )


def _refuse_groups(variables: Any) -> None:
    for name, subject in named_subjects(variables):
        if isinstance(subject, (RiskGroups, RiskValidation)):
            raise InputError(
                f"{name!r} is a {type(subject).__name__}, which gives no values for new patients.",
                wanted="the risk score itself",
                remedy="Pass what fit_risk_score returned: it enters with its out-of-fold values.",
            )


def _fitted(terms: Sequence[Term], data: Aligned) -> ClinicalModel:
    assert data.time is not None
    assert data.event is not None
    require_events(data.event, what="a nomogram")
    model = fit_model(terms, data.patients, data.time, data.event, data.strata)
    refuse_collinear(model)
    for column in range(model.X.shape[1]):
        if reason := model.why_missing(column):
            raise DesignError(
                f"{terms[model.owner[column]].name!r} has no finite hazard ratio: {reason}.",
                wanted="an event in every level",
                remedy="Join levels with derive, or leave it out.",
            )
    return model


# ---- frames
def _rulers(model: ClinicalModel, data: Aligned, times: np.ndarray) -> dict[str, Any]:
    coding = _coding(model)
    centre = coding["center"].to_numpy(dtype=float)
    coefficients = coding["coefficient"].to_numpy(dtype=float)
    ranges = {}
    for position, term in enumerate(model.terms):
        if not term.levels:
            values = model.X[:, model.owner == position]
            ranges[term.name] = (float(values.min()), float(values.max()))
    table, scale, lowest = points_table(coding, ranges)
    lowest -= float(coefficients @ centre)
    baseline = _baseline((model.X - centre) @ coefficients, model, data.strata_labels)
    total = total_axis(table, scale, lowest)
    survival = survival_axis(total, _hazards(baseline, times), scale, lowest)
    return {
        "table": table,
        "coding": coding,
        "total": total,
        "survival": survival,
        "baseline": baseline,
        "points_per_unit": scale,
        "lowest": lowest,
    }


def _coding(model: ClinicalModel) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for term in model.terms:
        for name, level in zip(term.columns, term.levels[1:] or ("",), strict=True):
            column = len(rows)
            rows.append(
                {
                    "variable": term.name,
                    "name": name,
                    "level": level,
                    "reference": term.levels[0] if term.levels else "",
                    "coefficient": model.found.coefficients[column],
                    "center": float(model.X[:, column].mean()),
                }
            )
    return tidy(rows, _CODING)


def _baseline(score: np.ndarray, model: ClinicalModel, labels: Sequence[str]) -> pd.DataFrame:
    """Return the cumulative hazard of each stratum, and with strata the one that ignores them."""
    layers, time, hazard = breslow_hazard(score, model.time, model.event, model.strata, ties="efron")
    names = np.array(labels, dtype=object)[layers.astype(int)]
    parts = [pd.DataFrame({"stratum": names, "time": time, "cumulative_hazard": hazard})]
    if len(labels) > 1:
        _, time, hazard = breslow_hazard(score, model.time, model.event, ties="efron")
        parts.append(pd.DataFrame({"stratum": POOLED, "time": time, "cumulative_hazard": hazard}))
    return tidy(pd.concat(parts, ignore_index=True), _BASELINE)


def _hazards(baseline: pd.DataFrame, times: np.ndarray) -> list[tuple[str, float, float]]:
    """Return stratum, time and cumulative hazard, as far as a stratum is followed."""
    found = []
    for time in times:
        for stratum, part in baseline.groupby("stratum", sort=False):
            if part["time"].max() >= time:
                hazard = part.loc[part["time"] <= time, "cumulative_hazard"]
                found.append((str(stratum), float(time), float(hazard.iloc[-1]) if len(hazard) else 0.0))
    return found


def _notes(model: ClinicalModel, n_missing: int, validation: pd.DataFrame, n_bootstraps: int) -> tuple[str, ...]:
    ratio = model.likelihood_ratio()
    row = {
        "model": "nomogram",
        "n_missing": n_missing,
        "n_patients": len(model.patients),
        "n_events": int(model.event.sum()),
        "shrinkage": expected_shrinkage(ratio.statistic, ratio.df),
    }
    notes = list(notes_of((), pd.DataFrame([row]), model.found.df))
    learned = [term.name for term in model.terms if is_learned(term)]
    if learned:
        notes.append(
            f"{' and '.join(map(repr, learned))} entered with out-of-fold values; the bootstrap did not relearn it, so "
            "optimism and interval are conditional on it."
        )
    lost = n_bootstraps - int(validation["n_bootstraps"].min())
    if lost and n_bootstraps:
        notes.append(f"{lost} of {n_bootstraps} bootstrap samples had no finite estimate and are left out.")
    return tuple(notes)
