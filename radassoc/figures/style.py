"""One look for every figure: sizes in millimetres, one colour per meaning, text that stays text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure, SubFigure

from radassoc.base.errors import InputError

__all__ = [
    "COLORS",
    "DIVERGING",
    "EVIDENCE",
    "ONE_COLUMN",
    "TWO_COLUMNS",
    "PaperAxes",
    "PaperFigure",
    "axes_for",
    "color_of",
    "colors_for",
    "figure_for",
    "format_p",
    "headline",
    "nothing_to_draw",
    "pretty",
    "shorten",
    "style",
    "wrap",
]

MM = 1 / 25.4
ONE_COLUMN = 89.0
TWO_COLUMNS = 183.0

#: One colour per meaning in all figures (Okabe and Ito's palette, told apart in every colour vision).
COLORS: Mapping[str, str] = {
    "low": "#0072B2",
    "high": "#D55E00",
    "female": "#AA4499",
    "male": "#117733",
    "positive": "#B2182B",
    "negative": "#2166AC",
    "ink": "#222222",
    "quiet": "#8A8A8A",
    "pale": "#BBBBBB",
    "faint": "#DDDDDD",
    "accent": "#0072B2",
}
_LETTER = 3.1  # points, of small print; the layout will widen the Axes a little
_OTHER_GROUPS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#999933", "#666666")
DIVERGING = "RdBu_r"
EVIDENCE = LinearSegmentedColormap.from_list("evidence", ["#C4CAD2", "#0072B2", "#08264D"])

_STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["Arial", "Helvetica", "Liberation Sans", "DejaVu Sans"],
    "font.size": 7.5,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7.5,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": COLORS["ink"],
    "axes.labelcolor": COLORS["ink"],
    "axes.axisbelow": True,
    "text.color": COLORS["ink"],
    "xtick.color": COLORS["ink"],
    "ytick.color": COLORS["ink"],
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.handlelength": 1.4,
    "lines.linewidth": 1.2,
    "lines.markersize": 3.5,
    "patch.linewidth": 0.6,
    "figure.dpi": 150,
    "savefig.dpi": 300,
    "pdf.fonttype": 42,  # text stays text in an editor
    "ps.fonttype": 42,
    "svg.fonttype": "none",
    "svg.hashsalt": "radassoc",  # the same figure gives the same file
}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the house style; the user's own settings come back afterwards."""
    with rc_context(_STYLE):
        yield


class PaperFigure(Figure):
    """A figure that no window manager knows: it shows in a notebook and saves in the house style."""

    def __init__(self, *sizes: Any, **settings: Any) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg

        super().__init__(*sizes, **settings)
        FigureCanvasAgg(self)  # text can be measured without a window

    def savefig(self, fname: Any, **settings: Any) -> None:
        """Save with editable text and, for PDF and SVG, without a date, so that equal figures are equal files."""
        kind = str(settings.get("format") or str(fname).rsplit(".", 1)[-1]).lower()
        undated = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {"Software": None}}
        settings.setdefault("metadata", undated.get(kind))
        with style():
            super().savefig(fname, **settings)

    def _repr_png_(self) -> bytes:
        from io import BytesIO

        out = BytesIO()
        self.savefig(out, format="png", dpi=150, bbox_inches="tight")
        return out.getvalue()


class PaperAxes(Axes):
    """Axes that show their figure when a notebook cell ends with them."""

    def _repr_png_(self) -> bytes:
        figure: Any = self.get_figure(root=True)
        return bytes(figure._repr_png_())


def figure_for(on: Figure | SubFigure | None, *, width: float = TWO_COLUMNS, height: float = 80.0) -> Any:
    """Return the given figure, or a new one of this size in millimetres."""
    if on is None:
        return PaperFigure(figsize=(width * MM, height * MM), layout="constrained")
    if not isinstance(on, (Figure, SubFigure)):
        raise InputError(
            f"on={type(on).__name__} cannot hold this figure, which has several panels.",
            wanted="a matplotlib Figure or SubFigure",
            remedy="Pass a figure, or leave `on` out.",
        )
    return on


def axes_for(on: Axes | None, *, width: float = ONE_COLUMN, height: float = 70.0) -> Any:
    """Return the given Axes, or those of a new figure of this size in millimetres."""
    if on is None:
        return figure_for(None, width=width, height=height).add_subplot(axes_class=PaperAxes)
    if not isinstance(on, Axes):
        raise InputError(f"on={type(on).__name__} cannot hold this figure.", wanted="matplotlib Axes")
    return on


def color_of(label: object) -> str | None:
    """Return the colour that this label has in every figure, if it has one."""
    name = str(label).strip().lower()
    name = {"f": "female", "m": "male", "low risk": "low", "high risk": "high"}.get(name, name)
    return COLORS.get(name) if name in {"low", "high", "female", "male"} else None


def colors_for(labels: Sequence[object]) -> dict[object, str]:
    """Return one colour per label: the fixed one where it has a meaning, else the next of the palette."""
    fixed = {label: color for label in labels if (color := color_of(label))}
    spare = iter([color for color in _OTHER_GROUPS if color not in fixed.values()] * (len(labels) // 4 + 1))
    return {label: fixed.get(label) or next(spare) for label in labels}


def format_p(p: float) -> str:
    """Write a p-value as a journal prints it."""
    if p != p:
        return "p not given"
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


_WORDS = {
    "idh": "IDH",
    "mgmt": "MGMT",
    "hpv": "HPV",
    "os": "OS",
    "pfs": "PFS",
    "rtk": "RTK",
}


def pretty(name: object) -> str:
    """Turn an identifier into a label: underscores become spaces, known acronyms keep their capitals.

    Examples
    --------
    >>> pretty("idh_status"), pretty("radiomics:original_shape_Sphericity")
    ('IDH status', 'original shape Sphericity')
    """
    words = str(name).removeprefix("radiomics:").replace("_", " ").split()
    return " ".join(_WORDS.get(word.lower(), word) for word in words)


def wrap(text: str, width: int) -> str:
    """Break a long sentence into lines."""
    return textwrap.fill(text, width)


def shorten(text: object, width: int = 38) -> str:
    """Keep both ends of a long name: the beginning tells the image type, the end tells the feature."""
    name = str(text)
    if len(name) <= width:
        return name
    head = (width - 1) // 2
    return f"{name[:head]}…{name[-(width - 1 - head) :]}"


def headline(axes: Any, title: str, lines: Sequence[str] = ()) -> None:
    """Put the title, and below it in small print what a reviewer looks for, above the Axes: it hides no data there.

    Lines wider than the Axes are broken; the layout does not see them, or they would narrow the Axes.
    """
    points = axes.bbox.width * 72 / axes.get_figure(root=True).dpi
    letters = max(int(points / _LETTER), 40)
    told = "\n".join(textwrap.fill(line, letters, subsequent_indent="    ") for line in lines if line)
    if told:
        place: dict[str, Any] = {"xytext": (0, 4), "xycoords": "axes fraction", "textcoords": "offset points"}
        small = axes.annotate(told, (0, 1), va="bottom", fontsize=6.5, linespacing=1.35, **place)
        small.set_in_layout(False)
    # the title keeps the room for the small print, a blank one too
    axes.set_title(title or (" " if told else ""), pad=6 + 9.2 * (told.count("\n") + 1 if told else 0))


def nothing_to_draw(axes: Any, message: str) -> Any:
    """Say in the picture's place why there is no picture."""
    axes.set_axis_off()
    sentence = wrap(message[:1].upper() + message[1:], 48)
    axes.text(0.5, 0.5, sentence, ha="center", va="center", transform=axes.transAxes, color=COLORS["quiet"])
    return axes
