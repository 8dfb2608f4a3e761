"""The sections on the risk score: coefficients, validation, survival of the groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from radassoc.base.errors import RadassocError
from radassoc.report.blocks import Section, code, figures, filled, heading, note, table, text
from radassoc.report.clinical_part import sample_size_blocks
from radassoc.report.kinds import of_kind
from radassoc.report.performance_tables import performance_tables
from radassoc.report.pictures import Picture, pictures_of
from radassoc.report.wording import capitalised, interval, listed, number, plural, who_of

__all__ = ["score_section", "survival_section", "validation_section"]


def score_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section with the coefficients, the cross-validation curve and the formula."""
    scores = of_kind(results, "risk_score")
    if not scores:
        return None
    section = Section("risk-score", "Risk score")
    for name, score in scores.items():
        if score.status != "ok":
            section.add(
                text(
                    f"No imaging feature was selected ({score.reason or score.status}). The empty model is a valid "
                    "answer: at the chosen penalty no feature improves the prediction in held-out patients."
                )
            )
        section.add(
            table(_coefficients(score), "Coefficients of the risk score", names=_NAMES, more=f"tables/{name}.csv"),
            note(_sometimes(score)),
            note(
                "Hazard ratios of features are penalised, hence shrunk. The range over refits and how often they "
                "selected a feature tell how stable a coefficient is; they are no confidence interval, which a LASSO "
                "does not have."
            ),
            *_inference(name, score),
            figures(pictures_of(pictures, [name])),
            _curve(score),
            code(_formula(score), "The score as a formula"),
            _dropped_features(score),
        )
    return section.add(*sample_size_blocks(results))


_NAMES = {
    "hazard_ratio": "penalised HR",
    "range": "range over refits",
    "selection_frequency": "selected",
    "stability_frequency": "stability",
}


def _told(score: Any) -> Any:
    """Tell which rows are shown: coefficients, and features that the inference singled out."""
    frame = score.table
    told = frame["coefficient"] != 0
    if "stable" in frame:
        told |= frame["stable"].fillna(False).astype(bool) | (frame["p_adjusted"] < 0.05)
    return told


def _coefficients(score: Any) -> Any:
    frame = score.table[_told(score)]
    spread = [interval(row.resample_low, row.resample_high) for row in frame.itertuples()]
    told = frame.assign(range=spread)
    order = ["feature", "modality", "coefficient", "hazard_ratio", "per", "range", "selection_frequency"]
    order += [name for name in ("stability_frequency", "stable", "p_value", "p_adjusted") if name in frame]
    if told["modality"].nunique() < 2 or set(told["modality"]) == {"clinical", "radiomics"}:
        order.remove("modality")
    return filled(told[order], keep=())


def _sometimes(score: Any) -> str:
    n = int((~_told(score) & (score.table["selection_frequency"] > 0)).sum())
    if not n:
        return ""
    return f"{plural(n, 'further feature', 'further features')} entered only in some of the cross-validation refits."


def _inference(name: str, score: Any) -> list[Any]:
    """Return what stability selection and sample splitting found, each with what it controls."""
    blocks, frame, params = [], score.table, score.params
    told = params.get("stability_selection")
    if told:
        stable = list(frame.loc[frame["stable"].fillna(False).astype(bool), "feature"])
        found = f"Stable: {listed(stable)}." if stable else "No feature is stable."
        blocks.append(
            text(
                f"Stability selection, {params['stability']} pairs of half-samples. {found} Features are clustered "
                f"where all |r| reach {number(told['cluster_correlation'])} ({told['n_clusters']} clusters); in each "
                f"half the first {told['q']} clusters are selected, and one selected in at least "
                f"{number(100 * told['threshold'], 2)}% of the halves is stable. Expected number of stable "
                f"clusters that are noise: at most {number(told['expected_false'])}. All candidates: "
                f"tables/{name}_stability.csv."
            )
        )
    if params.get("splits"):
        found = listed(frame.loc[frame["p_adjusted"] < 0.05, "feature"])
        blocks.append(
            text(
                f"Sample splitting, {params['splits']} splits: one half selects, the other tests. "
                + (f"Adjusted p below 0.05: {found}." if found else "No feature has an adjusted p below 0.05.")
                + " The adjusted p controls the chance of any false rejection."
            )
        )
    return blocks


def _curve(score: Any) -> Any:
    cv = score.cv
    if cv.empty:
        return None
    chosen = cv.loc[(cv["lambda"] - score.chosen_lambda).abs().idxmin()]
    concordant = score.params.get("criterion") == "concordance"
    measure, error = ("concordance", "concordance_std_error") if concordant else ("deviance", "std_error")
    return note(
        f"The penalty is {number(score.chosen_lambda)}, with a cross-validated {measure} of {number(chosen[measure])} "
        f"(SE {number(chosen[error])}) and {plural(int(chosen['n_nonzero']), 'selected feature')}."
    )


def _formula(score: Any) -> str:
    try:
        return str(score.formula())
    except RadassocError:
        return ""


def _dropped_features(score: Any) -> Any:
    prepared = score.preparation.table
    dropped = prepared[~prepared["kept"].astype(bool)]
    if dropped.empty:
        return None
    # the reason of a pruned feature names its representative; here the kinds of reasons are counted
    reason = dropped["reason"].mask(
        dropped["representative"].fillna("") != "", "correlated with a feature that is kept"
    )
    reason = reason.str.replace(r"in \d+ of \d+ \([\d.]+%\), ", "in ", regex=True)
    counts = reason.value_counts(sort=False).rename_axis("reason").rename("n").reset_index()
    return table(counts, f"Features that the preparation left out ({len(dropped)} of {len(prepared)})")


def validation_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section on how well the score predicts patients whom it had not seen."""
    nested, outside = of_kind(results, "risk_validation"), of_kind(results, "risk_evaluation")
    if not nested and not outside:
        return None
    section = Section("validation", "Validation")
    for name, result in nested.items():
        section.add(
            text(
                "Nested cross-validation: the whole pipeline, from the missing-value filter to the penalty, is "
                "relearned without the patients whom it then predicts."
            ),
            *performance_tables(result, "Concordance by nested cross-validation", more=f"tables/{name}.csv"),
            note(_not_given(result)),
            note(f"Tumour volume alone is the feature {result.volume}." if result.volume else ""),
            figures(pictures_of(pictures, [name])),
        )
    for name, result in outside.items():
        who = name.removeprefix("evaluation").strip("_").replace("_", " ") or "new patients"
        section.add(
            heading(f"In {'the test patients' if who == 'test' else who}"),
            *performance_tables(result, f"Concordance of the frozen score: {who}", more=f"tables/{name}.csv"),
            note(f"Tumour volume alone is the feature {result.volume}." if result.volume else ""),
            figures(pictures_of(pictures, [name])),
        )
    return section


def _not_given(result: Any) -> str:
    told = []
    if (result.table["interval"] == "none").all():
        told.append(_why_no_interval(result.params))
    elif (result.table["interval"] == "conditional").any():
        told.append(
            "Intervals marked conditional hold the fitted models fixed; they leave out the uncertainty of learning "
            "them."
        )
    if result.table["p_value"].isna().all():
        told.append("No p-value was computed: n_permutations is 0 in [validation].")
    return " ".join(told)


def _why_no_interval(params: Any) -> str:
    if params.get("interval") == "none":
        return "No interval was asked for."
    if not params.get("n_bootstraps"):
        return "No interval was computed: n_bootstraps is 0 in [validation]."
    asked = params["n_bootstraps"]
    used = params.get("n_bootstraps_used", asked)
    return f"No interval was computed: it needs 20 usable bootstrap samples, and {used} of {asked} were usable."


def survival_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section with the curves of the risk groups."""
    comparisons = of_kind(results, "survival_comparison")
    if not comparisons:
        return None
    section = Section("survival", "Survival of the groups")
    for name, result in comparisons.items():
        if len(comparisons) > 1:
            section.add(heading(capitalised(who_of(name, "survival"))))
        source = str(result.source).replace("_", " ")
        told = f"Groups: {source}. {_SOURCE.get(result.source, '')} {capitalised(result.p_reason)}".strip()
        section.add(text(told if told.endswith(".") else told + "."))
        if result.status != "ok":
            section.add(text(f"No groups could be compared: {result.reason}."))
        unit = result.unit or "in the unit of the outcome"
        section.add(
            note(_of_the_hazards(result)),
            figures(pictures_of(pictures, [name])),
            table(result.medians, f"Median survival ({unit})"),
            table(filled(result.table), "Comparison of the groups"),
            table(_landmarks(result.landmarks), f"Survival at landmark times ({unit})"),
            table(filled(result.rmst), f"Restricted mean survival time ({unit})"),
            note(result.adjusted_reason and f"No adjusted curves: {result.adjusted_reason}."),
        )
    section.add(figures(pictures_of(pictures, of_kind(results, "cutpoint"))))
    return section


def _landmarks(frame: Any) -> Any:
    """Standardised rows count nobody at risk."""
    if frame.empty:
        return frame
    adjusted = frame["measure"].astype(str).str.startswith("adjusted")
    return filled(frame.assign(at_risk=frame["at_risk"].astype("Int64").mask(adjusted)))


def _of_the_hazards(result: Any) -> str:
    """Say beside the hazard ratio what it hides: that it changes with time, or that the cut was searched for."""
    told = []
    if result.optimised:
        told.append(
            "The cut was chosen by the outcome of these same patients: the hazard ratio is biased away from 1 and has "
            "no valid interval. Only patients who took no part in choosing it give an unbiased one."
        )
    found = result.rmst[result.rmst["measure"] == "rmst_difference"]
    if result.non_proportional and len(found):
        differences = "; ".join(
            f"{row.contrast}: {number(row.estimate)}"
            + ("" if row.ci_low != row.ci_low else f" ({number(row.ci_low)} to {number(row.ci_high)})")
            for row in found.itertuples()
        )
        told.append(
            "The hazards are not proportional, so that one hazard ratio does not describe the difference. Difference "
            f"of restricted mean survival up to {number(result.tau)} {result.unit}: {differences}."
        )
    return " ".join(told)


_SOURCE = {
    "out_of_fold": "Each patient's group comes from models that never saw this patient.",
    "training": "These patients trained the score: the separation is apparent and too good.",
    "test": "These patients took no part in training.",
}
