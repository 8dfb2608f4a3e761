from __future__ import annotations

from radassoc.figures._association_text import estimate_in_words, neutral, one_kind, p_words


def test_a_map_without_rows_names_its_estimate(associations):
    associations.table = associations.table.head(0)
    assert one_kind(associations).estimate_kind == "spearman"
    associations.params["covariates"] = ("age",)
    assert one_kind(associations).estimate_kind == "partial_spearman"


def test_words():
    assert (estimate_in_words("auc"), estimate_in_words(""), estimate_in_words("some_kind")) == (
        "AUC",
        "Estimate",
        "Some kind",
    )
    assert (neutral("auc"), neutral("slope")) == (0.5, 0.0)
    assert p_words(1e-9, -9 + 1e-13) == "p = 1.0·10$^{-9}$"
    assert p_words(0.0, -400.5).endswith("10$^{-401}$")
