import matplotlib.pyplot as plt
import numpy as np
import pytest

import radassoc as ra
from radassoc.base.errors import InputError
from radassoc.figures import plot_strata_forest
from radassoc.figures.style import COLORS


@pytest.fixture(scope="module")
def cohort():
    return ra.simulate_cohort(n_patients=120, n_features=20, n_genes=500, seed=1).cohort


@pytest.fixture(scope="module")
def cox(cohort):
    return ra.by_stratum(cohort, "sex", "survival", variables=["age", "idh"], per={"age": 10})


def texts(figure):
    return [text.get_text() for axes in figure.axes for text in axes.texts]


def test_estimates_differences_and_p_stand_beside_each_other(cox):
    figure = plot_strata_forest(cox)
    told = texts(figure)
    assert told.count("female") == told.count("male") == 2
    rows = cox.table[cox.table["model"] == "multivariable"]
    panel = figure.axes[1]
    drawn = sorted(float(c.get_offsets()[0, 0]) for c in panel.collections)
    np.testing.assert_allclose(drawn, sorted(rows["estimate"]))
    test = cox.heterogeneity.set_index(["model", "variable"]).loc[("multivariable", "age")]
    assert any(text.startswith(f"ratio {test['estimate']:.2f} (") for text in told)
    assert "p (diff.)" in told
    assert plt.get_fignums() == []


def test_strata_keep_their_colours(cox):
    panel = plot_strata_forest(cox).axes[1]
    colors = {plt.matplotlib.colors.to_hex(c.get_facecolor()[0]).upper() for c in panel.collections}
    assert colors == {COLORS["female"], COLORS["male"]}


def test_default_figure_and_kinds(cox):
    assert texts(cox.plot(kind="univariable")).count("male") == 2
    with pytest.raises(InputError, match="no kind of estimate here"):
        plot_strata_forest(cox, kind="odds")


def test_only_the_most_different_rows_of_a_map(cohort):
    found = ra.by_stratum(cohort, "sex", "association", left="radiomics", right=cohort.expression.iloc[:, :4])
    figure = plot_strata_forest(found, most=3)
    told = texts(figure)
    assert told.count("male") == 3
    assert any("more rows are not shown" in text for text in told)
    best = found.heterogeneity.sort_values("p_value", kind="stable").iloc[0]
    assert f"{best['feature']}, {best['variable']}" in told
