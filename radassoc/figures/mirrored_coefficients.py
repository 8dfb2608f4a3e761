"""Coefficients of two strata back to back: men to the left, women to the right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.errors import InputError
from radassoc.figures.style import COLORS, TWO_COLUMNS, axes_for, headline, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.strata.cross_application import CrossApplication
    from radassoc.strata.stratified import StratifiedResult

__all__ = ["plot_mirrored_coefficients"]

_FEWEST = 3


def plot_mirrored_coefficients(
    result: CrossApplication | StratifiedResult, *, on: Axes | None = None, most: int = 20, title: str = ""
) -> Axes:
    """Draw the size of each coefficient in one stratum to the left and in the other to the right, coloured by its sign.

    Parameters
    ----------
    result
        What ``cross_apply`` or ``by_stratum(..., "risk_score")`` returned.
    on
        Axes to draw in; a new two-column figure without it.
    most
        Number of features, by their larger coefficient.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
        Above: how many features both strata share, beside what chance would give.
    """
    wide = _coefficients(result)
    left, right = _sides(list(wide.columns))
    size = wide.abs().max(axis=1)
    shown = wide.loc[size[size > 0].sort_values(ascending=False, kind="stable").index[:most]]
    hidden = int((size > 0).sum()) - len(shown)
    with style():
        axes = axes_for(on, width=TWO_COLUMNS, height=32.0 + 4.4 * max(len(shown), _FEWEST))
        if shown.empty:
            axes.set_title(title)
            return nothing_to_draw(axes, "No feature was selected in either stratum.")
        y = np.arange(len(shown))
        for name, side in ((left, -1.0), (right, 1.0)):
            values = shown[name].to_numpy(dtype=float)
            colors = [COLORS["positive"] if value > 0 else COLORS["negative"] for value in values]
            axes.barh(y, side * np.abs(values), color=colors, height=0.62)
        _finish(axes, shown, (left, right))
        more = f"{hidden} more features not shown" if hidden else ""
        headline(axes, title or f"Coefficients: {pretty(left)} and {pretty(right)}", [*_overlap(result), more])
    return axes


def _coefficients(result: Any) -> pd.DataFrame:
    """Return features x strata; 0 where a stratum does not select a feature."""
    if hasattr(result, "coefficients"):
        frame = result.coefficients
        if frame.empty:
            return pd.DataFrame(columns=list(result.levels), dtype=float)
        names = frame["feature"].drop_duplicates()
        return frame.pivot(index="feature", columns="stratum", values="coefficient").reindex(names)[list(result.levels)]
    if len(result.fits) < 2:
        raise InputError("The strata have no fitted scores.", wanted='the result of by_stratum(..., "risk_score")')
    columns = {}
    for name, fit in list(result.fits.items())[:2]:
        table = fit.table[fit.table["modality"] != "clinical"]
        columns[name] = table.set_index("feature")["coefficient"]
    return pd.DataFrame(columns).fillna(0.0)


def _sides(levels: list[str]) -> tuple[str, str]:
    """Return who stands to the left: men, where the strata are the sexes; otherwise the first."""
    known = {level: str(level).strip().lower() for level in levels}
    men = [level for level, name in known.items() if name in ("male", "m", "men", "man")]
    left = men[0] if men else levels[0]
    return left, next(level for level in levels if level != left)


def _finish(axes: Any, shown: pd.DataFrame, sides: tuple[str, str]) -> None:
    reach = 1.08 * float(shown.abs().to_numpy().max())
    axes.set(xlim=(-reach, reach), ylim=(max(len(shown), _FEWEST) - 0.4, -1.2))
    axes.axvline(0, color=COLORS["ink"], linewidth=0.7)
    axes.set_yticks(np.arange(len(shown)), [shorten(pretty(name), 46) for name in shown.index])
    axes.tick_params(axis="y", length=0)
    ticks = [tick for tick in axes.get_xticks() if abs(tick) <= reach]
    axes.set_xticks(ticks, [f"{abs(tick):.3g}" for tick in ticks])
    axes.set_xlabel("Size of the penalised log hazard ratio per SD")
    for name, x, side in ((sides[0], -0.02, "right"), (sides[1], 0.02, "left")):
        axes.text(x * reach, -0.85, pretty(name), ha=side, va="center", fontweight="bold")
    for name, label in (("positive", "raises the hazard"), ("negative", "lowers the hazard")):
        axes.plot([], [], "s", color=COLORS[name], label=label)
    axes.legend(loc="lower right", handlelength=1.0)


def _overlap(result: Any) -> list[str]:
    frame = getattr(result, "overlap", None)
    if frame is None:
        return []
    told = []
    for row in frame.itertuples():
        what = row.level if row.n_shared == 1 else f"{row.level}s"
        line = f"{row.n_shared} {what} in both ({row.expected:.1f} at random)"
        if np.isfinite(row.null_low):
            line += f"; Jaccard {row.similarity:.2f} ({row.null_low:.2f} to {row.null_high:.2f} in exchanged strata)"
        told.append(line)
    return told
