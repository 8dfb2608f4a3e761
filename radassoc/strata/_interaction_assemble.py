"""The answer of each kind of comparison of strata, from the inputs to the labelled result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.base.seeds import generator
from radassoc.strata._interaction_columns import FLAT, HEAVY
from radassoc.strata._interaction_estimates import Estimates
from radassoc.strata._interaction_inputs import Inputs, read_inputs
from radassoc.strata._interaction_notes import TRAP, dropped_note, null_note
from radassoc.strata._interaction_rows import adjusted, background_frame, effect_rows, kept_rows, table_rows
from radassoc.strata._interaction_slopes import MOST_PAIRS, Scan, scan_slopes
from radassoc.strata._interaction_survival import Model, scan_survival
from radassoc.strata.interaction_result import (
    BACKGROUND_COLUMNS,
    EFFECT_COLUMNS,
    STRATUM_COLUMNS,
    VALUE_COLUMNS,
    Interactions,
)

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["enrichment_result", "slope_result", "survival_result"]

_DROPPED = ("name", "reason")
_SHOWN = 2_000


def survival_result(
    cohort: Cohort,
    variable: str,
    *,
    left: Any,
    covariate_effects: str,
    baseline: str,
    test: str,
    scale: str,
    strata: Sequence[str],
    levels: Sequence[str] | None,
    covariates: tuple[str, ...],
    keep: str,
    level: float,
    confidence: float,
    seed: int,
) -> Interactions:
    """Fit each feature x stratum in a Cox model."""
    inputs = read_inputs(cohort, variable, [left], levels=levels, covariates=covariates, strata=strata, outcome=True)
    model = Model(baseline == "by_stratum", covariate_effects == "by_stratum", test, scale)
    where, found = scan_survival(inputs, model)
    table = inputs.tables[0]
    keys = pd.DataFrame({table.key: table.frame.columns.astype(str).to_numpy()[where]})
    drawn = np.sort(generator(seed, "interactions").permutation(len(keys))[:_SHOWN])
    options = {"left": _named(left), "covariate_effects": covariate_effects, "baseline": baseline, "test": test}
    options |= {"scale": scale}
    return _result(
        cohort,
        inputs,
        keys,
        found,
        adjusted(found.overall_p, len(keys)),
        analysis="survival",
        kind="log_hazard_ratio_per_sd" if scale == "sd" else "log_hazard_ratio_per_normal_score",
        hypothesis="the hazard ratio of a feature is the same in all strata",
        n_tests=len(keys),
        shown=found.slopes[drawn][:, :2],
        params=options | {"strata": tuple(strata), "covariates": covariates, "seed": seed},
        keep=keep,
        level=level,
        confidence=confidence,
    )


def slope_result(
    cohort: Cohort,
    variable: str,
    *,
    left: Any,
    right: Any,
    variance: Any,
    scale: str,
    levels: Sequence[str] | None,
    covariates: tuple[str, ...],
    keep: str,
    level: float,
    confidence: float,
    seed: int,
) -> Interactions:
    """Compare the slopes of every pair of columns between strata."""
    inputs = read_inputs(
        cohort, variable, [left, right], levels=levels, covariates=covariates, strata=(), outcome=False
    )
    columns = [table.frame.columns.astype(str).to_numpy() for table in inputs.tables]
    if keep == "all" and len(columns[0]) * len(columns[1]) > MOST_PAIRS:
        raise InputError(
            f'keep="all" would make a table of {len(columns[0]) * len(columns[1])} rows.',
            wanted=f"at most {MOST_PAIRS}",
            remedy='keep="top" or "significant".',
        )
    scan = scan_slopes(inputs, variance, scale=scale, level=level, rng=generator(seed, "interactions", "background"))
    inputs.dropped.extend(_untested(columns, scan))
    keys = pd.DataFrame({inputs.tables[0].key: columns[0][scan.i], inputs.tables[1].key: columns[1][scan.j]})
    counts = None if scan.complete else scan.counts
    options = {"left": _named(left), "right": _named(right), "variance": variance, "scale": scale}
    return _result(
        cohort,
        inputs,
        keys,
        scan.estimates,
        adjusted(scan.estimates.overall_p, scan.n_tests, counts, level=1.0 if scan.complete else level),
        analysis="association",
        kind={"sd": "slope_per_sd", "units": "slope", "normal_scores": "slope_of_normal_scores"}[scale],
        hypothesis="the slope of a pair is the same in all strata",
        n_tests=scan.n_tests,
        shown=scan.shown,
        params=options | {"covariates": covariates, "seed": seed},
        keep=keep,
        level=level,
        confidence=confidence,
    )


def _untested(columns: list[np.ndarray], scan: Scan) -> list[dict[str, str]]:
    """Tell why columns have no pair that was tested."""
    rows = []
    for side, (names, tested) in enumerate(zip(columns, scan.tested, strict=True)):
        heavy = scan.heavy if side == 0 else np.empty(0, dtype=np.int64)
        for place in np.setdiff1d(np.arange(len(names)), tested):
            reason = HEAVY if place in heavy else f"{FLAT}, or it is known for too few"
            rows.append({"name": str(names[place]), "reason": reason})
    return rows


def _named(source: Any) -> str:
    return source if isinstance(source, str) else "frame"


def _result(
    cohort: Cohort,
    inputs: Inputs,
    keys: pd.DataFrame,
    found: Estimates,
    p_adjusted: np.ndarray,
    *,
    analysis: str,
    kind: str,
    hypothesis: str,
    n_tests: int,
    shown: np.ndarray,
    params: dict[str, Any],
    keep: str,
    level: float,
    confidence: float,
) -> Interactions:
    kept = kept_rows(found.overall_p, p_adjusted, keep, level)
    strongest = kept_rows(found.overall_p, p_adjusted, "top", level)
    rows: dict[str, Any] = {"levels": inputs.levels, "kind": kind, "confidence": confidence}
    table = table_rows(keys.iloc[kept], found.some(kept), p_adjusted[kept], level=level, **rows)
    top = table_rows(keys.iloc[strongest], found.some(strongest), p_adjusted[strongest], level=level, **rows)
    dropped = tidy(inputs.dropped, _DROPPED)
    n_significant = int((p_adjusted < level).sum())
    notes = [TRAP]
    if n_tests and not n_significant:
        notes.append(null_note(top, list(keys.columns), n_tests, level=level, ratio=analysis == "survival"))
    notes += [*inputs.notes, *dropped_note(dropped, HEAVY)]
    family = Family(hypothesis=f"{hypothesis} of {inputs.name}", n_tests=n_tests, correction="Benjamini-Hochberg")
    return Interactions(
        table=table,
        status="not_estimable" if not n_tests else "ok" if n_significant else "no_signal",
        reason="" if n_tests else "nothing could be tested; see dropped",
        params=params
        | {"variable": inputs.name, "levels": inputs.levels, "keep": keep, "level": level, "confidence": confidence},
        provenance=provenance(
            data=cohort.fingerprint,
            seed=params["seed"],
            n_patients=len(inputs.group),
            n_tests=n_tests,
            n_significant=n_significant,
        ),
        families=(family,) if n_tests else (),
        effects=effect_rows(keys.iloc[kept], found.some(kept), **rows),
        strata=inputs.strata,
        dropped=dropped,
        background=background_frame(shown, inputs.levels),
        analysis=analysis,
        variable=inputs.name,
        n_tests=n_tests,
        n_significant=n_significant,
        notes=tuple(notes),
    )


# ---- enrichment
def enrichment_result(
    cohort: Cohort,
    variable: str,
    *,
    by: Any,
    gene_sets: Any,
    strata: Sequence[str],
    n_permutations: int | None,
    levels: Sequence[str] | None,
    covariates: tuple[str, ...],
    keep: str,
    level: float,
    seed: int,
) -> Interactions:
    """Compare enrichment between two strata, in the frame of the other kinds."""
    from radassoc.enrichment.compare_enrichment import compare_enrichment

    compared = compare_enrichment(
        cohort,
        by,
        gene_sets,
        groups=variable,
        levels=levels,
        covariates=covariates,
        strata=strata,
        n_permutations=n_permutations,
        level=level,
        seed=seed,
    )
    given = compared.table.sort_values("p_value", kind="stable", na_position="last").reset_index(drop=True)
    chosen = tuple(compared.params["levels"])
    kept = given[given["differs"]] if keep == "significant" else given.head(100) if keep == "top" else given
    n_tests, n_significant = int(given["p_value"].notna().sum()), int(given["differs"].sum())
    return Interactions(
        table=_set_rows(kept, chosen),
        status="ok" if n_significant else "not_estimable" if not n_tests else "no_signal",
        reason=compared.reason,
        params={**compared.params, "variable": variable, "keep": keep},
        provenance=compared.provenance,
        families=compared.families,
        effects=_set_effects(kept, chosen),
        strata=_set_strata(given, chosen),
        dropped=_set_dropped(compared.dropped),
        background=background_frame(given[["nes_1", "nes_2"]].to_numpy(dtype=float), chosen)[[*BACKGROUND_COLUMNS]],
        analysis="enrichment",
        variable=str(compared.params["groups"]),
        n_tests=n_tests,
        n_significant=n_significant,
        comparison=compared,
        notes=(
            TRAP,
            "p_value tests the slopes of a set's genes; the difference of NES beside it is descriptive, without "
            "interval: a NES grows with the number of patients of a stratum.",
            *compared.notes,
        ),
    )


def _set_strata(given: pd.DataFrame, chosen: tuple[str, ...]) -> pd.DataFrame:
    counts = given.iloc[0] if len(given) else {"n_1": 0, "n_2": 0}
    sizes = [{"stratum": s, "n": counts[f"n_{i}"], "n_events": 0, "status": "ok"} for i, s in enumerate(chosen, 1)]
    return tidy([row | {"reason": ""} for row in sizes], STRATUM_COLUMNS)


def _set_rows(sets: pd.DataFrame, chosen: tuple[str, ...]) -> pd.DataFrame:
    columns = {name: np.nan for name in VALUE_COLUMNS if not name.startswith("n_")}
    frame = sets[["pathway", "n_1", "n_2"]].assign(**columns, n_events_1=0, n_events_2=0)
    with np.errstate(divide="ignore"):
        log10_p = np.log10(sets["p_value"].to_numpy(dtype=float))
    frame = frame.assign(
        stratum_1=chosen[0],
        stratum_2=chosen[1],
        estimate_1=sets["nes_1"],
        estimate_2=sets["nes_2"],
        estimate=sets["nes_difference"],
        estimate_kind="nes_difference",
        statistic=sets["nes"],
        overall_statistic=sets["nes"],
        p_value=sets["p_value"],
        overall_p=sets["p_value"],
        log10_p=log10_p,
        p_adjusted=sets["p_adjusted"],
        differs=sets["differs"],
    )
    return tidy(frame, ("pathway", *VALUE_COLUMNS))


def _set_effects(sets: pd.DataFrame, chosen: tuple[str, ...]) -> pd.DataFrame:
    rows = [
        {"pathway": row["pathway"], "stratum": name, "estimate": row[f"nes_{i}"], "estimate_kind": "nes"}
        | {"n": row[f"n_{i}"], "n_events": 0}
        | dict.fromkeys(("std_error", "ci_low", "ci_high", "df", "p_value"), np.nan)
        for row in sets.to_dict("records")
        for i, name in enumerate(chosen, 1)
    ]
    return tidy(rows, ("pathway", *EFFECT_COLUMNS))


def _set_dropped(dropped: pd.DataFrame) -> pd.DataFrame:
    names = dropped["pathway"] if "pathway" in dropped.columns else pd.Series(dtype=object)
    reasons = dropped["reason"] if "reason" in dropped.columns else pd.Series(dtype=object)
    return tidy(pd.DataFrame({"name": names, "reason": reasons}), _DROPPED)
