import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.strata.interactions import interactions
from radassoc.strata.pool_estimates import pool_estimates


def table_of(one, **more):
    names = [f"centre {i}" for i in range(len(one["y"]))]
    return pd.DataFrame({"stratum": names, "estimate": one["y"], "std_error": np.sqrt(one["v"]), **more})


@pytest.fixture
def oracle(oracles):
    return json.loads((oracles / "pooling.json").read_text())


def check(found, wanted, *, random):
    row = found.table.iloc[0]
    names = {"estimate": "estimate", "se": "std_error", "low": "ci_low", "high": "ci_high", "statistic": "statistic"}
    names |= {"p": "p_value", "Q": "q", "Qp": "q_p", "I2": "i2"}
    if random:
        names |= {"tau2": "tau2", "pi_low": "prediction_low", "pi_high": "prediction_high"}
    for theirs, ours in names.items():
        assert row[ours] == pytest.approx(wanted[theirs], abs=2e-8 if theirs != "I2" else 1e-6), theirs


def test_equals_metafor(oracle):
    for one in oracle.values():
        check(pool_estimates(table_of(one)), one["fixed"], random=False)
        for short, tau2 in (("dl", "dersimonian_laird"), ("reml", "reml")):
            for test, interval in (("z", "wald"), ("knha", "hartung_knapp"), ("adhoc", "hartung_knapp_truncated")):
                if f"{short}_{test}" in one:
                    found = pool_estimates(table_of(one), method="random", tau2=tau2, interval=interval)
                    check(found, one[f"{short}_{test}"], random=True)


def test_intervals_and_leave_one_out_equal_metafor(oracle):
    for one in oracle.values():
        if "confint" not in one:
            continue
        found = pool_estimates(table_of(one), method="random", interval="wald")
        row = found.table.iloc[0]
        np.testing.assert_allclose(row[["tau2_low", "tau2_high"]].astype(float), one["confint"]["tau2"][1:], atol=1e-8)
        np.testing.assert_allclose(row[["i2_low", "i2_high"]].astype(float), one["confint"]["I2"][1:], atol=1e-6)
        for result, name in ((found, "leave_reml"), (pool_estimates(table_of(one)), "leave_fixed")):
            left = result.leave_one_out
            np.testing.assert_allclose(left["estimate"], one[name]["estimate"], atol=1e-8)
            np.testing.assert_allclose(left["std_error"], one[name]["se"], atol=1e-8)
            np.testing.assert_allclose(left["q"], one[name]["Q"], atol=1e-8)
        np.testing.assert_allclose(found.leave_one_out["tau2"], one["leave_reml"]["tau2"], atol=1e-8)


def test_random_effects_need_five_strata(oracle):
    with pytest.raises(ra.DesignError, match="2 strata are too few") as told:
        pool_estimates(table_of(oracle["two"]), method="random")
    assert 'method="fixed"' in str(told.value)


def test_hazard_ratios_of_results_are_pooled_as_logarithms(parted):
    tables = {
        centre: ra.cox_table(parted.subset(parted.patients[(parted.column("centre") == centre).to_numpy()]), ["age"])
        for centre in ("a", "b", "c")
    }
    found = pool_estimates(tables)
    logs = np.log([table.table["hazard_ratio"].iloc[0] for table in tables.values()])
    weights = 1 / np.array([table.table["std_error"].iloc[0] for table in tables.values()]) ** 2
    row = found.table.iloc[0]
    assert row["estimate"] == pytest.approx((weights @ logs) / weights.sum(), abs=1e-9)
    assert row["natural"] == pytest.approx(np.exp(row["estimate"]))
    assert row["natural_low"] < row["natural"] < row["natural_high"]
    assert found.strata["weight"].sum() == pytest.approx(100)


def test_stratified_results_and_interactions_are_taken(parted):
    stratified = ra.by_stratum(parted, "sex", "association", left="radiomics", right="expression", keep="all")
    found = pool_estimates(stratified)
    assert len(found.table) == 240
    assert (found.table["effect_scale"] == "fisher_z").all()
    assert found.table["natural"].between(-1, 1).all()
    slopes = interactions(parted, "sex", keep="all")
    pooled = pool_estimates(slopes).table.set_index("feature")
    differs = slopes.table.set_index("feature")
    assert pooled.loc["f0", "q"] == pytest.approx(differs.loc["f0", "statistic"] ** 2, rel=1e-6)


def test_rows_keep_their_keys_and_few_strata_their_reason():
    frame = pd.DataFrame(
        {
            "stratum": ["a", "b", "a"],
            "feature": ["x", "x", "y"],
            "estimate": [0.1, 0.2, 0.3],
            "std_error": [0.1, 0.1, 0.1],
            "estimate_kind": "log_hazard_ratio",
        }
    )
    found = pool_estimates(frame)
    assert found.keys == ("feature",)
    assert found.table["reason"].tolist() == ["", "fewer than 2 strata"]
    assert found.table["natural"].iloc[0] == pytest.approx(np.exp(0.15))
    assert np.isnan(found.table["estimate"].iloc[1])


def test_saved_and_loaded(oracle, tmp_path):
    found = pool_estimates(table_of(oracle["apart"]), method="random")
    again = ra.load(found.save(tmp_path / "pooled"))
    pd.testing.assert_frame_equal(found.table, again.table)
    assert any("strata differ" in note for note in found.notes)


@pytest.mark.parametrize(
    ("change", "settings", "error", "told"),
    [
        ({}, {"tau2": "reml"}, ra.InputError, "no variance between strata"),
        ({}, {"interval": "hartung_knapp"}, ra.InputError, "no variance between strata"),
        ({}, {"method": "mixed"}, ra.InputError, "method="),
        ({}, {"level": 95}, ra.InputError, "coverage"),
        ({}, {"keys": "gene"}, ra.InputError, "gene"),
        ({"stratum": "a"}, {}, ra.InputError, "twice"),
        ({"std_error": np.nan}, {}, ra.DesignError, "standard error"),
        ({"estimate_kind": "nes"}, {}, ra.DesignError, "normalised enrichment score"),
        ({"estimate_kind": "hazard_ratio"}, {}, ra.InputError, "another scale"),
    ],
)
def test_slips_are_told(oracle, change, settings, error, told):
    with pytest.raises(error, match=told):
        pool_estimates(table_of(oracle["many"]).assign(**change), **settings)


def test_what_has_no_estimates_is_refused():
    for given in (3, [pd.DataFrame()], {"a": 1, "b": 2}, pd.DataFrame({"x": [1]})):
        with pytest.raises(ra.InputError):
            pool_estimates(given)


def test_rows_chosen_for_their_difference_are_refused(parted):
    with pytest.raises(ra.InputError, match="would be chosen"):
        pool_estimates(interactions(parted, "sex"))
