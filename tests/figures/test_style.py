from __future__ import annotations

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from radassoc.base.errors import InputError
from radassoc.figures import style as look


def test_meanings_keep_their_colours():
    for labels in (["low", "high"], ["high", "low", "middle"], ["High", "LOW"]):
        colors = {str(key).lower(): value for key, value in look.colors_for(labels).items()}
        assert (colors["low"], colors["high"]) == (look.COLORS["low"], look.COLORS["high"])
    assert look.colors_for(["M", "F"]) == {"M": look.COLORS["male"], "F": look.COLORS["female"]}


def test_other_labels_never_borrow_a_meaning():
    colors = look.colors_for(["female", "male", "a", "b", "c"])
    assert len(set(colors.values())) == 5


@pytest.mark.parametrize(
    ("p", "told"),
    [(float("nan"), "p not given"), (1e-30, "p < 0.001"), (0.0123, "p = 0.012"), (0.5, "p = 0.50"), (1.0, "p = 1.00")],
)
def test_p_values_as_printed(p, told):
    assert look.format_p(p) == told


def test_long_names_keep_both_ends():
    short = look.shorten("wavelet-HLL_glcm_InverseDifferenceMomentNormalised", 20)
    assert len(short) == 20
    assert short.startswith("wavelet")
    assert short.endswith("malised")
    assert look.shorten("short", 20) == "short"


def test_wrong_place_is_told():
    with pytest.raises(InputError, match="Figure or SubFigure"):
        look.figure_for(Figure().add_subplot())
    with pytest.raises(InputError, match="matplotlib Axes"):
        look.axes_for(Figure())


@pytest.mark.slow
def test_saved_text_stays_text_and_files_are_equal(tmp_path):
    for name in ("a", "b"):
        with look.style():
            axes = look.axes_for(None)
            axes.set_title("Editable")
        for kind in ("svg", "pdf", "png"):
            axes.figure.savefig(tmp_path / f"{name}.{kind}")
    assert "Editable" in (tmp_path / "a.svg").read_text()
    assert b"/CIDFontType2" in (tmp_path / "a.pdf").read_bytes()  # TrueType, not outlines
    for kind in ("svg", "pdf", "png"):
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


def test_shows_in_a_notebook_without_being_registered():
    axes = look.axes_for(None)
    assert axes._repr_png_().startswith(b"\x89PNG")
    assert axes.figure._repr_png_().startswith(b"\x89PNG")
    assert plt.get_fignums() == []


def test_sizes_are_those_of_journal_columns():
    assert look.axes_for(None).figure.get_figwidth() == pytest.approx(89 / 25.4)
    assert look.figure_for(None).get_figwidth() == pytest.approx(183 / 25.4)


def test_headlines_are_broken_and_do_not_narrow_their_axes():
    with look.style():
        axes = look.axes_for(None)
        look.headline(axes, "Title", ["a rather long line of small print " * 4, "", "short"])
    (small,) = axes.texts
    lines = small.get_text().split("\n")
    assert max(map(len, lines)) <= 70
    assert lines[-1] == "short"
    assert not small.get_in_layout()


@pytest.mark.parametrize("title", ["", "Title"])
def test_small_print_is_never_cut_off(title):
    with look.style():
        axes = look.axes_for(None)
        look.headline(axes, title, ["one", "two", "three"])
        axes.figure.draw_without_rendering()
    (small,) = axes.texts
    assert small.get_window_extent().y1 < axes.figure.bbox.height


def test_reasons_are_sentences():
    with look.style():
        axes = look.nothing_to_draw(look.axes_for(None), "no events")
    assert axes.texts[0].get_text() == "No events"
