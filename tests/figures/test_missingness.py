from __future__ import annotations

import numpy as np
import pandas as pd

import radassoc as ra
from radassoc.figures import plot_missingness


def explored(gaps):
    names = [f"P{i:02d}" for i in range(20)]
    columns = ["VOLUME_ET", "TEXTURE_GLCM_ET_T1_Contrast", "TEXTURE_GLCM_ED_T1_Contrast", "VOLUME_TC"]
    X = pd.DataFrame(1 + np.random.default_rng(0).random((20, 4)), index=names, columns=columns)
    if gaps:
        X.iloc[:3, 0] = 0.0
        X.iloc[:3, 1] = np.nan
        X.iloc[5, 2] = np.nan
    return ra.explore(ra.Cohort.from_frames(radiomics=X), n_permutations=19)


def test_a_row_is_a_pattern_and_a_column_a_group_with_gaps():
    axes = plot_missingness(explored(gaps=True))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["16", "3", "1"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["ET glcm (1)", "ED glcm (1)"]
    assert [text.get_text() for text in axes.texts] == ["100", "100"]
    assert "2 further groups" in axes.get_xlabel()
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["all values there", "some values missing", "region absent"]


def test_without_gaps_there_is_a_sentence():
    assert "No value is missing" in plot_missingness(explored(gaps=False)).texts[0].get_text()
