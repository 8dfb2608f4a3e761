"""The risk overview of papers: patients by score, when they died, and the features behind the score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError
from radassoc.figures.style import COLORS, DIVERGING, colors_for, figure_for, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

    from radassoc.cohort.cohort import Cohort
    from radassoc.survival.evaluation import RiskEvaluation
    from radassoc.survival.groups import RiskGroups
    from radassoc.survival.score import RiskScore
    from radassoc.survival.validation import RiskValidation

__all__ = ["plot_risk_overview"]

_MOST_ROWS = 60
_LIMIT = 2.5  # standard deviations: the colour scale ends there
_SOURCES = {
    "out_of_fold": "out of fold: from models that never saw the patient",
    "training": "of training patients: apparent, too good",
    "test": "of patients who took no part in training",
}


def plot_risk_overview(
    result: RiskScore | RiskValidation | RiskEvaluation | RiskGroups,
    cohort: Cohort,
    *,
    score: RiskScore | None = None,
    most: int = 30,
    on: Figure | SubFigure | None = None,
    title: str = "",
) -> Figure | SubFigure:
    """Draw patients by increasing score: their score and group, their survival, and the features of the score.

    Parameters
    ----------
    result
        Where the scores come from: a validation (out of fold), an evaluation or groups (as their ``source`` says), or
        the score itself. The score relearns itself out of fold for its training patients, which takes a while; no
        figure shows training patients by the score that was fitted to them.
    cohort
        The patients of ``result``, with their features and outcome.
    score
        The fitted score whose features are shown; not needed where ``result`` is the score.
    most
        Features to show at most (60 at most), by absolute coefficient.
    on
        Figure or SubFigure to draw in; a new two-column figure without it.
    title
        Title of the figure.

    Returns
    -------
    matplotlib.figure.Figure or SubFigure
        Above: scores, coloured by group where ``result`` has groups. Middle: follow-up; filled for a death, open for a
        censored patient. Below: the score's features, each minus its mean and over its standard deviation among these
        patients (grey: missing), from the largest positive to the largest negative coefficient, with the penalised
        coefficient beside. Patients without outcome are left out.
    """
    values, source = _values(result, cohort)
    fit = score if score is not None else result if hasattr(result, "out_of_fold") else None
    table = cohort.outcome.table if cohort.outcome is not None else pd.DataFrame(columns=["time", "event"])
    shown = values.join(table[["time", "event"]], how="inner").sort_values("score", kind="stable")
    features = _features(fit, cohort, shown.index, most)
    n_rows = len(features) if fit is not None else 0
    with style():
        figure = figure_for(on, height=76.0 + (8.0 + 3.3 * n_rows if fit is not None else 0.0))
        if shown.empty:
            nothing_to_draw(figure.add_subplot(), getattr(result, "reason", "") or "No patient has score and outcome.")
            return figure
        heights = [24.0, 22.0] if fit is None else [24.0, 22.0, max(3.3 * n_rows, 12.0)]
        grid = figure.add_gridspec(len(heights), 2, height_ratios=heights, width_ratios=[1, 0.13])
        above = figure.add_subplot(grid[0, 0])
        middle = figure.add_subplot(grid[1, 0], sharex=above)
        _draw_scores(above, shown, figure.add_subplot(grid[0, 1]))
        unit = "" if cohort.outcome is None else cohort.outcome.unit
        _draw_times(middle, shown, unit, figure.add_subplot(grid[1, 1]))
        axes = [above, middle]
        if n_rows:
            axes.append(figure.add_subplot(grid[2, 0], sharex=above))
            _draw_features(figure, axes[-1], figure.add_subplot(grid[2, 1]), features, fit)
        elif fit is not None:
            nothing_to_draw(figure.add_subplot(grid[2, 0]), fit.reason or "The score selects no feature.")
        for upper in axes[:-1]:
            upper.tick_params(axis="x", labelbottom=False)
        axes[-1].set_xlabel(f"{len(shown)} patients by increasing score")
        above.set_xlim(0, len(shown))
        told = _SOURCES.get(source, "")
        figure.suptitle(
            (title or "Risk overview") + (f"   (scores {told})" if told else ""),
            x=0.01,
            ha="left",
            fontsize=8.5,
            fontweight="bold",
        )
    return figure


def _values(result: Any, cohort: Any) -> tuple[pd.DataFrame, str]:
    """Return score and group by patient, and where the scores come from."""
    if hasattr(result, "out_of_fold"):
        from radassoc.survival._score_values import score_values

        scores, source = score_values(cohort, result)
        return pd.DataFrame({"score": scores, "group": None}), source
    samples = getattr(result, "samples", None)
    if samples is None or not {"patient", "score"} <= set(samples.columns):
        raise InputError(
            f"This {type(result).__name__} holds no scores of patients.",
            wanted="a RiskScore, or a RiskValidation, RiskEvaluation or RiskGroups with its .samples",
            remedy="Compute it again, or save it with patient_level=True.",
        )
    frame = samples.set_index("patient")
    groups = frame.get("group")
    source = getattr(result, "source", "out_of_fold")
    return pd.DataFrame({"score": frame["score"].astype(float), "group": groups}, index=frame.index), source


def _features(fit: Any, cohort: Any, patients: pd.Index, most: int) -> pd.DataFrame:
    """Return features x patients in standard deviations, with the coefficient as ``coefficient`` in front."""
    if fit is None:
        return pd.DataFrame()
    table = fit.table
    table = table[(table["modality"] != "clinical") & (table["coefficient"] != 0)]
    largest = table["coefficient"].abs().sort_values(ascending=False, kind="stable").index[: min(most, _MOST_ROWS)]
    table = table.loc[largest].sort_values("coefficient", ascending=False, kind="stable")
    rows = {}
    for row in table.itertuples():
        frame = cohort.patient_frame(row.modality)
        name = row.feature if row.feature in frame.columns else str(row.feature).split(":", 1)[-1]
        if name not in frame.columns:
            raise InputError(
                f"The feature {row.feature!r} of the score is not in the cohort.",
                wanted="the cohort of the patients shown",
            )
        values = frame[name].reindex(patients).astype(float).replace([np.inf, -np.inf], np.nan)
        spread = values.std(ddof=0)
        rows[row.feature] = (values - values.mean()) / (spread if spread > 0 else 1.0)
    found = pd.DataFrame(rows).T
    found.insert(0, "coefficient", table["coefficient"].to_numpy() if len(table) else np.empty(0))
    return found


def _draw_scores(axes: Any, shown: pd.DataFrame, keys: Any) -> None:
    labels = _ordered(shown["group"])
    palette = colors_for(labels)
    colors = [palette.get(group, COLORS["quiet"]) for group in shown["group"]]
    x = np.arange(len(shown)) + 0.5
    axes.axhline(0, color=COLORS["faint"], linewidth=0.8, zorder=0)
    axes.vlines(x, 0, shown["score"], color=colors, linewidth=0.5, alpha=0.45)
    axes.scatter(x, shown["score"], c=colors, s=8, linewidth=0, zorder=3)
    axes.set_ylabel("Score")
    marks = [(f"{pretty(label)} ({int((shown['group'] == label).sum())})", palette[label], True) for label in labels]
    n_without = int(shown["group"].isna().sum())
    if labels and n_without:
        marks.append((f"no group ({n_without})", COLORS["quiet"], True))
    _draw_key(keys, "Group" if labels else "", marks)


def _ordered(groups: pd.Series) -> list[str]:
    known = [str(group) for group in groups.dropna().unique()]
    order = ("low", "intermediate", "high")
    return sorted(known, key=lambda name: (order.index(name) if name in order else len(order), name))


def _draw_times(axes: Any, shown: pd.DataFrame, unit: str, keys: Any) -> None:
    x, died = np.arange(len(shown)) + 0.5, shown["event"].to_numpy(dtype=bool)
    for who, filled in ((died, True), (~died, False)):
        axes.scatter(
            x[who],
            shown["time"].to_numpy(dtype=float)[who],
            s=9,
            facecolor=COLORS["ink"] if filled else "white",
            edgecolor=COLORS["ink"],
            linewidth=0.6,
        )
    axes.set_ylim(bottom=0)
    axes.set_ylabel(f"Follow-up\n({unit})" if unit else "Follow-up")
    _draw_key(
        keys,
        "",
        [
            (f"died ({int(died.sum())})", COLORS["ink"], True),
            (f"censored ({int((~died).sum())})", COLORS["ink"], False),
        ],
    )


def _draw_key(axes: Any, title: str, marks: list[tuple[str, str, bool]]) -> None:
    from matplotlib.lines import Line2D

    axes.set_axis_off()
    handles = [
        Line2D(
            [],
            [],
            marker="o",
            linestyle="",
            markersize=3.5,
            color=color,
            markerfacecolor=color if filled else "white",
            label=label,
        )
        for label, color, filled in marks
    ]
    if handles:
        axes.legend(
            handles=handles, title=title or None, loc="upper left", alignment="left", borderaxespad=0, handletextpad=0.2
        )


def _draw_features(figure: Any, axes: Any, beside: Any, features: pd.DataFrame, fit: Any) -> None:
    values = features.drop(columns="coefficient")
    axes.set_facecolor(COLORS["faint"])
    image = axes.pcolormesh(
        np.ma.masked_invalid(values.to_numpy(dtype=float)),
        cmap=DIVERGING,
        vmin=-_LIMIT,
        vmax=_LIMIT,
        rasterized=values.size > 3000,
    )
    y = np.arange(len(features)) + 0.5
    axes.set_yticks(y, [shorten(name, 38) for name in features.index], fontsize=6)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(features), 0)
    axes.spines[:].set_visible(False)
    coefficient = features["coefficient"].to_numpy(dtype=float)
    colors = [COLORS["high"] if value > 0 else COLORS["low"] for value in coefficient]
    beside.barh(y, coefficient, height=0.6, color=colors)
    beside.axvline(0, color=COLORS["ink"], linewidth=0.6)
    beside.set(ylim=(len(features), 0), yticks=[])
    units = fit.table.set_index("feature")["per"].reindex(features.index)
    beside.set_xlabel(f"Coefficient\nper {' or '.join(sorted(set(units)))}")
    beside.locator_params(axis="x", nbins=2)
    beside.spines["left"].set_visible(False)
    bar = figure.colorbar(image, ax=axes, orientation="horizontal", shrink=0.3, aspect=25, pad=0.02, anchor=(1.0, 0.5))
    bar.set_label("Feature (standard deviations)", fontsize=6.5)
    bar.ax.tick_params(labelsize=6, length=2)
    bar.outline.set_visible(False)
