import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import InputError
from radassoc.cohort.cohort import Cohort
from radassoc.strata.interactions import interactions


@pytest.fixture
def peer(oracles):
    frame = pd.read_csv(oracles / "interactions_input.csv").set_axis([f"P{i}" for i in range(150)])
    cohort = Cohort.from_frames(
        radiomics=frame[["x1", "x2"]],
        expression=frame[["g1", "g2"]],
        clinical=frame[["sex", "site", "age", "centre", "time", "event"]],
        time="time",
        event="event",
        unit="months",
    )
    return cohort, json.loads((oracles / "interactions.json").read_text())


def test_survival_equals_coxph(peer):
    cohort, oracle = peer
    done = {}
    for one in oracle["cox"]:
        settings = {"baseline": one["baseline"], "covariate_effects": one["covariates"], "covariates": ["age"]}
        asked = (one["variable"], one["baseline"], one["covariates"])
        if asked not in done:
            tests = ("wald", "likelihood_ratio", "score")
            done[asked] = [interactions(cohort, one["variable"], **settings, test=test) for test in tests]
        found, ratio, score = done[asked]
        effects = found.effects[found.effects["feature"] == one["x"]]
        rows = found.table[found.table["feature"] == one["x"]]
        np.testing.assert_allclose(effects["estimate"], one["slopes"], atol=1e-6)
        np.testing.assert_allclose(effects["std_error"], one["std_errors"], atol=1e-6)
        np.testing.assert_allclose(rows["estimate"], one["difference"], atol=1e-6)
        np.testing.assert_allclose(rows["std_error"], one["difference_se"], atol=1e-6)
        for result, wanted in ((ratio, one["ratio"]), (score, one["score"])):
            value = result.table.loc[result.table["feature"] == one["x"], "overall_statistic"].iloc[0]
            assert value == pytest.approx(wanted, abs=1e-6)


def test_the_star_of_r_is_the_difference(peer):
    cohort, oracle = peer
    cox = interactions(cohort, "sex", covariates=["age"], baseline="common").table.set_index("feature").loc["x1"]
    np.testing.assert_allclose(cox[["estimate", "std_error"]].astype(float), oracle["star"]["coxph"], atol=1e-6)
    settings = {"kind": "association", "covariates": ["age"], "variance": "pooled", "scale": "units"}
    line = interactions(cohort, "sex", **settings).table.set_index(["feature", "gene"]).loc[("x1", "g1")]
    told = line[["estimate", "std_error", "statistic", "p_value"]].astype(float)
    np.testing.assert_allclose(told, oracle["star"]["lm"], atol=1e-6)


def test_two_frames_are_held_against_each_other():
    rng = np.random.default_rng(2)
    names = [f"P{i}" for i in range(60)]
    X = pd.DataFrame(rng.normal(size=(60, 3)), names, ["a", "b", "c"])
    cohort = Cohort.from_frames(radiomics=X, clinical=pd.DataFrame({"sex": ["m", "f"] * 30}, names))
    found = interactions(cohort, "sex", kind="association", left=X[["a"]], right=X[["b", "c"]])
    assert found.keys == ("variable", "other_variable")
    assert sorted(found.table["other_variable"]) == ["b", "c"]
    with pytest.raises(InputError, match="against itself"):
        interactions(cohort, "sex", kind="association", left="radiomics", right="radiomics")


def test_association_equals_lm(peer):
    cohort, oracle = peer
    for one in oracle["lm"]:
        found = {
            variance: interactions(
                cohort, one["variable"], kind="association", covariates=["age"], variance=variance, scale="units"
            )
            for variance in ("pooled", "unequal", "hc3")
        }
        tables, effects = {}, {}
        for name, result in found.items():
            for frames, frame in ((tables, result.table), (effects, result.effects)):
                frames[name] = frame[(frame["feature"] == one["x"]) & (frame["gene"] == one["y"])]
        np.testing.assert_allclose(effects["pooled"]["estimate"], one["slopes"], atol=1e-8)
        np.testing.assert_allclose(effects["pooled"]["std_error"], one["pooled_se"], atol=1e-8)
        np.testing.assert_allclose(effects["unequal"]["std_error"], one["separate_se"], atol=1e-8)
        np.testing.assert_allclose(effects["hc3"]["std_error"], one["hc3_se"], atol=1e-8)
        assert tables["pooled"]["overall_statistic"].iloc[0] == pytest.approx(one["F"], abs=1e-8)
        assert tables["pooled"]["overall_p"].iloc[0] == pytest.approx(one["p"], abs=1e-8)
        welch = tables["unequal"].iloc[0]
        assert welch[["statistic", "df"]].tolist() == pytest.approx([one["welch_t"], one["welch_df"]], abs=1e-7)


def test_a_planted_interaction_is_found_with_both_effects(parted):
    found = interactions(parted, "sex", covariates=["age"])
    first = found.table.iloc[0]
    assert first["feature"] == "f0"
    assert (first["stratum_1"], first["stratum_2"]) == ("female", "male")
    assert first["ci_low_2"] > 0.3
    assert first["ci_low"] <= first["estimate"] <= first["ci_high"]
    assert first["estimate"] == pytest.approx(first["estimate_2"] - first["estimate_1"])
    assert found.n_tests == 8
    assert found.families[0].n_tests == 8
    assert found.strata["n_events"].sum() == int(parted.outcome.table["event"].sum())


def test_the_reference_turns_the_sign_and_nothing_else(parted):
    one = interactions(parted, "sex").table.set_index("feature")
    other = interactions(parted, "sex", levels=("male", "female")).table.set_index("feature").loc[one.index]
    np.testing.assert_allclose(one["estimate"], -other["estimate"], atol=1e-9)
    np.testing.assert_allclose(one["p_value"], other["p_value"], rtol=1e-6)


def test_equal_slopes_in_both_sexes_are_no_difference(parted):
    found = interactions(parted, "sex", kind="association", keep="all")
    pair = found.table.set_index(["feature", "gene"]).loc[("f0", "G0")]
    assert min(pair["ci_low_1"], pair["ci_low_2"]) > 0
    assert pair["ci_low"] < 0 < pair["ci_high"]
    assert found.n_tests == len(found.table) == 8 * 30
    assert found.status == "no_signal"
    assert any(note.startswith("No evidence of a difference") and "interval" in note for note in found.notes)


def test_three_strata_have_a_joint_test_and_a_row_for_each_contrast(parted):
    found = interactions(parted, "centre")
    assert found.table.groupby("feature")["stratum_2"].agg(list).iloc[0] == ["b", "c"]
    assert found.table.groupby("feature")["overall_p"].nunique().max() == 1
    assert len(found.effects) == 8 * 3


def test_missing_values_take_only_their_own_patients(parted):
    X = parted.radiomics
    X.iloc[:7, 3] = np.nan
    X["flat"] = 1.0
    X["text"] = "a"
    found = interactions(parted, "sex", left=X)
    whole = interactions(parted, "sex").table.set_index("feature")
    table = found.table.set_index(found.keys[0])
    assert table.loc["f3", "n_1"] + table.loc["f3", "n_2"] == 83
    assert table.loc["f2", "estimate"] == pytest.approx(whole.loc["f2", "estimate"])
    assert found.dropped.set_index("name")["reason"].to_dict() == {
        "text": "text, no number",
        "flat": "fewer than 10 patients of a stratum differ from its most common value",
    }


def test_a_column_that_rests_on_one_patient_is_told_not_tested(parted):
    X = parted.radiomics[["f0", "f1"]]
    X["spike"] = 0.001 * X["f0"]
    X.loc["P03", "spike"] = 50.0
    found = interactions(parted, "sex", kind="association", left=X)
    assert "spike" not in set(found.table.iloc[:, 0])
    assert "one patient" in found.dropped.set_index("name").loc["spike", "reason"]
    scored = interactions(parted, "sex", kind="association", left=X, scale="normal_scores")
    assert "spike" in set(scored.table.iloc[:, 0])
    hazards = interactions(parted, "sex", left=X)
    assert "one patient" in hazards.dropped.set_index("name").loc["spike", "reason"]
    scored = interactions(parted, "sex", left=X, scale="normal_scores")
    assert "spike" in set(scored.table.iloc[:, 0])
    assert set(scored.table["estimate_kind"]) == {"log_hazard_ratio_per_normal_score"}


def test_enrichment_stands_in_the_same_frame(parted):
    sets = {"A": [f"G{j}" for j in range(12)], "B": [f"G{j}" for j in range(12, 28)]}
    found = interactions(
        parted, "sex", kind="enrichment", by="radiomics:f0", gene_sets=sets, n_permutations=60, keep="all"
    )
    same = ra.compare_enrichment(parted, "radiomics:f0", sets, groups="sex", n_permutations=60).table
    table = found.table.set_index("pathway").loc[same["pathway"]]
    np.testing.assert_allclose(table["p_value"], same["p_value"])
    np.testing.assert_allclose(table["estimate"], same["nes_difference"])
    assert table["ci_low"].isna().all()
    assert found.comparison is not None


def test_workers_change_nothing(parted):
    with ra.options(n_jobs=1):
        one = interactions(parted, "sex", kind="association")
    with ra.options(n_jobs=2):
        two = interactions(parted, "sex", kind="association")
    pd.testing.assert_frame_equal(one.table, two.table)
    pd.testing.assert_frame_equal(one.background, two.background)


def test_saved_and_loaded(parted, tmp_path):
    found = interactions(parted, "sex", covariates=["age"])
    again = ra.load(found.save(tmp_path / "found"))
    pd.testing.assert_frame_equal(found.table, again.table)
    assert again.notes == found.notes
    assert "P01" not in found._repr_html_()


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        ({"variable": "age"}, ra.DesignError, "different values"),
        ({"variable": "os"}, ra.DesignError, "outcome"),
        ({"variable": "sex", "covariates": ["sex"]}, ra.DesignError, "covariate too"),
        ({"variable": "sex", "levels": ("male", "other")}, ra.InputError, "levels"),
        ({"variable": "sex", "right": "expression"}, ra.InputError, "no option of kind='survival'"),
        ({"variable": "sex", "kind": "association", "test": "wald"}, ra.InputError, "no option"),
        ({"variable": "sex", "kind": "enrichment"}, ra.InputError, "needs by and gene_sets"),
        ({"variable": "sex", "kind": "correlation"}, ra.InputError, "kind="),
        ({"variable": "sex", "test": "exact"}, ra.InputError, "test="),
        ({"variable": "sex", "scale": "units"}, ra.InputError, "scale="),
        ({"variable": "sex", "level": 5}, ra.InputError, "level"),
        ({"variable": "rare", "levels": ("r", "s")}, ra.DesignError, "r: 4 patients"),
    ],
)
def test_slips_are_told(parted, settings, error, told):
    with pytest.raises(error, match=told):
        interactions(parted, settings["variable"], **{k: v for k, v in settings.items() if k != "variable"})


def test_a_small_stratum_is_left_out_with_its_numbers(parted):
    found = interactions(parted, "rare")
    assert found.strata.set_index("stratum").loc["r", ["n", "status"]].tolist() == [4, "not_estimable"]
    assert any("r: " in note and "fewer than 10" in note for note in found.notes)
