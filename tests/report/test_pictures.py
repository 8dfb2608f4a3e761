from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError
from radassoc.exploration.results import ASSOCIATION_COLUMNS
from radassoc.report.pictures import draw_pictures, file_stem

pytestmark = pytest.mark.slow


def test_every_kind_of_result_has_its_figures(pictures):
    drawn = {picture.stem for picture in pictures}
    assert {
        "cohort_attrition",
        "pca_pca",
        "risk_score_risk_score",
        "risk_score_cv_curve",
        "validation_added_value",
        "evaluation_hn1_added_value",
        "survival_kaplan_meier",
        "association_radiomics_pathways_association_heatmap",
        "enrichment_risk_score_running_score",
    } <= drawn
    assert len(drawn) == len(pictures)
    assert plt.get_fignums() == []


def test_images_are_png_and_pdf_without_a_date(pictures):
    for picture in pictures:
        assert picture.png.startswith(b"\x89PNG")
        assert picture.pdf.startswith(b"%PDF")
        assert b"CreationDate" not in picture.pdf
        assert picture.source.startswith("data:image/png;base64,")


def test_same_result_gives_the_same_bytes(survival, pictures):
    again = draw_pictures({"survival": survival})[0]
    first = next(picture for picture in pictures if picture.result == "survival")
    assert again.png == first.png
    assert again.pdf == first.pdf


def test_words_tell_what_the_figure_shows(pictures):
    alt = {picture.stem: picture.alt for picture in pictures}
    assert "low: 12 patients, 6 events; high: 12 patients, 6 events; log-rank p = 0.31." in alt["survival_kaplan_meier"]
    assert "Enriched: HYPOXIA." in alt["enrichment_risk_score_enrichment"]
    assert "No evidence of enrichment" in alt["enrichment_risk_score_adjusted_enrichment"]
    assert "3 x 2 pairs; 1 with adjusted p below 0.05." in alt["association_radiomics_pathways_association_heatmap"]


def test_missing_p_value_is_not_told(survival):
    bare = replace(survival, table=survival.table.assign(p_value=np.nan))
    assert "log-rank" not in draw_pictures({"survival": bare})[0].alt


def test_figure_that_does_not_apply_is_left_out(survival, monkeypatch):
    import radassoc.figures.kaplan_meier as module

    def refuse(result):
        raise DesignError("nothing to draw")

    monkeypatch.setattr(module, "plot_kaplan_meier", refuse)
    assert draw_pictures({"survival": survival}) == []


@pytest.mark.parametrize("name", ["../../etc", "a b:c", "<script>", "..."])
def test_file_names_are_safe(name):
    stem = file_stem(name)
    assert stem
    assert not set(stem) & set('/\\:<>|"?* ')
    assert not stem.startswith(".")


def test_components_are_coloured_by_the_clinical_variable_that_goes_with_them(cohort, pca, unsaved):
    rows = [("PC1", "age", 0.2), ("PC2", "sex", 0.01), ("PC3", "sex", 1e-9), ("PC1", "os (outcome)", 1e-9)]
    told = pd.DataFrame(rows, columns=["component", "variable", "p_value"])
    found = replace(
        pca, associations=tidy(told.reindex(columns=ASSOCIATION_COLUMNS).fillna({"n": 24}), ASSOCIATION_COLUMNS)
    )
    drawn = {picture.figure: picture for picture in draw_pictures({"cohort": cohort, "pca": found})}
    assert "coloured by sex" in drawn["plot_pca"].caption
    assert "plot_loadings" in drawn
    alone = draw_pictures({"pca": found})[0]
    assert "coloured" not in alone.caption
