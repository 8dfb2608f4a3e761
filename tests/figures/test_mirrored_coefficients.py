from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.figures import plot_mirrored_coefficients
from radassoc.strata.cross_application import COEFFICIENT_COLUMNS, COLUMNS, CONTRAST_COLUMNS, CrossApplication
from radassoc.strata.overlap import OVERLAP_COLUMNS, overlap_rows


def crossed(values, levels=("female", "male")):
    rows = [
        {"feature": f, "modality": "radiomics", "stratum": s, "coefficient": v, "selection_frequency": 0.5}
        for f, pair in values.items()
        for s, v in zip(levels, pair, strict=True)
    ]
    shared = overlap_rows(
        np.array([0, 1]), np.array([1, 2]), np.arange(9), np.full((9, 2), 0.1), np.random.default_rng(0)
    )
    return CrossApplication(
        table=tidy([], COLUMNS),
        contrasts=tidy([], CONTRAST_COLUMNS),
        coefficients=tidy(rows, COEFFICIENT_COLUMNS),
        overlap=tidy(shared, OVERLAP_COLUMNS),
        levels=levels,
    )


def test_men_stand_left_women_right_and_sizes_are_absolute():
    axes = plot_mirrored_coefficients(crossed({"a": (0.2, -0.7), "b": (0.4, 0.0), "c": (0.0, 0.0)}))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    left, right = axes.containers
    np.testing.assert_allclose([bar.get_width() for bar in left], [-0.7, 0.0])
    np.testing.assert_allclose([bar.get_width() for bar in right], [0.2, 0.4])
    names = {text.get_text(): text.get_position()[0] for text in axes.texts if text.get_text() in ("male", "female")}
    assert names["male"] < 0 < names["female"]
    told = " ".join(text.get_text() for text in axes.texts)
    assert "1 feature in both (0.4 at random); Jaccard 0.33 (0.10 to 0.10 in exchanged strata)" in told


def test_other_strata_keep_their_order_and_the_rest_is_counted():
    axes = plot_mirrored_coefficients(crossed(dict.fromkeys("abcde", (0.1, 0.2)), ("WT", "Mutant")), most=2)
    names = {text.get_text(): text.get_position()[0] for text in axes.texts if text.get_text() in ("WT", "Mutant")}
    assert names["WT"] < 0 < names["Mutant"]
    assert any("3 more features not shown" in text.get_text() for text in axes.texts)


def test_nothing_selected_is_a_sentence():
    axes = plot_mirrored_coefficients(crossed({"a": (0.0, 0.0)}))
    assert "No feature was selected" in axes.texts[0].get_text()


def test_fits_of_strata_serve_as_well():
    def fit(values):
        table = {"feature": list(values), "coefficient": list(values.values()), "modality": "radiomics"}
        return SimpleNamespace(table=pd.DataFrame(table))

    result = SimpleNamespace(fits={"male": fit({"a": 0.5}), "female": fit({"b": -0.3})}, reason="")
    axes = plot_mirrored_coefficients(result)
    np.testing.assert_allclose([bar.get_width() for bar in axes.containers[0]], [-0.5, 0.0])
    with pytest.raises(InputError, match="no fitted scores"):
        plot_mirrored_coefficients(SimpleNamespace(fits={}, reason=""))
