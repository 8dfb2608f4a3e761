import numpy as np
import pytest
from scipy import special

import radassoc as ra
from radassoc.strata.interactions import interactions
from radassoc.strata.power import detectable_interaction


def test_slopes_by_hand(parted):
    """Variances 1 / 39 and 1 / 49 of 40 and 50 patients."""
    row = detectable_interaction(parted, "sex", kind="association").table.iloc[0]
    v = np.array([1 / 39, 1 / 49])
    df = v.sum() ** 2 / (v[0] ** 2 / 38 + v[1] ** 2 / 48)
    assert row["std_error"] == pytest.approx(np.sqrt(v.sum()))
    assert row["df"] == pytest.approx(df)
    wanted = (special.stdtrit(df, 0.975) + special.ndtri(0.8)) * np.sqrt(v.sum())
    assert row["detectable"] == pytest.approx(wanted, rel=1e-4)


def test_hazards_come_near_the_plain_formula_and_above_it(parted):
    found = detectable_interaction(parted, "sex")
    row = found.table.iloc[0]
    plain = np.sqrt(1 / row["n_events_1"] + 1 / row["n_events_2"])
    assert plain < row["std_error"] < 1.1 * plain
    assert row["hazard_ratio"] == pytest.approx(np.exp(row["detectable"]))
    assert "is found with a power of 80% at 0.05." in found.notes[0]
    beside = detectable_interaction(parted, "sex", effect=0.8).table.iloc[0]
    assert beside["detectable"] > 1.05 * row["detectable"]


def test_the_expected_errors_are_those_that_come(parted):
    for kind in ("survival", "association"):
        told = detectable_interaction(parted, "sex", kind=kind).table["std_error"].iloc[0]
        seen = interactions(parted, "sex", kind=kind, keep="all").table["std_error"].median()
        assert seen == pytest.approx(told, rel=0.15)


@pytest.mark.slow
def test_more_tests_and_explained_variance_need_more(parted):
    plain = detectable_interaction(parted, "centre").table
    many = detectable_interaction(parted, "centre", n_tests=100).table
    hidden = detectable_interaction(parted, "centre", explained=0.75).table
    assert plain["stratum_2"].tolist() == ["b", "c"]
    assert (many["detectable"] > plain["detectable"]).all()
    np.testing.assert_allclose(hidden["std_error"], 2 * plain["std_error"])
    assert (hidden["detectable"] > 2 * plain["detectable"]).all()


def test_the_curve_passes_the_stated_power(parted):
    found = detectable_interaction(parted, "sex", kind="association", power=0.9)
    at = np.interp(found.table["detectable"].iloc[0], found.curve["effect"], found.curve["power"])
    assert at == pytest.approx(0.9, abs=5e-3)
    assert found.curve["power"].iloc[0] == pytest.approx(0.05, abs=0.01)


def test_saved_and_loaded(parted, tmp_path):
    found = detectable_interaction(parted, "sex")
    assert ra.load(found.save(tmp_path / "power")).table.equals(found.table)


@pytest.mark.parametrize(
    "slip",
    [{"power": 1.0}, {"explained": 1.0}, {"n_tests": 0}, {"n_tests": 1.5}, {"kind": "enrichment"}, {"effect": "big"}],
)
def test_slips_are_told(parted, slip):
    with pytest.raises(ra.InputError):
        detectable_interaction(parted, "sex", **slip)
