"""Which features, of which class, a principal component is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from radassoc.figures.style import COLORS, axes_for, colors_for, nothing_to_draw, pretty, shorten, style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from radassoc.exploration.pca import PCA

__all__ = ["plot_loadings"]


def plot_loadings(pca: PCA, *, on: Axes | None = None, component: int = 1, most: int = 20, title: str = "") -> Axes:
    """Draw the largest loadings of one component, coloured by feature class.

    Parameters
    ----------
    pca
        What ``pca`` returned.
    on
        Axes to draw in; a new figure without it.
    component
        The component, counted from 1.
    most
        Number of features to show, by absolute loading.
    title
        Title of the panel.

    Returns
    -------
    matplotlib.axes.Axes
    """
    name = f"PC{component}"
    with style():
        axes = axes_for(on, width=130, height=24 + 4.4 * most)
        axes.set_title(title or f"Largest loadings of {name}")
        loadings = pca.loadings
        if name not in loadings or loadings.empty:
            return nothing_to_draw(axes, pca.reason or f"{name} was not computed.")
        shown = loadings.sort_values(name, key=abs, ascending=False, kind="stable").head(most)
        shown = shown.sort_values(name, kind="stable")
        classes = shown.get("feature_class")
        groups = ["feature"] * len(shown) if classes is None else list(classes)
        colors = colors_for(sorted(set(groups)))
        rows = range(len(shown))
        axes.barh(rows, shown[name], color=[colors[group] for group in groups], height=0.7)
        axes.axvline(0, color=COLORS["ink"], linewidth=0.6)
        axes.set_yticks(rows, [shorten(feature, 44) for feature in shown["feature"]])
        axes.locator_params(axis="x", nbins=5)
        axes.set(xlabel="Loading", ylim=(-0.7, len(shown) - 0.3))
        if len(colors) > 1:
            handles = [axes.barh([0], [0], color=color, label=pretty(group)) for group, color in colors.items()]
            axes.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0)
    return axes
