import pytest

import radassoc as ra
from radassoc.base.errors import InputError
from radassoc.figures import plot_stratified_curves


@pytest.fixture(scope="module")
def cohort():
    return ra.simulate_cohort(n_patients=120, n_features=20, n_genes=500, seed=1).cohort


def test_panels_share_their_axes_and_tell_the_difference(cohort):
    found = ra.by_stratum(cohort, "sex", "survival", groups="idh")
    figure = plot_stratified_curves(found, title="IDH")
    left, right = figure.axes
    assert left.get_xlim() == right.get_xlim()
    assert left.get_ylim() == right.get_ylim()
    assert [axes.get_title(loc="left") for axes in (left, right)] == ["sex: female", "sex: male"]
    row = found.heterogeneity.set_index("measure").loc["hazard_ratio"]
    told = figure.get_supxlabel()
    assert f"ratio {row['estimate']:.2f}" in told
    assert "difference between the strata p" in told
    assert right.get_ylabel() == ""


def test_without_curves_is_refused(cohort):
    found = ra.by_stratum(cohort, "sex", "survival", variables="age")
    with pytest.raises(InputError, match="no survival curves"):
        plot_stratified_curves(found)
