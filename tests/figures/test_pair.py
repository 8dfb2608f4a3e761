from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from radassoc.figures import plot_pair


def made(**more):
    rng = np.random.default_rng(1)
    n = 30
    samples = pd.DataFrame({"patient": [f"p{i:02d}" for i in range(n)], "sample": range(n)})
    samples["left_value"], samples["right_value"] = rng.lognormal(size=n), rng.normal(size=n)
    samples["left_shown"], samples["right_shown"] = samples["left_value"].rank(), samples["right_value"].rank()
    samples["color"] = np.nan
    row = {"estimate_kind": "spearman", "estimate": -0.31, "ci_low": -0.6, "ci_high": 0.05, "p_value": 0.09}
    row |= {"log10_p": -1.05, "p_adjusted": np.nan, "n": n, "n_patients": n, "p_value_from": "t"}
    x = np.linspace(1, n, 5)
    told = {
        "samples": samples,
        "table": pd.DataFrame([row]),
        "fit": pd.DataFrame({"x": x, "estimate": 20 - 0.3 * x, "ci_low": 15 - 0.3 * x, "ci_high": 25 - 0.3 * x}),
        "classes": pd.DataFrame(),
        "left": "VOLUME",
        "right": "EGFR",
        "left_kind": "continuous",
        "right_kind": "continuous",
        "scale": "ranks",
        "params": {"covariates": (), "color_by": None},
        "status": "ok",
        "reason": "",
    }
    return SimpleNamespace(**(told | more))


def small_print(axes):
    return "\n".join(text.get_text() for text in axes.texts)


def test_points_line_and_numbers():
    pair = made()
    axes = plot_pair(pair)
    np.testing.assert_array_equal(axes.collections[0].get_offsets(), pair.samples[["left_shown", "right_shown"]])
    np.testing.assert_array_equal(axes.lines[0].get_ydata(), pair.fit["estimate"])
    assert "Spearman's ρ = −0.31 (95% CI −0.6 to 0.05), p = 0.090\nn = 30" in small_print(axes)
    ticks = [label.get_text() for label in axes.get_xticklabels()]
    assert ticks[0] == f"{pair.samples['left_value'].min():.3g}"


def test_as_measured_there_is_no_line():
    pair = made()
    axes = plot_pair(pair, measured=True)
    np.testing.assert_array_equal(axes.collections[0].get_offsets(), pair.samples[["left_value", "right_value"]])
    assert not axes.lines


def test_adjusted_axes_say_so():
    axes = plot_pair(made(params={"covariates": ("grade",), "color_by": None}))
    assert axes.get_xlabel() == "Rank of VOLUME, adjusted"
    assert "n = 30; given grade" in small_print(axes)


def test_groups_and_unknown_have_their_colours():
    pair = made(params={"covariates": (), "color_by": "sex"})
    pair.samples["color"] = ["female"] * 10 + ["male"] * 18 + [None] * 2
    labels = [text.get_text() for text in plot_pair(pair).get_legend().get_texts()]
    assert labels == ["unknown (2)", "female (10)", "male (18)"]


def test_samples_of_a_patient_are_joined():
    pair = made()
    pair.samples["patient"] = [f"p{i // 3}" for i in range(30)]
    pair.table["n_patients"] = 10
    axes = plot_pair(pair)
    assert len(axes.collections[0].get_segments()) == 30
    assert "n = 10 patients, 30 samples" in small_print(axes)


@pytest.mark.parametrize("patients", [30, 10])
def test_classes_are_strips(patients):
    pair = made(right_kind="binary")
    pair.samples["patient"] = [f"p{i % patients}" for i in range(30)]
    pair.samples["right_value"] = ["wild"] * 12 + ["mutant"] * 18
    values = pair.samples["left_value"]
    rows = [("", "wild", 12, values[:12].median(), 0.5, 1.5), ("", "mutant", 18, values[12:].median(), 0.5, 1.5)]
    pair.classes = pd.DataFrame(rows, columns=["left_class", "right_class", "n", "median", "q25", "q75"])
    axes = plot_pair(pair)
    assert [label.get_text() for label in axes.get_xticklabels()] == ["wild\nn = 12", "mutant\nn = 18"]
    assert axes.get_ylabel() == "VOLUME"
    points = next(c for c in axes.collections if len(c.get_offsets()) == 30).get_offsets()
    np.testing.assert_array_equal(points[:, 1], values)
    assert set(np.rint(points[:, 0])) == {0, 1}


def test_two_classes_are_shares():
    rows = [("f", "wt", 6, np.nan), ("f", "mut", 4, np.nan), ("m", "wt", 5, np.nan), ("m", "mut", 15, np.nan)]
    classes = pd.DataFrame(rows, columns=["left_class", "right_class", "n", "median"])
    axes = plot_pair(made(left_kind="binary", right_kind="binary", classes=classes))
    assert [round(bar.get_height(), 2) for bar in axes.patches] == [0.6, 0.25, 0.4, 0.75]


def test_without_patients_a_sentence():
    assert "no patients" in plot_pair(made(samples=None)).texts[0].get_text()


def test_not_estimable_is_a_sentence():
    told = plot_pair(made(status="not_estimable", reason="a column does not vary")).texts[0].get_text()
    assert told.replace("\n", " ") == "VOLUME and EGFR: a column does not vary."
