import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose

import radassoc as ra
from radassoc.base.errors import DesignError, InputError
from radassoc.strata.cross_apply import cross_apply

QUICK = {"strata": (), "n_folds": 3, "n_outer_folds": 3, "n_outer_repeats": 1, "n_bootstraps": 0, "n_permutations": 0}


@pytest.fixture(scope="module")
def crossed(parted):
    return cross_apply(parted, "sex", **QUICK, seed=2)


def test_matrix_has_every_model_in_both_strata(crossed):
    table = crossed.table
    assert table["tested_on"].tolist()[:2] == ["female", "male"]
    models = ["female", "male", "pooled", "pooled, half", "stratified baseline", "interaction"]
    assert list(dict.fromkeys(table["trained_on"])) == models
    assert len(table) == 6 * 2 * 2
    events = table.groupby("tested_on")["n_events"].first()
    assert events["female"] == events["male"]
    trained = table.groupby("trained_on")["train_events"].first()
    assert trained["female"] == trained["male"] == trained["pooled, half"] == trained["pooled"] / 2


def test_concordance_equals_counted_pairs(parted, crossed):
    """All pairs of one fold and stratum, counted one by one from the scores of the one repeat."""
    samples = crossed.samples.join(parted.outcome.table[["time", "event"]], on="patient")
    for row in crossed.table[crossed.table["measure"] == "concordance"].itertuples():
        part = samples[(samples["stratum"] == row.tested_on) & (samples["fold"] >= 0)]
        good = pairs = 0.0
        for _, fold in part.groupby("fold"):
            time, event = fold["time"].to_numpy(), fold["event"].to_numpy()
            score = fold[f"score: {row.trained_on}"].to_numpy()
            for i in np.flatnonzero(event):
                later = (time > time[i]) | ((time == time[i]) & ~event)
                pairs += later.sum()
                good += (score[i] > score[later]).sum() + 0.5 * (score[i] == score[later]).sum()
        assert_allclose(row.estimate, good / pairs)


def test_contrasts_are_differences_of_the_matrix(crossed):
    c = crossed.table[crossed.table["measure"] == "concordance"].set_index(["trained_on", "tested_on"])["estimate"]
    told = crossed.contrasts.set_index(["measure", "contrast", "tested_on"])["estimate"]
    own = {s: c[(s, s)] - c[(o, s)] for s, o in (("female", "male"), ("male", "female"))}
    assert_allclose(told[("concordance", "own - other model", "female")], own["female"])
    assert_allclose(told[("concordance", "own - other model", "both")], (own["female"] + own["male"]) / 2)
    gain = c[("stratified baseline", "male")] - c[("male", "male")]
    assert_allclose(told[("concordance", "stratified baseline - own model", "male")], gain)


def test_without_reruns_there_is_no_p_and_no_interval(crossed):
    assert crossed.contrasts["p_value"].isna().all()
    assert set(crossed.table["interval"]) == {"none"}
    assert not crossed.families
    assert "no p without exchanged reruns" in repr(crossed)


def test_page_names_no_patient(parted, crossed):
    assert not [p for p in parted.patients if p in crossed._repr_html_()]


def test_round_trip_leaves_patients_out(crossed, tmp_path):
    again = ra.load(crossed.save(tmp_path / "crossed"))
    assert again.samples is None
    for name in ("table", "contrasts", "overlap", "coefficients"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(crossed, name))


@pytest.mark.slow
def test_reruns_find_a_feature_of_men_for_any_number_of_workers(parted):
    settings = {**QUICK, "n_permutations": 19, "n_bootstraps": 20, "within": ["age"], "seed": 1}
    with ra.options(n_jobs=1):
        one = cross_apply(parted, "sex", **settings)
    with ra.options(n_jobs=2):
        two = cross_apply(parted, "sex", **settings)
    for name in ("table", "contrasts", "overlap", "resamples"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(two, name))
    tested = one.contrasts[one.contrasts["p_value"].notna()]
    assert len(tested) == one.families[0].n_tests >= 4  # where all models of a stratum are empty there is no slope
    assert (tested["p_adjusted"] >= tested["p_value"]).all()
    told = one.contrasts.dropna(subset=["ci_low"])
    assert len(told) >= 4
    assert (told["ci_low"] <= told["ci_high"]).all()
    null = one.resamples.query("resample == 'permutation' and contrast == 'own - other model' and tested_on == 'both'")
    above = (null[null["measure"] == "concordance"]["value"].round(12) >= round(tested["estimate"].iloc[0], 12)).sum()
    assert_allclose(tested["p_value"].iloc[0], (above + 1) / 20)


def test_refusals(parted):
    with pytest.raises(DesignError, match="'centre' has 3 strata") as told:
        cross_apply(parted, "centre")
    assert "levels=(first, second)" in told.value.remedy
    with pytest.raises(DesignError, match="named in within too"):
        cross_apply(parted, "sex", within=["sex"])
    with pytest.raises(DesignError, match=r"too few events \(r: \d events, 4 patients"):
        cross_apply(parted, "rare", levels=["r", "s"])
    with pytest.raises(InputError, match="n_outer_repeats=0"):
        cross_apply(parted, "sex", n_outer_repeats=0)
    twin = parted.with_clinical(parted.column("sex").to_frame("gender"))
    with pytest.raises(DesignError, match="have others of the other stratum"):
        cross_apply(twin, "sex", within=["gender"])
