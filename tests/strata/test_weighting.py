import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.cohort.cohort import Cohort
from radassoc.strata.weighting import weighted_comparison

GIVEN = ["age", "stage", "idh"]


@pytest.fixture
def peer(oracles):
    frame = pd.read_csv(oracles / "weighting_input.csv").set_axis([f"P{i}" for i in range(140)])
    cohort = Cohort.from_frames(clinical=frame, time="time", event="event", unit="months")
    return cohort, json.loads((oracles / "weighting.json").read_text())


def test_weights_and_propensity_equal_glm(peer):
    cohort, oracle = peer
    found = weighted_comparison(cohort, "sex", GIVEN)
    order = ["(intercept)", "age", "stage=II", "stage=III", "idh"]
    told = found.propensity.set_index("covariate").loc[order]
    np.testing.assert_allclose(told["coefficient"], oracle["coef"], atol=1e-7)
    np.testing.assert_allclose(told["std_error"], oracle["se"], atol=1e-7)
    np.testing.assert_allclose(found.samples["weight"], oracle["weight"], rtol=1e-8)
    np.testing.assert_allclose(found.weights["effective_n"], oracle["ess"], rtol=1e-8)


def test_hazard_ratios_equal_coxph(peer):
    cohort, oracle = peer
    table = weighted_comparison(cohort, "sex", GIVEN).table.set_index("model")
    cut = weighted_comparison(cohort, "sex", GIVEN, truncate=0.05).table.set_index("model")
    for row, name in ((table.loc["weighted"], "weighted"), (cut.loc["weighted"], "truncated")):
        wanted = [oracle[name]["estimate"], oracle[name]["robust_se"]]
        np.testing.assert_allclose(row[["estimate", "std_error"]].astype(float), wanted, atol=1e-7)
    plain = table.loc["unweighted", ["estimate", "std_error"]].astype(float)
    np.testing.assert_allclose(plain, [oracle["plain"]["estimate"], oracle["plain"]["model_se"]], atol=1e-7)


def test_curves_equal_survfit(peer):
    cohort, oracle = peer
    curves = weighted_comparison(cohort, "sex", GIVEN).curves.query("model == 'weighted'")
    for stratum, time, wanted in zip(oracle["strata"], oracle["times"], oracle["survival"], strict=True):
        sex = "male" if stratum.endswith("1") else "female"
        part = curves[(curves["stratum"] == sex) & (curves["time"] <= time)]
        assert part["survival"].iloc[-1] == pytest.approx(wanted, abs=1e-9)


@pytest.mark.parametrize(("model", "told"), [("unweighted", "plain"), ("weighted", "weighted")])
@pytest.mark.parametrize("sex", ["female", "male"])
def test_intervals_of_curves_equal_survfit(peer, model, told, sex):
    cohort, oracle = peer
    curves = weighted_comparison(cohort, "sex", GIVEN, level=0.9).curves
    part = curves[(curves["model"] == model) & (curves["stratum"] == sex)]
    wanted = {name: np.array(values, dtype=float) for name, values in oracle["curves"][sex][told].items()}
    names = {"survival": "surv", "ci_low": "lower", "ci_high": "upper", "weighted_at_risk": "at_risk"}
    for name, of_r in names.items():
        np.testing.assert_allclose(part[name].iloc[1:], wanted[of_r], rtol=1e-8, atol=1e-12)


def test_curves_begin_with_everybody_and_end_with_nobody(peer):
    found = weighted_comparison(peer[0], "sex", GIVEN)
    assert found.unit == "months"
    sizes = found.weights.set_index("stratum")
    for (model, sex), part in found.curves.groupby(["model", "stratum"]):
        first = part.iloc[0]
        assert first[["time", "survival", "events", "censored"]].tolist() == [0, 1, 0, 0]
        assert np.isnan(first["ci_low"])
        mean = sizes.loc[sex, "mean"] if model == "weighted" else 1.0
        assert first["weighted_at_risk"] == pytest.approx(first["at_risk"] * mean)
        assert part["events"].sum() + part["censored"].sum() == first["at_risk"] == sizes.loc[sex, "n"]
        assert part["survival"].is_monotonic_decreasing


def test_unweighted_curves_are_those_of_compare_survival(peer):
    curves = weighted_comparison(peer[0], "sex", GIVEN).curves.query("model == 'unweighted'")
    other = ra.compare_survival(peer[0], "sex").curves
    shared = ["time", "survival", "ci_low", "ci_high", "at_risk", "events", "censored"]
    pd.testing.assert_frame_equal(curves[shared].reset_index(drop=True), other[shared])


def test_differences_before_and_after_equal_the_formulas(peer):
    cohort, oracle = peer
    table = weighted_comparison(cohort, "sex", GIVEN).balance.set_index(["variable", "level"])
    for when in ("before", "after"):
        assert table.loc[("age", ""), when] == pytest.approx(oracle[when]["age"], abs=1e-8)
        assert table.loc[("idh", "1"), when] == pytest.approx(oracle[when]["idh"], abs=1e-8)
        assert table.loc[("stage", "I"), f"variable_{when}"] == pytest.approx(oracle[when]["stage"], abs=1e-8)
    assert abs(table.loc[("age", ""), "after"]) < abs(table.loc[("age", ""), "before"])


def test_patients_stay_out_of_what_is_shown_and_saved(peer, tmp_path):
    found = weighted_comparison(peer[0], "sex", GIVEN, truncate=0.05)
    assert "P17" not in found._repr_html_()
    again = ra.load(found.save(tmp_path / "weighted"))
    assert again.samples is None
    pd.testing.assert_frame_equal(found.table, again.table)
    pd.testing.assert_frame_equal(found.curves, again.curves)
    assert found.weights["n_truncated"].sum() == 14
    assert any("count as" in note for note in found.notes)


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        ({"covariates": []}, ra.InputError, "No covariate"),
        ({"covariates": ["sex"]}, ra.DesignError, "covariate too"),
        ({"variable": "stage"}, ra.DesignError, "3 strata"),
        ({"truncate": 0.7}, ra.InputError, "truncate"),
        ({"level": 2}, ra.InputError, "coverage"),
    ],
)
def test_slips_are_told(peer, settings, error, told):
    given = {"variable": "sex", "covariates": ["age"]} | settings
    with pytest.raises(error, match=told):
        weighted_comparison(peer[0], given.pop("variable"), given.pop("covariates"), **given)


def test_covariates_that_tell_the_strata_apart_are_refused(peer):
    cohort = peer[0]
    clinical = cohort.clinical
    clinical["marker"] = (clinical["sex"] == "male") * 5.0 + np.linspace(0, 1, len(clinical))
    with pytest.raises(ra.DesignError, match="tell female and male apart"):
        weighted_comparison(cohort.with_clinical(clinical[["marker"]]), "sex", ["marker"])
