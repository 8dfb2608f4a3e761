"""The main results in plain words, each with its interval; finding nothing is told with the same care."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from radassoc.report import strata_text
from radassoc.report.kinds import kind_of
from radassoc.report.wording import interval, listed, number, p_text, p_value, plural, pretty

__all__ = ["key_sentences", "subject_name"]

LEVEL = 0.05


def key_sentences(results: Mapping[str, Any]) -> list[str]:
    """Return one or a few sentences per result, in the order of the results."""
    told = []
    for name, result in results.items():
        tell = _TELLERS.get(kind_of(result))
        if tell is not None:
            told += [sentence for sentence in tell(name, result) if sentence]
    return told


def subject_name(name: str) -> str:
    """Return what a result's values are called in a sentence.

    Examples
    --------
    >>> subject_name("risk_score"), subject_name("radiomics:VOLUME_TC")
    ('the risk score', 'radiomics:VOLUME_TC')
    """
    return "the risk score" if name in {"risk_score", "score"} else name


def _where(name: str, prefix: str) -> str:
    """Return which patients a result is about: ``evaluation_hn1`` is about ``hn1``."""
    rest = name.removeprefix(prefix).strip("_")
    if not rest:
        return ""
    return "test patients" if rest == "test" else rest


def _row(table: pd.DataFrame, **wanted: str) -> Any | None:
    for column, value in wanted.items():
        table = table[table[column] == value]
    return next(table.itertuples(), None)


# ---- cohort
def _cohort(name: str, cohort: Any) -> list[str]:
    who = "" if name == "cohort" else f"{_where(name, 'cohort')}: "
    parts = [f"{cohort.sample_patients(m).nunique()} with {m}" for m in cohort.modalities]
    sentence = f"{who}{plural(len(cohort.patients), 'patient')} ({', '.join(parts)})"
    if cohort.outcome is None:
        return [sentence + "."]
    outcome = cohort.outcome.table
    told = f"{len(outcome)} have a known survival time, with {plural(int(outcome['event'].sum()), 'event')}"
    return [f"{sentence}; {told}."]


# ---- risk score
def _score(name: str, score: Any) -> list[str]:
    del name
    table = score.table
    chosen = table[(table["coefficient"] != 0) & (table["modality"] != "clinical")]["feature"]
    if score.status != "ok" or chosen.empty:
        why = f" ({score.reason})" if score.reason else ""
        return [
            f"The penalised Cox model selected no imaging feature{why}: a valid answer, carried through this report."
        ]
    told = f"The risk score has {plural(len(chosen), 'imaging feature')}: {listed(chosen, most=4)}."
    return [f"{told} {_stable(score)}".strip()]


def _stable(score: Any) -> str:
    selection = score.params.get("stability_selection")
    if not selection:
        return ""
    table = score.table
    stable = table.loc[table["stable"].fillna(False).astype(bool), "feature"]
    bound = f"at most {number(selection['expected_false'])} stable clusters of noise are expected"
    return f"Stability selection: {listed(stable, most=4)} ({bound})." if len(stable) else "No feature is stable."


def _validation(name: str, result: Any) -> list[str]:
    del name
    return _concordance(result, "full", "In patients whom the models had not seen (nested cross-validation)")


def _evaluation(name: str, result: Any) -> list[str]:
    who = _where(name, "evaluation") or "new patients"
    return _concordance(result, "score", f"In {who}, who took no part in training")


def _concordance(result: Any, model: str, where: str) -> list[str]:
    table = result.table
    row = _row(table, measure="concordance", model=model)
    if row is None:
        return [f"{where}, concordance could not be estimated: {result.reason}."]
    told = interval(row.ci_low, row.ci_high)
    counts = f"{plural(row.n_patients, 'patient')}, {plural(row.n_events, 'event')}; 0.5 is chance"
    sentences = [
        f"{where}, the risk score orders survival with a concordance of {number(row.estimate)}"
        f" ({f'95% interval {told}; ' if told else ''}{counts})."
    ]
    for other, words in (("covariates", "the covariates alone"), ("volume", "tumour volume alone")):
        difference = _row(table, measure="concordance_difference", model=f"{model} - {other}")
        if difference is not None and not pd.isna(difference.estimate):
            sentences.append(_added(difference, words))
    tested = [r for r in table.itertuples() if not pd.isna(r.p_value) and r.measure.startswith("concordance")]
    sentences += [_permutation(r, result.params.get("n_permutations")) for r in tested[:1]]
    return sentences


def _range(row: Any) -> str:
    told = interval(row.ci_low, row.ci_high)
    conditional = f" {row.interval}" if str(row.interval).startswith("conditional on") else ""
    return f" (95% interval{conditional} {told})" if told else ""


def _added(row: Any, words: str) -> str:
    told = interval(row.ci_low, row.ci_high)
    change = f"{'+' if row.estimate > 0 else ''}{number(row.estimate)}"
    if not told:
        return f"Against {words}, concordance changes by {change}; no interval was computed."
    if row.ci_low > 0:
        return f"Against {words}, concordance rises by {number(row.estimate)} (95% interval {told})."
    if row.ci_high < 0:
        return f"Against {words}, concordance falls: {change} (95% interval {told})."
    return (
        f"No evidence of a gain over {words}: concordance changes by {change} (95% interval {told}); a study like this "
        f"finds a change of {number(row.detectable)} in four of five repetitions."
    )


def _permutation(row: Any, n_permutations: Any) -> str:
    told = p_text(row.p_value)
    if _too_few(n_permutations):
        return (
            f"{n_permutations} permutations cannot give a p-value below {LEVEL}, whatever the imaging tells ({told})."
        )
    if row.p_value < LEVEL:
        return f"Permuting the imaging and repeating the whole pipeline rarely gives as much ({told})."
    return (
        f"No evidence that imaging adds to the prediction: permuting it and repeating the whole pipeline often gives "
        f"as much ({told})."
    )


def _too_few(n_reruns: Any) -> bool:
    """Tell whether so many reruns can never give a p-value below the level."""
    return bool(n_reruns) and 1 / (n_reruns + 1) >= LEVEL


# ---- groups
_SOURCES = {
    "out_of_fold": "out-of-fold groups",
    "training": "apparent groups of the training patients",
    "test": "groups by the frozen cut-point",
    "clinical": "clinical groups",
    "given": "given groups",
}


def _survival(name: str, result: Any) -> list[str]:
    who = _where(name, "survival")
    where = f" in {who}" if who else ""
    source = _SOURCES.get(result.source, str(result.source))
    if result.status != "ok":
        return [f"Survival groups{where}: {result.reason or 'none could be formed'}."]
    table = result.table
    hazard = _row(table, measure="hazard_ratio")
    log_rank = _row(table, measure="log_rank") or _row(table, measure="stratified_log_rank")
    told = f"Survival of the {source}{where}"
    p = None if log_rank is None or pd.isna(log_rank.p_value) else log_rank.p_value
    tail = f"log-rank {p_text(p)}" if p is not None else f"no p-value: {result.p_reason or 'not computed'}"
    if hazard is None or pd.isna(hazard.estimate):
        return [f"{told}: {tail}."]
    ratio = f"hazard ratio {number(hazard.estimate)}{_range(hazard)}, {hazard.contrast}"
    if p is not None and result.n_reruns:
        return [f"{told}: {ratio}. {_rerun_sentence(p, result.n_reruns)}"]
    if p is not None and p >= LEVEL:
        return [f"{told}: no evidence of a difference ({ratio}; {tail})."]
    return [f"{told}: {ratio}; {tail}."]


def _rerun_sentence(p: float, n_reruns: int) -> str:
    """Tell a p-value whose null keeps everything but the imaging: covariates may still part the curves."""
    told = f"log-rank {p_text(p)} against {n_reruns} reruns with permuted imaging"
    if _too_few(n_reruns):
        return f"So few reruns cannot give a p-value below {LEVEL} ({told})."
    if p >= LEVEL:
        return f"No evidence that imaging contributes to the separation ({told})."
    return f"Pipelines with permuted imaging rarely part the patients as much ({told})."


# ---- clinical models
def _cox_table(name: str, result: Any) -> list[str]:
    """Tell which variables matter beside the others; where p-values are withheld, the hazard ratio of the score."""
    table = result.table
    model = "multivariable" if (table["model"] == "multivariable").any() else "univariable"
    table = table[(table["model"] == model) & ~table["is_reference"].astype(bool)]
    where = f" in {who}" if (who := _where(name, "cox_table")) else ""
    together = " beside the other variables" if model == "multivariable" else ""
    told = []
    for row in table[table["source"] != "clinical"].itertuples():
        ratio = f"{number(row.hazard_ratio)} {row.level}{_range(row)}"
        p = "no p-value, because the outcome took part" if pd.isna(row.p_value) else p_text(row.p_value)
        variable = row.variable.replace("_", " ")
        told.append(f"Cox model{where}: the {variable} has a hazard ratio of {ratio}{together}; {p}.")
    found = table[(table["p_value"] < LEVEL) & (table["source"] == "clinical")]["variable"].unique()
    if len(found):
        has = "has" if len(found) == 1 else "have"
        told.append(f"Cox model{where}: {listed(found)} {has} p below {LEVEL}{together}.")
    return told


def _nomogram(name: str, result: Any) -> list[str]:
    del name
    row = _row(result.validation, measure="concordance")
    if row is None or pd.isna(row.estimate):
        return []
    told = interval(row.ci_low, row.ci_high)
    return [
        f"The nomogram of {listed(result.params['variables'])} has an optimism-corrected concordance of "
        f"{number(row.estimate)}{f' (95% interval {told})' if told else ''}, {number(row.apparent)} before correction."
    ]


def _sample_size(name: str, result: Any) -> list[str]:
    del name
    return [f"Sample size (Riley et al.): {result.reason}."]


# ---- pathways and associations
def _covariates(result: Any) -> str:
    names = result.params.get("covariates") or ()
    return f", adjusted for {listed(names)}" if names else ""


def _enrichment(name: str, result: Any) -> list[str]:
    del name
    told = []
    for by, table in result.table.groupby("by", sort=False):
        along = f"along {subject_name(str(by))}{_covariates(result)}"
        tested = table[table["p_adjusted"].notna()]
        if tested.empty:
            subjects = result.subjects
            why = next(iter(subjects.loc[subjects["by"] == by, "reason"]), "") or result.reason
            told.append(f"Gene sets {along}: no p-values ({why or 'not computed'}).")
            continue
        found = tested[tested["enriched"].astype(bool)]
        best = tested.loc[tested["p_adjusted"].idxmin()]
        if found.empty:
            told.append(
                f"No evidence that any of {plural(len(tested), 'gene set')} is enriched {along}: the smallest adjusted "
                f"p-value is {p_value(best['p_adjusted'])} ({best['pathway']}, NES {number(best['nes'])})."
            )
        else:
            told.append(
                f"{len(found)} of {plural(len(tested), 'gene set')} {'is' if len(found) == 1 else 'are'} enriched "
                f"{along}: {listed(_with_nes(found))}."
            )
    if result.table.empty:
        along = listed(dict.fromkeys(subject_name(str(by)) for by in result.subjects["by"]))
        where = f" along {along}" if along else ""
        told.append(f"Gene sets{where}{_covariates(result)} were not tested: {result.reason or 'none could be'}.")
    return told


def _with_nes(found: pd.DataFrame) -> list[str]:
    ordered = found.sort_values("p_adjusted", kind="stable")
    return [f"{row.pathway} (NES {number(row.nes)}, adjusted {p_text(row.p_adjusted)})" for row in ordered.itertuples()]


def _association(name: str, result: Any) -> list[str]:
    del name
    left, right = len(result.left_info), len(result.right_info)
    between = f"{left} {_many(result.left_name)} and {right} {_many(result.right_name)}{_covariates(result)}"
    if result.status == "not_estimable":
        return [f"Associations between {between}: {result.reason or 'none could be tested'}."]
    if result.n_significant == 0:
        nothing = "No evidence of association"
        told = [note.removeprefix(nothing) for note in result.notes if note.startswith(nothing)]
        return [f"{nothing} between {between}{told[0] if told else f', in {left * right} tests.'}"]
    strongest = result.table.iloc[0]
    top = f"{strongest[result.left_name]} with {strongest[result.right_name]}, {number(strongest['estimate'])}"
    survive = [f" {note}" for note in result.notes if note.startswith("Of ") and "adjustment for" in note]
    return [
        f"{result.n_significant} of {left * right} pairs of {between} are associated (adjusted p below "
        f"{result.params.get('level', LEVEL):g}); the strongest: {top}.{''.join(survive[:1])}"
    ]


def _many(name: str) -> str:
    return pretty(name) + "s"


_TELLERS: Mapping[str, Callable[[str, Any], list[str]]] = {
    "cohort": _cohort,
    "risk_score": _score,
    "risk_validation": _validation,
    "risk_evaluation": _evaluation,
    "survival_comparison": _survival,
    "cox_table": _cox_table,
    "nomogram": _nomogram,
    "sample_size": _sample_size,
    "enrichment": _enrichment,
    "association_map": _association,
    **strata_text.SENTENCES,
}
