"""Enrichment along groups and survival, by rotation and beside camera: what the verb makes of its kernels."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import ClinicalError, DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.enrichment import enrich
from radassoc.kernels.cox_marginal import marginal_score_z
from radassoc.kernels.cox_risk import risk_sets


@pytest.fixture(scope="module")
def cohort(planted):
    """The planted patients, who die earlier where 'signal' is high; 'arm' is its sign, at random in a fifth."""
    rng = np.random.default_rng(3)
    clinical = planted.clinical
    hazard = np.exp(clinical["signal"])
    time, censored = rng.exponential(10 / hazard), rng.uniform(2, 40, len(hazard))
    arm = np.where(rng.random(len(hazard)) < 0.8, clinical["signal"] > 0, rng.random(len(hazard)) < 0.5)
    clinical = clinical.assign(
        months=np.minimum(time, censored), dead=(time <= censored).astype(int), arm=np.where(arm, "treated", "control")
    )
    return planted.with_clinical(clinical).with_outcome("months", "dead", unit="months")


def rows(result):
    return result.table.set_index("pathway")


# ---- survival
def test_survival_ranks_by_cox_scores_and_finds_the_set_that_kills(cohort, sets):
    found = enrich(cohort, "survival", sets, covariates=["age"], strata="site", n_permutations=400)
    assert found.params["statistic"] == "cox"
    table = rows(found)
    assert table.loc["driven", "enriched"]
    assert table.loc["driven", "direction"] == "up"
    assert not table.loc["plain", "enriched"]
    clinical = cohort.clinical
    risk = risk_sets(clinical["months"], clinical["dead"] == 1, strata=(clinical["site"] == "B").to_numpy(int))
    z = marginal_score_z(cohort.expression.to_numpy(), clinical[["age"]].to_numpy(), risk)
    expected = pd.Series(z, index=cohort.expression.columns)
    np.testing.assert_allclose(found.ranking["statistic"], expected[found.ranking["gene"]], atol=1e-8)


def test_survival_and_a_value_in_one_pass(cohort, sets):
    both = enrich(cohort, ["survival", "signal"], sets, n_permutations=99)
    assert both.params["statistic"] == "cox, correlation"
    alone = enrich(cohort, "survival", sets, n_permutations=99).table
    same = both.table.query("by == 'survival'").reset_index(drop=True)
    pd.testing.assert_frame_equal(
        same.drop(columns=["p_adjusted", "enriched"]), alone.drop(columns=["p_adjusted", "enriched"])
    )


@pytest.mark.parametrize(
    ("by", "settings", "error", "message"),
    [
        ("survival", {"statistic": "correlation"}, DesignError, "ignores who was censored"),
        ("signal", {"statistic": "cox"}, DesignError, "ranks genes by survival"),
        ("survival", {"null": "rotation"}, InputError, "no residuals that could be rotated"),
        ("signal", {"statistic": "t"}, DesignError, "compares two groups, and 'signal' has 60 values"),
        ("survival", {"covariates": ["months"]}, DesignError, "is the outcome itself"),
    ],
)
def test_statistics_that_do_not_fit(cohort, sets, by, settings, error, message):
    with pytest.raises(error, match=message):
        enrich(cohort, by, sets, **settings)


def test_survival_of_a_cohort_without_outcome(planted, sets):
    with pytest.raises(ClinicalError, match="has no outcome"):
        enrich(planted, "survival", sets)


def test_too_few_events_are_not_estimable(cohort, sets):
    dead = cohort.clinical["dead"].copy()
    dead[dead.cumsum() > 8] = 0
    few = cohort.with_clinical(dead.rename("gone").to_frame()).with_outcome("months", "gone", unit="months")
    found = enrich(few, "survival", sets)
    assert found.status == "not_estimable"
    assert "8 events are too few" in found.reason


# ---- two groups
def test_t_between_two_groups_ranks_like_the_correlation_but_is_moderated(cohort, sets):
    found = enrich(cohort, "arm", sets, statistic="t", covariates=["age"], n_permutations=300)
    assert rows(found).loc["driven", "enriched"]
    assert any("'control' is coded 0 and 'treated' is coded 1" in note for note in found.notes)
    r = enrich(cohort, "arm", sets, covariates=["age"], n_permutations=20).ranking.set_index("gene")["statistic"]
    t = found.ranking.set_index("gene")["statistic"].reindex(r.index)
    df = 60 - 3
    ordinary = r * np.sqrt(df / (1 - r**2))
    assert np.corrcoef(t, ordinary)[0, 1] > 0.99
    assert not np.allclose(t, ordinary, rtol=1e-3)
    values = (cohort.clinical["arm"] == "treated").map({True: "yes", False: "no"})
    pd.testing.assert_frame_equal(
        enrich(cohort, values, sets, statistic="t", n_permutations=50).table.drop(columns="by"),
        enrich(cohort, "arm", sets, statistic="t", n_permutations=50).table.drop(columns="by"),
    )


def groups(cohort, **changed):
    labels = np.where(cohort.clinical["signal"] > 0, "high", "low")
    samples = pd.DataFrame({"patient": cohort.patients, "score": 0.0, "group": labels})
    told = {"samples": samples, "labels": ("low", "high"), "source": "test", "optimised": False, "null_groups": None}
    return SimpleNamespace(**{**told, **changed})


def test_risk_groups_of_other_patients_are_permuted(cohort, sets):
    found = enrich(cohort, groups(cohort), sets, statistic="t", n_permutations=200)
    assert found.subjects["p_value_from"].tolist() == ["permutation"]
    assert rows(found).loc["driven", "enriched"]
    assert "risk_groups: 'low' is coded 0, 'high' is coded 1 (test)." in found.notes


def test_risk_groups_that_have_seen_the_outcome_have_reruns_or_no_p(cohort, sets):
    rng = np.random.default_rng(1)
    null = pd.DataFrame(rng.choice(["low", "high"], size=(60, 200)), index=cohort.patients)
    rerun = enrich(cohort, groups(cohort, source="out_of_fold", null_groups=null), sets)
    assert rerun.subjects["p_value_from"].tolist() == ["rerun"]
    assert rows(rerun)["camera_p"].isna().all()
    for changed in ({"source": "out_of_fold"}, {"source": "clinical", "optimised": True}):
        found = enrich(cohort, groups(cohort, **changed), sets, n_permutations=50)
        assert found.table[["p_value", "camera_p", "familywise_p"]].isna().all(axis=None)
        assert found.reason
    with pytest.raises(DesignError, match="fitted on the outcome of these patients"):
        enrich(cohort, groups(cohort, source="training"), sets)


def test_out_of_fold_values_have_no_p_by_permutation(cohort, sets):
    from radassoc.base.apparent import mark_out_of_fold

    found = enrich(cohort, mark_out_of_fold(cohort.column("signal")), sets, n_permutations=50)
    assert found.table["p_value"].isna().all()
    assert "validate_risk_score" in found.reason


# ---- rotation, camera, familywise
def test_rotation_agrees_with_permutation_and_is_exact_for_the_mean(cohort, sets):
    turned = rows(enrich(cohort, "signal", sets, null="rotation", n_permutations=2000))
    shuffled = rows(enrich(cohort, "signal", sets, n_permutations=2000))
    np.testing.assert_allclose(turned["es"], shuffled["es"])
    plain = ["plain", "aged", "curated"]
    assert (turned["p_value"] - shuffled["p_value"])[plain].abs().max() < 0.06
    assert (turned["self_contained_p"] - shuffled["self_contained_p"])[plain].abs().max() < 0.06
    # far below what 2,000 rotations could count
    assert turned.loc["driven", "self_contained_p"] < 1e-6
    pd.testing.assert_series_equal(turned["camera_p"], shuffled["camera_p"])


def test_rotation_of_t_serves_few_patients(planted, sets):
    few = planted.clinical.index[:8]
    value = (planted.column("signal")[few] > 0).astype(float).rename("group")
    found = enrich(planted, value, sets, statistic="t", null="rotation", n_permutations=500)
    assert found.subjects["p_value_from"].tolist() == ["rotation"]
    assert rows(found)["p_value"].between(0, 1).all()


def test_camera_takes_a_given_correlation(cohort, sets):
    own = rows(enrich(cohort, "signal", sets, n_permutations=20))
    given = rows(enrich(cohort, "signal", sets, n_permutations=20, inter_gene_correlation=0.3))
    assert (given["inter_gene_correlation"] == 0.3).all()
    # age drives the 'aged' set, and is not given
    assert own["inter_gene_correlation"].idxmax() == "aged"
    assert own["inter_gene_correlation"].drop("aged").abs().max() < 0.05
    assert (given["camera_p"] > own["camera_p"])[["driven", "curated"]].all()
    assert own.loc["driven", "camera_p"] < 1e-4


def test_familywise_p_is_never_below_the_single_one_by_much_and_at_least_the_floor(cohort, sets):
    table = rows(enrich(cohort, "signal", sets, n_permutations=500))
    assert (table["familywise_p"] >= 1 / 501).all()
    assert table["familywise_p"].idxmin() == "driven"


# ---- several values
def test_a_frame_is_many_values_and_two_levels_guard_them(cohort, sets):
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(rng.normal(size=(60, 5)), index=cohort.patients, columns=list("vwxyz"))
    frame["v"] = cohort.column("signal")
    found = enrich(cohort, frame, sets, n_permutations=1500)
    subjects = found.subjects.set_index("by")
    assert subjects["p_adjusted"].idxmin() == "v"
    assert subjects.loc["v", "p_adjusted"] < 0.05
    assert found.table.loc[found.table["enriched"], "by"].unique().tolist() == ["v"]
    assert found.families[0].correction.startswith("two levels")
    with pytest.raises(InputError, match="named twice"):
        enrich(cohort, frame.set_axis(list("vvxyz"), axis=1), sets)


def test_a_column_called_survival_is_a_column(planted, sets):
    named = planted.with_clinical(planted.clinical[["signal"]].rename(columns={"signal": "survival"}))
    assert enrich(named, "survival", sets, n_permutations=20).params["statistic"] == "correlation"


def test_the_time_of_the_outcome_may_be_called_survival(cohort, sets):
    renamed = cohort.with_clinical(cohort.clinical[["months"]].rename(columns={"months": "survival"}))
    found = enrich(renamed.with_outcome("survival", "dead", unit="months"), "survival", sets, n_permutations=20)
    assert found.params["statistic"] == "cox"


def test_results_survive_saving(cohort, sets, tmp_path):
    found = enrich(cohort, ["survival", "signal"], sets, n_permutations=30)
    again = ra.load(found.save(tmp_path / "e"))
    pd.testing.assert_frame_equal(again.table, found.table, check_exact=True)
    pd.testing.assert_frame_equal(again.subjects, found.subjects, check_exact=True)


def test_identical_groups_are_counted_in_single_precision_too():
    """6 patients, 3 against 3: of 20 partitions one gives the observed scores and one their mirror image."""
    rng = np.random.default_rng(2)
    patients = [f"P{i}" for i in range(6)]
    group = pd.Series([0.0, 0, 0, 1, 1, 1], index=patients, name="group")
    X = rng.normal(size=(6, 40))
    X[:, :6] += 3 * group.to_numpy()[:, None]
    frame = pd.DataFrame(X, index=patients, columns=[f"G{i}" for i in range(40)])
    small = Cohort.from_frames(expression=frame, clinical=group.to_frame("other"))
    found = enrich(small, group, {"up": [f"G{i}" for i in range(6)]}, min_size=2, n_permutations=4000)
    assert found.table.loc[0, "self_contained_p"] == pytest.approx(0.1, abs=0.02)
