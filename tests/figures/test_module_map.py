from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.figures import plot_module_map, plot_modules


@pytest.fixture(scope="module")
def cohort():
    rng = np.random.default_rng(0)
    names = [f"P{i:02d}" for i in range(60)]
    latent = rng.normal(size=(60, 3))
    X = np.repeat(latent, [6, 4, 3], axis=1) + 0.3 * rng.normal(size=(60, 13))
    Y = np.repeat(latent[:, :2], [5, 4], axis=1) + 0.3 * rng.normal(size=(60, 9))
    clinical = pd.DataFrame({"age": latent[:, 0] + rng.normal(size=60), "sex": ["f", "m"] * 30}, index=names)
    features = pd.DataFrame(
        X, index=names, columns=[f"original_{'glcm' if i % 2 else 'shape'}_F{i}" for i in range(13)]
    )
    genes = pd.DataFrame(Y, index=names, columns=[f"G{i}" for i in range(9)])
    return ra.Cohort.from_frames(radiomics=features, expression=genes, clinical=clinical)


def scales(figure):
    return [inset.get_title("left") for axes in figure.axes for inset in axes.child_axes]


def test_modules_are_named_by_size_and_leading_member(cohort):
    found = ra.associate_modules(cohort, "radiomics", "expression")
    figure = plot_module_map(found, title="Map")
    texts = [text.get_text() for axes in figure.axes for text in (*axes.get_yticklabels(), *axes.get_xticklabels())]
    assert any(text.startswith("M1 (6) original") for text in texts)
    assert any(text.startswith("M2 (4) G") for text in texts)
    assert "Spearman's rho" in scales(figure)


def test_traits_of_several_kinds_share_the_scale_of_their_statistics(cohort):
    found = ra.associate_modules(cohort, "radiomics", ["age", "sex"])
    assert found.table["estimate_kind"].nunique() == 2
    assert "t or z" in scales(plot_module_map(found))
    same = ra.associate_modules(cohort, "radiomics", ["age"])
    assert "Spearman's rho" in scales(plot_module_map(same))


def test_bars_are_the_members_by_class(cohort):
    found = ra.find_modules(cohort)
    axes = plot_modules(found)
    widths = [bar.get_width() for bar in axes.patches if bar.get_width() > 0]
    assert sum(widths[: len(widths)]) >= found.modules["size"].sum()
    assert [label.get_text() for label in axes.get_yticklabels()] == ["M1", "M2", "M3"]
    assert {text.get_text() for text in axes.get_legend().get_texts()} == {"glcm", "shape"}
    assert any("original" in text.get_text() for text in axes.texts)


def test_without_modules_there_is_a_sentence(cohort):
    found = ra.find_modules(cohort, min_size=10)
    assert "No 10 columns correlate" in plot_modules(found).texts[0].get_text()
