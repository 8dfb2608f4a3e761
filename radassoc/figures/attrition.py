"""The flow of patients into the analysis, as CONSORT and STROBE ask for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from radassoc.figures.style import COLORS, axes_for, nothing_to_draw, style, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.cohort.audit import Audit

__all__ = ["plot_attrition"]


def plot_attrition(audit: Audit, *, on: Axes | None = None, title: str = "") -> Axes:
    """Draw who entered each step of the cohort and who left it, and why.

    Parameters
    ----------
    audit
        ``cohort.audit``.
    on
        Axes to draw in; a new figure, as high as it has steps, without it.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
    """
    flow = audit.flow
    with style():
        axes = axes_for(on, width=120, height=max(20.0 * len(flow), 30.0))
        axes.set_title(title)
        if flow.empty:
            return nothing_to_draw(axes, "No patients were read.")
        axes.set(xlim=(0, 1), ylim=(len(flow) - 0.45, -0.55))
        axes.set_axis_off()
        for row, step in enumerate(flow.itertuples()):
            _box(axes, 0.27, row, f"{wrap(str(step.step), 34)}\nn = {step.n_patients}", faint=False)
            if row + 1 < len(flow):
                _arrow(axes, (0.27, row + 0.3), (0.27, row + 0.7))
            if step.n_excluded:
                _arrow(axes, (0.27, row - 0.5), (0.55, row - 0.5))
                _box(axes, 0.57, row - 0.5, f"{wrap(str(step.reason), 34)}\nn = {step.n_excluded}", faint=True)
    return axes


def _box(axes: Any, x: float, y: float, text: str, *, faint: bool) -> None:
    axes.text(
        x,
        y,
        text,
        ha="left" if faint else "center",
        va="center",
        fontsize=7,
        linespacing=1.3,
        bbox={
            "boxstyle": "round,pad=0.45,rounding_size=0.15",
            "facecolor": "#F6F6F6" if faint else "white",
            "edgecolor": COLORS["quiet"] if faint else COLORS["ink"],
            "linewidth": 0.7,
        },
    )


def _arrow(axes: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.annotate(
        "",
        xy=end,
        xytext=start,
        zorder=0,
        arrowprops={"arrowstyle": "-|>", "color": COLORS["quiet"], "linewidth": 0.8, "shrinkA": 0, "shrinkB": 0},
    )
