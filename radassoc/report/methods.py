"""The methods section of a paper, with this study's numbers filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from radassoc.report import strata_text
from radassoc.report.kinds import kind_of
from radassoc.report.wording import capitalised, listed, number, plural

__all__ = ["methods_paragraphs"]


def methods_paragraphs(results: Mapping[str, Any]) -> list[str]:
    """Return one paragraph per method that was used, in the order of the results."""
    told: list[str] = []
    for name, result in results.items():
        tell = _METHODS.get(kind_of(result))
        paragraph = tell(name, result) if tell else ""
        if paragraph and paragraph not in told:
            told.append(paragraph)
    return told


def _given(names: Any) -> list[str]:
    return [names] if isinstance(names, str) else [str(name) for name in names or ()]


def _adjusted(params: Mapping[str, Any], words: str = "adjusted for") -> str:
    names = _given(params.get("covariates"))
    strata = _given(params.get("strata"))
    told = f", {words} {listed(names)}" if names else ""
    return told + (f", stratified by {listed(strata)}" if strata else "")


def _cohort(name: str, cohort: Any) -> str:
    parts = [
        f"{cohort[m].shape[1]} columns of {m} in {cohort.sample_patients(m).nunique()} patients"
        for m in cohort.modalities
    ]
    rest = name.removeprefix("cohort").strip("_")
    who = {"": "The study", "test": "The test set"}.get(rest, f"The external cohort {rest}")
    told = f"{who} comprised {plural(len(cohort.patients), 'patient')}, with {listed(parts)}."
    if cohort.outcome is not None:
        outcome = cohort.outcome
        told += (
            f" Survival ({outcome.time_name}, in {outcome.unit}) was known in {len(outcome.table)}, "
            f"{int(outcome.table['event'].sum())} of whom had the event ({outcome.event_name})."
        )
    return told


def _score(name: str, score: Any) -> str:
    del name
    params = score.params
    repeats = params.get("n_repeats", 1)
    loss = "concordance" if params.get("criterion") == "concordance" else "the grouped partial likelihood"
    rule = "one-standard-error rule" if params.get("lambda_rule") == "1se" else f"best {_LOSS[loss]}"
    screen = params.get("screen")
    screened = f"the {screen} features with the largest Cox score statistics were kept; " if screen else ""
    return (
        f"Risk score. {' '.join(_prepared(part) for part in score.preparations.values())} {capitalised(screened)}"
        f"{_penalty(params) if screened else capitalised(_penalty(params))} Cox model "
        f"({str(params.get('ties', 'efron')).capitalize()} ties{_adjusted(params, 'with unpenalised')}) was fitted; "
        f"its penalty was chosen by {params.get('n_folds', 10)}-fold cross-validation"
        f"{_repeated(repeats)} of {loss} ({rule}). All steps were learned on training patients only."
        f"{_inference(params)}"
    )


_LOSS = {"concordance": "concordance", "the grouped partial likelihood": "likelihood"}


def _prepared(part: Any) -> str:
    recipe = part.recipe
    pruned = (
        f"of features with an absolute correlation above {number(recipe.max_correlation)} one was kept, chosen without "
        "the outcome; "
        if recipe.max_correlation is not None
        else ""
    )
    scaled = "features were scaled to unit variance; " if recipe.scale == "standard" else ""
    return (
        f"{capitalised(str(part.modality))}: features missing in more than {number(100 * recipe.max_missing)}% of "
        f"patients were left out, remaining gaps were filled with the {recipe.impute}, near-constant features were "
        f"left out; {pruned}{scaled}{int(part.table['kept'].sum())} of {len(part.table)} features went on."
    )


def _penalty(params: Mapping[str, Any]) -> str:
    share = params.get("l1_ratio", 1.0)
    named = {1.0: "a LASSO", 0.0: "a ridge"}.get(share, f"an elastic-net (L1 share {number(share)})")
    factors = dict(params.get("penalty_factors") or {})
    if len(set(factors.values())) < 2:
        return named
    return f"{named} (penalty factors: {listed(f'{name} {number(factor)}' for name, factor in factors.items())})"


def _inference(params: Mapping[str, Any]) -> str:
    told, selection = "", params.get("stability_selection")
    if selection:
        told += (
            f" Stability selection used {params['stability']} pairs of complementary half-samples, the first "
            f"{selection['q']} of {selection['n_clusters']} clusters of features in each, and the threshold "
            f"{number(selection['threshold'])}: the expected number of stable clusters that are noise is at most "
            f"{number(selection['expected_false'])}."
        )
    if params.get("splits"):
        told += f" p-values of features come from {params['splits']} random splits, one half selecting, one testing."
    return told


def _validation(name: str, result: Any) -> str:
    del name
    params = result.params
    told = (
        f"Validation. The whole pipeline was relearned in {params.get('n_outer_folds', 5)} outer folds"
        f"{_repeated(params.get('n_outer_repeats', 1))}; Harrell's concordance counts only pairs inside one test fold. "
        "Covariates alone, tumour volume alone and both together were learned in the same folds. "
    )
    told += _measured(result)
    if params.get("n_bootstraps") and (result.table["interval"] != "none").any():
        how = "with the fitted models as they are" if params.get("interval") == "conditional" else "location-shifted"
        told += f" Intervals: {params['n_bootstraps']} bootstrap samples of patients, {how}."
    if params.get("n_permutations"):
        told += (
            f" p-values: the whole pipeline rerun on {params['n_permutations']} permutations of the imaging against "
            "outcome, expression and covariates together; p = (b + 1)/(B + 1)."
        )
    if params.get("cut"):
        cut = {"maxstat": "the cut with the largest log-rank statistic"}.get(params["cut"], f"the {params['cut']}")
        told += f" Each outer model cut its score at {cut} of its own inner out-of-fold scores."
    return told


def _measured(result: Any) -> str:
    """Name the further measures, with the times they were taken at."""
    params, unit = result.params, getattr(result, "unit", "")
    if not params.get("times"):
        return ""
    times = listed(f"{time:g}" for time in params["times"])
    return (
        f"Further measures: Uno's C, cumulative/dynamic AUC and Brier score at {times} {unit}, the integrated Brier "
        f"score up to {params['tau']:.4g} {unit} (weights against censoring by Kaplan-Meier), calibration, and net "
        "benefit."
    )


def _repeated(times: Any) -> str:
    return f", repeated {times} times" if isinstance(times, int) and times > 1 else ""


def _evaluation(name: str, result: Any) -> str:
    who = name.removeprefix("evaluation").strip("_") or "new patients"
    counts = result.provenance.get("counts", {})
    n = f" ({counts['n_patients']} patients)" if "n_patients" in counts else ""
    whom = "the test patients" if who == "test" else who
    return f"The frozen score was applied without any change to {whom}{n}. {_measured(result)}".strip()


def _survival(name: str, result: Any) -> str:
    del name
    source = "out of fold" if result.source == "out_of_fold" else str(result.source)
    return (
        f"Survival. Kaplan-Meier curves, log-rank test and Cox hazard ratio between groups (source of the groups: "
        f"{source}{_adjusted(result.params)}); Schoenfeld residuals against Kaplan-Meier time for proportional "
        "hazards; restricted mean survival."
    )


def _cutpoint(name: str, result: Any) -> str:
    del name
    method = result.params.get("method")
    if method == "maxstat":
        return (
            "Cut-point. The cut with the largest standardised log-rank statistic was searched for; its p-value pays "
            "for the search."
        )
    return f"Cut-point. Scores of new patients are cut by the {method} of the training patients." if method else ""


def _cox_table(name: str, result: Any) -> str:
    del name
    strata = _given(result.params.get("strata"))
    layers = f", stratified by {listed(strata)}" if strata else ""
    return (
        f"Clinical models. Unpenalised Cox models (Efron ties{layers}) of {listed(result.params['variables'])}, each "
        "alone and all together; likelihood-ratio tests of whole variables, Wald intervals, Schoenfeld residuals for "
        "proportional hazards. A variable that was learned from the outcome of these patients gets no p-value."
    )


def _subgroups(name: str, result: Any) -> str:
    del name
    subgroups = [str(part) for part in result.interactions["subgroup"]]
    return (
        f"Subgroups. Cox models of {result.variable.replace('_', ' ')} within levels of {listed(subgroups)}"
        f"{_adjusted(result.params)}; interaction by likelihood-ratio test. Numbers were cut at their median unless a "
        "cut is told."
    )


def _nomogram(name: str, result: Any) -> str:
    del name
    n = result.params["n_bootstraps"]
    corrected = f"; performance was corrected by the optimism of {n} bootstrap samples" if n else ""
    return f"Nomogram. A Cox model (Efron ties) of {listed(result.params['variables'])}{corrected}."


def _sample_size(name: str, result: Any) -> str:
    del name
    params = result.params
    return (
        f"Sample size. Criteria of Riley et al. for {params['n_candidates']} candidate parameters: shrinkage of at "
        f"least {number(params['shrinkage'])}, optimism of R² of at most {number(params['optimism'])}, overall risk at "
        f"{params['timepoint']:g} known within {number(params['margin'])}; anticipated R² {params['r_squared_rule']}."
    )


def _enrichment(name: str, result: Any) -> str:
    del name
    params, family = result.params, result.families[:1]
    n = params.get("n_permutations")
    how = f"{n} permutations" if n else "permutations"
    if params.get("null") == "rotation":
        how = f"{n} rotations of the residuals"
    if params.get("null") == "genes":
        how = f"{n} random sets of genes, which takes genes as independent (exploratory)"
    if "rerun" in set(result.subjects["p_value_from"]):
        how = "reruns of the whole pipeline with imaging permuted, because the score had seen the outcome"
    tests = f" over {family[0].n_tests} tests" if family else ""
    return (
        f"Enrichment along {listed(result.subjects['by'])}. Genes were ranked by {_ranked_by(params)}"
        f"{_adjusted(params)}; the weighted running sum of each gene set was compared with {how}"
        f"{'' if params.get('null') == 'genes' else ', keeping the correlation between genes'}; correction"
        f"{tests}: {family[0].correction if family else 'none'}."
    )


def _ranked_by(params: Mapping[str, Any]) -> str:
    words = {
        "correlation": "their correlation with the value",
        "rank_correlation": "their rank correlation with the value",
        "t": "the moderated t between the groups",
        "cox": "the score statistic of a Cox model of survival",
        "given": "given statistics",
    }
    return " or ".join(words.get(name, name) for name in str(params.get("statistic", "correlation")).split(", "))


def _association(name: str, result: Any) -> str:
    del name
    params = result.params
    tested = "".join(f", {family.n_tests} tests, correction: {family.correction}" for family in result.families)
    words = {"spearman": "Spearman correlation", "pearson": "Pearson correlation", "linear": "linear regression"}
    method = words.get(str(params.get("method")), str(params.get("method")))
    return f"Association of {result.left_name}s with {result.right_name}s: {method}{_adjusted(params)}{tested}."


def _pca(name: str, result: Any) -> str:
    del name
    return (
        f"Principal components of {result.params.get('modality', 'radiomics')} were computed after the same "
        "preparation, for description only."
    )


def _exploration(name: str, result: Any) -> str:
    del name
    told = f"{result.params['modality']} was looked at before any test: rank correlations, gaps, outliers"
    told += f", differences between {result.centre}s{_adjusted(result.params)}" if result.centre else ""
    told += f", correlation with {result.volume}" if result.volume else ""
    return f"{told}."


_METHODS: Mapping[str, Callable[[str, Any], str]] = {
    "cohort": _cohort,
    "exploration": _exploration,
    "pca": _pca,
    "risk_score": _score,
    "risk_validation": _validation,
    "risk_evaluation": _evaluation,
    "cutpoint": _cutpoint,
    "survival_comparison": _survival,
    "cox_table": _cox_table,
    "subgroup_effects": _subgroups,
    "nomogram": _nomogram,
    "sample_size": _sample_size,
    "association_map": _association,
    "enrichment": _enrichment,
    **strata_text.METHODS,
}
