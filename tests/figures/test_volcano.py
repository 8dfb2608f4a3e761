from __future__ import annotations

from radassoc.figures import plot_volcano


def drawn(axes):
    return sum(len(points.get_offsets()) for points in axes.collections)


def test_every_kept_pair_is_a_point(associations):
    axes = plot_volcano(associations)
    assert drawn(axes) == 48
    assert axes.get_xlim()[0] == -axes.get_xlim()[1]


def test_names_the_strongest(associations):
    texts = [text.get_text() for text in plot_volcano(associations, most=3).texts]
    first = associations.table.iloc[0]
    assert sum(" · " in text for text in texts) == 3
    assert any(first["pathway"] in text for text in texts)


def test_the_cut_lies_between_the_found_and_the_others(associations):
    axes = plot_volcano(associations)
    cut = next(line.get_ydata()[0] for line in axes.lines if line.get_linestyle() == "--")
    found = associations.table["p_adjusted"] < 0.05
    assert -associations.table.loc[~found, "log10_p"].min() < cut < -associations.table.loc[found, "log10_p"].max()


def test_two_levels_have_no_cut(associations):
    associations.params["correction"] = "two_level"
    assert not [line for line in plot_volcano(associations).lines if line.get_linestyle() == "--"]


def test_says_what_is_not_there(associations):
    associations.table = associations.table.head(5)
    texts = [text.get_text() for text in plot_volcano(associations).texts]
    assert any("43 pairs were not kept" in text for text in texts)


def test_nothing_kept_is_a_sentence(associations):
    associations.table = associations.table.head(0)
    associations.reason = "no pair has an adjusted p-value below 0.05"
    assert "No pair was kept" in plot_volcano(associations).texts[0].get_text().replace("\n", " ")
