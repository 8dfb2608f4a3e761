"""What the report says of strata in sentences: the methods, and the key results."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from radassoc.report.wording import interval, listed, number, p_text, plural, pretty

__all__ = ["METHODS", "SENTENCES"]

_ESTIMATES = {
    "survival": "hazard ratios per standard deviation of each feature were estimated in every stratum by Cox models",
    "association": "slopes of each pair were estimated in every stratum by linear regression",
}
_INTERACTION_TESTS = {
    "wald": "their difference was tested by t with Satterthwaite's degrees of freedom",
    "likelihood_ratio": "their difference by the likelihood ratio",
    "score": "their difference by the score test",
    "unequal": "their difference was tested by Welch's test",
    "pooled": "their difference was tested with one residual variance for all strata",
    "hc3": "their difference was tested with HC3 standard errors",
}


# ---- methods
def _balance(name: str, result: Any) -> str:
    del name
    return (
        f"Balance. Levels of {pretty(result.variable)} were compared in {listed(result.params['variables'])} by "
        "standardised differences."
    )


def _weighted(name: str, result: Any) -> str:
    del name
    params = result.params
    cut = f", cut at their {params['truncate']:g} quantiles" if params["truncate"] else ""
    return (
        f"Weighted comparison. Survival of {listed(params['levels'])} was compared with stabilised inverse-probability "
        f"weights from a logistic model of {listed(params['covariates'])}{cut}, with robust standard errors."
    )


def _stratified(name: str, result: Any) -> str:
    del name
    variable, analysis = pretty(result.variable), pretty(result.analysis)
    told = f"Strata. The analysis ({analysis}) was run within each level of {variable} with the same settings"
    if result.comparison is not None:
        return (
            f"{told}; the difference of enrichment was tested by permuting residuals within the strata, not from NES."
        )
    if result.analysis == "risk_score":
        return f"{told}; differences of nested concordance have intervals of the two independent strata and no p-value."
    return f"{told}; differences between strata were tested by Cochran's Q (Welch's test for slopes)."


def _crossed(name: str, result: Any) -> str:
    del name
    params = result.params
    within = listed(params["within"]) if params["within"] else "no further column"
    return (
        f"Cross-application. Scores of {listed(result.levels)} were trained on equal numbers of events and applied to "
        f"test folds of equal size in both, {params['n_outer_repeats']} times {params['n_outer_folds_used']} folds; "
        f"p-values by {params['n_permutations']} reruns with the strata exchanged among patients alike in {within}."
    )


def _interactions(name: str, result: Any) -> str:
    del name
    params, start = result.params, f"Interactions with {pretty(result.variable)}"
    if result.analysis == "enrichment":
        return f"{start}. The difference of enrichment was tested by permuting residuals within the strata."
    covariates = listed(params["covariates"]) if params["covariates"] else ""
    told = f"{start}: {_ESTIMATES[result.analysis]}"
    if result.analysis == "survival":
        own = [
            word
            for word, key in (("baseline hazards", "baseline"), ("effects of covariates", "covariate_effects"))
            if params[key] == "by_stratum" and (covariates or key == "baseline")
        ]
        told += f" with {' and '.join(own)} of each stratum's own" if own else ""
    adjusted = f", adjusted for {covariates}" if covariates else ""
    test = _INTERACTION_TESTS[params.get("test") or params["variance"]]
    return f"{told}{adjusted}; {test}, with Benjamini-Hochberg's correction for {plural(result.n_tests, 'test')}."


def _pooled(name: str, result: Any) -> str:
    del name
    how = f"random effects ({result.params['tau2']})" if result.method == "random" else "fixed effects"
    return f"Pooling. Estimates of the strata were pooled with {how}, weighted by their inverse variances."


METHODS: Mapping[str, Callable[[str, Any], str]] = {
    "balance": _balance,
    "weighted_comparison": _weighted,
    "stratified": _stratified,
    "cross_application": _crossed,
    "interactions": _interactions,
    "pooled_estimates": _pooled,
}


# ---- key results
def _told_balance(name: str, result: Any) -> list[str]:
    del name
    return [note for note in result.notes[:1] if "not balanced" in note]


def _told_weighted(name: str, result: Any) -> list[str]:
    del name
    plain, weighted = result.table.to_dict("records")
    return [
        f"Hazard ratio of {weighted['stratum_2']} against {weighted['stratum_1']}: {_ratio(plain)} as they are, "
        f"{_ratio(weighted)} weighted to the same {listed(result.params['covariates'])}."
    ]


def _ratio(row: Mapping[str, Any]) -> str:
    told = interval(row["ci_low"], row["ci_high"])
    return f"{number(row['hazard_ratio'])} ({told}, {p_text(row['p_value'])})"


def _told_stratified(name: str, result: Any) -> list[str]:
    del name
    strata = listed([str(part) for part in result.strata["stratum"]])
    return [f"{pretty(result.analysis).capitalize()} in {strata}: {result.notes[0]}"] if result.notes else []


def _told_crossed(name: str, result: Any) -> list[str]:
    del name
    return [f"Scores of {listed(result.levels)} applied to each other: {result.notes[0]}"] if result.notes else []


def _told_interactions(name: str, result: Any) -> list[str]:
    del name
    null = next((note for note in result.notes if note.startswith("No evidence")), "")
    if null:
        return [f"Interactions with {pretty(result.variable)}: {null}"]
    if result.table.empty or not np.isfinite(result.table["p_value"]).any():
        return []
    first = result.table.loc[result.table["p_value"].idxmin()]
    about = " with ".join(str(first[key]) for key in result.keys)
    return [
        f"Effects of {result.n_significant} of {result.n_tests} differ with {pretty(result.variable)} (adjusted p "
        f"below {result.params['level']:g}), first of all {about} ({p_text(first['p_adjusted'], 'adjusted p')})."
    ]


SENTENCES: Mapping[str, Callable[[str, Any], list[str]]] = {
    "balance": _told_balance,
    "weighted_comparison": _told_weighted,
    "stratified": _told_stratified,
    "cross_application": _told_crossed,
    "interactions": _told_interactions,
}
