"""Every figure of a report, drawn once and kept as PNG and PDF bytes."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Any

from radassoc.base.errors import RadassocError
from radassoc.report.kinds import kind_of
from radassoc.report.wording import listed, number, p_text, plural

__all__ = ["Picture", "draw_pictures", "file_stem", "pictures_of"]

DOTS_PER_INCH = 200
#: Figures of each kind of result, and what each shows.
_FIGURES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "cohort": (("plot_attrition", "Flow of patients into the study"),),
    "exploration": (
        ("plot_exploration", "The first look: redundancy, gaps, outliers, size and centres"),
        ("plot_missingness", "Which groups of features are missing or absent together"),
    ),
    "modules": (("plot_modules", "Modules of correlated columns, by feature class"),),
    "module_map": (("plot_module_map", "Associations between modules"),),
    "modality_comparison": (
        ("plot_modality_comparison", "Two tables as wholes, each measure beside its permutations"),
    ),
    "pca": (
        ("plot_pca", "Patients along the first two principal components"),
        ("plot_scree", "Variance explained by each principal component"),
        ("plot_loadings", "Largest loadings of the first principal component, by feature class"),
    ),
    "risk_score": (
        ("plot_risk_score", "Coefficients of the risk score, and how often resampling selected each feature"),
        ("plot_cv_curve", "Cross-validated deviance along the penalty"),
        ("plot_coefficient_path", "Coefficients along the penalty"),
    ),
    "risk_validation": (
        ("plot_added_value", "What imaging adds, in patients whom the models had not seen"),
        ("plot_time_roc", "Time-dependent ROC curves of out-of-fold scores"),
        ("plot_calibration", "Calibration of out-of-fold risks"),
        ("plot_decision_curve", "Net benefit of treating by out-of-fold risk"),
        ("plot_risk_overview", "Patients by out-of-fold score, their survival, and the features of the score"),
    ),
    "risk_evaluation": (
        ("plot_added_value", "What imaging adds, in patients who took no part in training"),
        ("plot_time_roc", "Time-dependent ROC curves in patients who took no part in training"),
        ("plot_calibration", "Calibration of the frozen score's risks"),
        ("plot_decision_curve", "Net benefit of treating by the frozen score's risk"),
    ),
    "survival_comparison": (
        ("plot_kaplan_meier", "Survival of the groups, with numbers at risk"),
        ("plot_adjusted_survival", "Survival of the groups, standardised to the covariates of all patients"),
    ),
    "cox_table": (("plot_forest", "Hazard ratios of each variable alone and of all together"),),
    "subgroup_effects": (("plot_subgroup_forest", "Hazard ratio within subgroups, with tests of interaction"),),
    "nomogram": (
        ("plot_nomogram", "The nomogram: a value's points, their sum, and the survival that it stands for"),
        ("plot_calibration", "Calibration of the nomogram, as it appears and with the bootstrap's optimism taken away"),
    ),
    "cutpoint": (("plot_cutpoint", "Where the score is cut, and whom the cut parts"),),
    "association_map": (("plot_association_heatmap", "Associations between two tables"),),
    "enrichment": (
        ("plot_enrichment", "Normalised enrichment scores of the gene sets"),
        ("plot_running_score", "Running enrichment score of the gene set with the smallest p-value"),
    ),
    "balance": (("plot_balance", "In what else the strata differ"),),
    "weighted_comparison": (
        ("plot_weighted_curves", "Survival of the strata, as they are and weighted to the same covariates"),
        ("plot_balance", "Differences between the strata before and after weighting"),
    ),
    "pooled_estimates": (("plot_pooled_forest", "Estimates of the strata and what they pool to"),),
    "stratified": (
        ("plot_strata_forest", "Estimates of each stratum, their difference and its p-value"),
        ("plot_stratified_curves", "Survival of the groups in each stratum, on the same axes"),
    ),
    "cross_application": (
        ("plot_cross_matrix", "Scores of each stratum applied to both"),
        ("plot_mirrored_coefficients", "Coefficients of the scores of both strata"),
    ),
    "interactions": (("plot_slope_scatter", "Effects in one stratum against those in the other"),),
}


#: Figures that draw a frame of the result: without rows there is no figure.
_NEEDS: Mapping[str, str] = {
    "plot_adjusted_survival": "adjusted_curves",
    "plot_cutpoint": "histogram",
    "plot_missingness": "regions",
    "plot_time_roc": "roc",
    "plot_calibration": "calibration",
    "plot_decision_curve": "decision",
}
#: Figures whose notes the report prints as text.
_WITHOUT_NOTES = frozenset(
    {"plot_forest", "plot_subgroup_forest", "plot_nomogram", "plot_strata_forest", "plot_weighted_curves"}
)
#: Figures that show single patients with their outcome: drawn only where these are asked for.
_OF_PATIENTS = frozenset({"plot_risk_overview"})


@dataclass(frozen=True)
class Picture:
    """A drawn figure: its file name without ending, caption, words for those who cannot see it, and its bytes."""

    stem: str
    result: str
    figure: str
    caption: str
    alt: str
    width: int
    height: int
    png: bytes
    pdf: bytes

    @property
    def source(self) -> str:
        """The image as the ``src`` of an ``img`` element."""
        return "data:image/png;base64," + b64encode(self.png).decode("ascii")


def file_stem(name: str) -> str:
    """Return a name that is safe as a file name everywhere.

    Examples
    --------
    >>> file_stem("association radiomics:<b>")
    'association_radiomics_b'
    """
    return re.sub(r"[^0-9A-Za-z._-]+", "_", name).strip("._") or "result"


def pictures_of(pictures: Iterable[Picture], names: Iterable[str]) -> list[Picture]:
    """Return the pictures of these results."""
    wanted = set(names)
    return [picture for picture in pictures if picture.result in wanted]


def draw_pictures(results: Mapping[str, Any], *, patient_level: bool = False) -> list[Picture]:
    """Draw every figure of every result; what a result has no figure for is left out.

    ``patient_level`` adds figures from which single patients' outcomes can be read.
    """
    cohort, score = (
        next((result for result in results.values() if kind_of(result) == kind), None)
        for kind in ("cohort", "risk_score")
    )
    shared = {"cohort": cohort, "score": score} if patient_level else {"cohort": cohort}
    return [picture for name, result in results.items() for picture in _draw(name, result, shared)]


def _draw(name: str, result: Any, shared: Mapping[str, Any]) -> Iterator[Picture]:
    kind, cohort = kind_of(result), shared["cohort"]
    for figure, title in _FIGURES.get(kind, ()):
        settings: dict[str, Any] = {}
        if figure in _NEEDS and getattr(result, _NEEDS[figure]).empty:
            continue
        if figure in _WITHOUT_NOTES:
            settings["notes"] = False
        if figure in _OF_PATIENTS:
            if cohort is None or "score" not in shared:
                continue
            settings = dict(shared)
        if figure == "plot_pca" and (variable := _closest_variable(result, cohort)):
            settings["color"] = cohort.column(variable)
            title = f"{title}, coloured by {variable}, the clinical variable that goes with them most"
        drawn = _drawn(figure, result.audit if kind == "cohort" else result, settings)
        if drawn is None:
            continue
        png, pdf, width, height = drawn
        stem = f"{file_stem(name)}_{figure.removeprefix('plot_')}"
        told = _TOLD.get(kind, _nothing)(result)
        alt = f"{title} ({name.replace('_', ' ')}). {told}".strip()
        yield Picture(stem, name, figure, title, alt, width, height, png, pdf)


def _closest_variable(pca: Any, cohort: Any) -> str:
    """Return the clinical column with the smallest p-value against the two components of the picture."""
    found = pca.associations
    if cohort is None or found.empty:
        return ""
    found = found[found["component"].isin(["PC1", "PC2"]) & found["variable"].isin(cohort.clinical.columns)]
    found = found.dropna(subset=["p_value"]).sort_values("p_value", kind="stable")
    return str(found["variable"].iloc[0]) if len(found) else ""


def _drawn(figure: str, result: Any, settings: Mapping[str, Any]) -> tuple[bytes, bytes, int, int] | None:
    try:
        made = getattr(import_module("radassoc.figures"), figure)(result, **settings)
    except RadassocError:
        return None  # a figure that does not apply to this result
    whole = made.get_figure(root=True) if hasattr(made, "get_figure") else made
    width, height = (round(inches * 96) for inches in whole.get_size_inches())
    return _bytes(whole, "png"), _bytes(whole, "pdf"), width, height


def _bytes(figure: Any, kind: str) -> bytes:
    out = BytesIO()
    figure.savefig(out, format=kind, dpi=DOTS_PER_INCH)
    return out.getvalue()


# ---- what the figures show, in words
def _nothing(result: Any) -> str:
    del result
    return ""


def _cohort(cohort: Any) -> str:
    flow = cohort.audit.flow
    return "; ".join(f"{step}: {n} patients" for step, n in zip(flow["step"], flow["n_patients"], strict=True)) + "."


def _survival(comparison: Any) -> str:
    medians = comparison.medians
    groups = [
        f"{row.group}: {plural(row.n_patients, 'patient')}, {row.n_events} events" for row in medians.itertuples()
    ]
    table = comparison.table
    tested = table[table["measure"] == "log_rank"]
    p = tested["p_value"].iloc[0] if len(tested) else None
    return "; ".join(groups) + (f"; log-rank {p_text(p)}." if p is not None and p == p else ".")


def _enrichment(result: Any) -> str:
    table = result.table
    found = table[table["enriched"].astype(bool)]
    if found.empty:
        return f"No evidence of enrichment among {plural(len(table), 'test')}."
    return f"Enriched: {listed(found['pathway'].unique())}."


def _association(result: Any) -> str:
    level = result.params.get("level", 0.05)
    pairs = f"{len(result.left_info)} x {len(result.right_info)} pairs"
    return f"{pairs}; {result.n_significant} with adjusted p below {level:g}."


def _clinical(table: Any) -> str:
    told = table.table[~table.table["is_reference"]]
    last = told[told["model"] == told["model"].iloc[-1]]
    return "; ".join(f"{row.variable} {row.level}: {number(row.hazard_ratio)}" for row in last.itertuples()) + "."


def _nomogram(nomogram: Any) -> str:
    widest = nomogram.table.groupby("variable", sort=False)["points"].max()
    return "; ".join(f"{name}: up to {number(points)} points" for name, points in widest.items()) + "."


def _score(score: Any) -> str:
    if score.status != "ok":
        return "No feature was selected."
    table = score.table
    return f"{int((table['coefficient'] != 0).sum())} coefficients differ from zero."


_TOLD: Mapping[str, Callable[[Any], str]] = {
    "cohort": _cohort,
    "survival_comparison": _survival,
    "cox_table": _clinical,
    "nomogram": _nomogram,
    "enrichment": _enrichment,
    "association_map": _association,
    "risk_score": _score,
}
