import numpy as np
import pytest
from scipy import special

import radassoc as ra
from radassoc.strata.interactions import interactions
from radassoc.strata.power import detectable_interaction


def test_by_hand(parted):
    found = detectable_interaction(parted, "sex")
    row = found.table.iloc[0]
    d1, d2 = row["n_events_1"], row["n_events_2"]
    error = np.sqrt(1 / d1 + 1 / d2)
    df = (1 / d1 + 1 / d2) ** 2 / (1 / d1**2 / (d1 - 1) + 1 / d2**2 / (d2 - 1))
    assert row["std_error"] == pytest.approx(error)
    assert row["df"] == pytest.approx(df)
    assert row["detectable"] == pytest.approx((special.stdtrit(df, 0.975) + special.ndtri(0.8)) * error)
    assert row["hazard_ratio"] == pytest.approx(np.exp(row["detectable"]))
    assert "is found with a power of 80% at 0.05." in found.notes[0]


def test_the_expected_errors_are_those_that_come(parted):
    for kind in ("survival", "association"):
        told = detectable_interaction(parted, "sex", kind=kind).table["std_error"].iloc[0]
        seen = interactions(parted, "sex", kind=kind, keep="all").table["std_error"].median()
        assert seen == pytest.approx(told, rel=0.15)


def test_more_tests_and_explained_variance_need_more(parted):
    plain = detectable_interaction(parted, "centre").table
    many = detectable_interaction(parted, "centre", n_tests=100).table
    hidden = detectable_interaction(parted, "centre", explained=0.75).table
    assert plain["stratum_2"].tolist() == ["b", "c"]
    assert (many["detectable"] > plain["detectable"]).all()
    np.testing.assert_allclose(hidden["std_error"], 2 * plain["std_error"])


def test_the_curve_passes_the_stated_power(parted):
    found = detectable_interaction(parted, "sex", kind="association", power=0.9)
    at = np.interp(found.table["detectable"].iloc[0], found.curve["effect"], found.curve["power"])
    assert at == pytest.approx(0.9, abs=2e-3)
    assert found.curve["power"].iloc[0] == pytest.approx(0.05, abs=0.01)


def test_saved_and_loaded(parted, tmp_path):
    found = detectable_interaction(parted, "sex")
    assert ra.load(found.save(tmp_path / "power")).table.equals(found.table)


@pytest.mark.parametrize(
    "slip", [{"power": 1.0}, {"explained": 1.0}, {"n_tests": 0}, {"n_tests": 1.5}, {"kind": "enrichment"}]
)
def test_slips_are_told(parted, slip):
    with pytest.raises(ra.InputError):
        detectable_interaction(parted, "sex", **slip)
