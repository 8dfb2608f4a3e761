"""The methods section of a paper, with this study's numbers filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from radassoc.report.kinds import kind_of
from radassoc.report.wording import listed, number, plural

__all__ = ["methods_paragraphs", "references"]

_REFERENCES = {
    "glmnet": "Simon N, Friedman J, Hastie T, Tibshirani R (2011). J Stat Softw 39(5):1-13. doi:10.18637/jss.v039.i05",
    "grouped": "van Houwelingen HC et al. (2006). Stat Med 25:3201-3216. doi:10.1002/sim.2353",
    "oof": "Simon RM, Subramanian J, Li MC, Menezes S (2011). Brief Bioinform 12:203-214. doi:10.1093/bib/bbr001",
    "location": "Noma H et al. (2021). Stat Med 40:5691-5701. doi:10.1002/sim.9148",
    "plus_one": "Phipson B, Smyth GK (2010). Stat Appl Genet Mol Biol 9:39. doi:10.2202/1544-6115.1585",
    "lasso_ci": "Chatterjee A, Lahiri SN (2010). Proc Am Math Soc 138:4497-4509. doi:10.1090/S0002-9939-2010-10474-4",
    "gsea": "Subramanian A et al. (2005). PNAS 102:15545-15550. doi:10.1073/pnas.0506580102",
    "freedman": "Freedman D, Lane D (1983). J Bus Econ Stat 1:292-298. doi:10.1080/07350015.1983.10509354",
    "ssgsea": "Barbie DA et al. (2009). Nature 462:108-112. doi:10.1038/nature08460",
    "bh": "Benjamini Y, Hochberg Y (1995). J R Stat Soc B 57:289-300. doi:10.1111/j.2517-6161.1995.tb02031.x",
}
_BY_KIND = {
    "risk_score": ("glmnet", "grouped", "lasso_ci"),
    "risk_validation": ("oof", "location", "plus_one"),
    "enrichment": ("gsea", "freedman", "plus_one", "bh"),
    "association_map": ("bh",),
}


def methods_paragraphs(results: Mapping[str, Any]) -> list[str]:
    """Return one paragraph per method that was used, in the order of the results."""
    told: list[str] = []
    for name, result in results.items():
        tell = _METHODS.get(kind_of(result))
        paragraph = tell(name, result) if tell else ""
        if paragraph and paragraph not in told:
            told.append(paragraph)
    return told


def references(results: Mapping[str, Any]) -> list[str]:
    """Return the references of the methods that were used."""
    keys = dict.fromkeys(key for result in results.values() for key in _BY_KIND.get(kind_of(result), ()))
    return [_REFERENCES[key] for key in keys]


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
    params, recipe = score.params, score.preparation.recipe
    pruned = (
        f"of features with an absolute correlation above {number(recipe.max_correlation)} one was kept, chosen without "
        "the outcome; "
        if recipe.max_correlation is not None
        else ""
    )
    scaled = "features were scaled to unit variance; " if recipe.scale == "standard" else ""
    kept = int(score.preparation.table["kept"].sum())
    penalty = "LASSO" if params.get("l1_ratio", 1.0) == 1.0 else f"elastic-net (L1 share {number(params['l1_ratio'])})"
    rule = "lowest deviance" if params.get("lambda_rule", "min") == "min" else "one-standard-error rule"
    repeats = params.get("n_repeats", 1)
    return (
        f"Radiomic risk score. Features missing in more than {number(100 * recipe.max_missing)}% of patients were left "
        f"out, remaining gaps were filled with the {recipe.impute}, near-constant features were left out; "
        f"{pruned}{scaled}{kept} of {len(score.preparation.table)} features went on. A {penalty} Cox model "
        f"({str(params.get('ties', 'efron')).capitalize()} ties{_adjusted(params, 'with unpenalised')}) was fitted; "
        f"its penalty was chosen by {params.get('n_folds', 10)}-fold cross-validation"
        f"{f', repeated {repeats} times' if isinstance(repeats, int) and repeats > 1 else ''} of the grouped partial "
        f"likelihood ({rule}). All steps were learned on training patients only."
    )


def _validation(name: str, result: Any) -> str:
    del name
    params = result.params
    told = (
        f"Validation. The whole pipeline was relearned in {params.get('n_outer_folds', 5)} outer folds"
        f"{_repeated(params.get('n_outer_repeats', 1))}; Harrell's concordance counts only pairs inside one test fold."
    )
    if params.get("n_bootstraps") and (result.table["interval"] != "none").any():
        told += f" Intervals: {params['n_bootstraps']} bootstrap samples of patients, location-shifted."
    if params.get("n_permutations"):
        told += (
            f" p-values: the whole pipeline rerun on {params['n_permutations']} permutations of the imaging against "
            "outcome, expression and covariates together; p = (b + 1)/(B + 1)."
        )
    return told


def _repeated(times: Any) -> str:
    return f", repeated {times} times" if isinstance(times, int) and times > 1 else ""


def _evaluation(name: str, result: Any) -> str:
    who = name.removeprefix("evaluation").strip("_") or "new patients"
    counts = result.provenance.get("counts", {})
    n = f" ({counts['n_patients']} patients)" if "n_patients" in counts else ""
    return f"The frozen score was applied without any change to {'the test patients' if who == 'test' else who}{n}."


def _survival(name: str, result: Any) -> str:
    del name
    source = "out of fold" if result.source == "out_of_fold" else str(result.source)
    return (
        f"Survival. Kaplan-Meier curves, log-rank test and Cox hazard ratio between groups (source of the groups: "
        f"{source}{_adjusted(result.params)})."
    )


def _enrichment(name: str, result: Any) -> str:
    del name
    params, family = result.params, result.families[:1]
    n = params.get("n_permutations")
    how = f"{n} permutations" if n else "permutations"
    if "rerun" in set(result.subjects["p_value_from"]):
        how = "reruns of the whole pipeline with imaging permuted, because the score had seen the outcome"
    tests = f" over {family[0].n_tests} tests" if family else ""
    return (
        f"Enrichment along {listed(result.subjects['by'])}. Genes were ranked by their "
        f"{str(params.get('statistic', 'correlation')).replace('_', ' ')} with the value{_adjusted(params)}; the "
        f"weighted running sum of each gene set was compared with {how}, keeping the correlation between genes; "
        f"Benjamini-Hochberg correction{tests}."
    )


def _association(name: str, result: Any) -> str:
    del name
    params = result.params
    n_tests = result.families[0].n_tests if result.families else result.estimates.size
    method = {"spearman": "Spearman", "pearson": "Pearson"}.get(str(params.get("method")), str(params.get("method")))
    return (
        f"Association of {result.left_name}s with {result.right_name}s: {method} correlation{_adjusted(params)}, "
        f"{n_tests} tests, correction {str(params.get('correction', 'bh')).upper()}."
    )


def _pca(name: str, result: Any) -> str:
    del name
    return (
        f"Principal components of {result.params.get('modality', 'radiomics')} were computed after the same "
        "preparation, for description only."
    )


_METHODS: Mapping[str, Callable[[str, Any], str]] = {
    "cohort": _cohort,
    "pca": _pca,
    "risk_score": _score,
    "risk_validation": _validation,
    "risk_evaluation": _evaluation,
    "survival_comparison": _survival,
    "association_map": _association,
    "enrichment": _enrichment,
}
