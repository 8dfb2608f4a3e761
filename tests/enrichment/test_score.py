import numpy as np
import pandas as pd
import pytest
from scipy.stats import pearsonr

from radassoc.enrichment._null import make_design
from radassoc.enrichment._score import Settings, score_subject
from radassoc.enrichment._subjects import Subject
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.enrichment import pack_sets, walk_scores

RNG = np.random.default_rng(12)
N, GENES = 40, 60
VALUE = pd.Series(RNG.normal(size=N), index=[f"P{i:02d}" for i in range(N)])
E = RNG.normal(size=(N, GENES))
E[:, :12] += VALUE.to_numpy()[:, None]
DESIGN = make_design(E, np.empty((N, 0)), np.zeros(N, dtype=int), ranked=False)
SETS = pack_sets([np.arange(10), np.arange(30, 45)], GENES)
HOW = Settings(null="samples", n_permutations=200, weight=1.0, level=0.05, seed=0)


def scored(values=VALUE, subject=None, design=DESIGN, how=HOW):
    return score_subject(subject or Subject("score", values), values, design, SETS, how)


def test_statistic_share_and_means_are_those_of_plain_correlations():
    found = scored()
    plain = [pearsonr(VALUE, E[:, g]) for g in range(GENES)]
    r = np.array([test.statistic for test in plain])
    np.testing.assert_allclose(found.statistic, r, atol=1e-12)
    adjusted = benjamini_hochberg(np.array([test.pvalue for test in plain]))
    assert found.share == pytest.approx((adjusted < 0.05).mean())
    np.testing.assert_allclose(found.arrays["mean_statistic"], [r[:10].mean(), r[30:45].mean()])
    np.testing.assert_allclose(found.arrays["es"], walk_scores(r[None], SETS)[0])


def test_the_driven_set_has_small_p_values_of_both_kinds():
    p, own = scored().arrays["p_value"], scored().arrays["self_contained_p"]
    assert p[0] < 0.05
    assert own[0] == pytest.approx(1 / 201)
    assert (p > 0).all()
    assert own[1] > 0.05


def test_a_constant_value_is_no_signal_and_one_that_is_explained_cannot_be_estimated():
    constant = scored(VALUE * 0)
    assert (constant.status, constant.tested) == ("no_signal", False)
    explained = make_design(E, VALUE.to_numpy()[:, None], np.zeros(N, dtype=int), ranked=False)
    found = scored(design=explained)
    assert (found.status, found.tested) == ("not_estimable", False)
    assert "covariates explain it" in found.reason


def test_without_a_design_there_are_too_few_patients():
    found = scored(VALUE[:3], design=None)
    assert found.status == "not_estimable"
    assert "3 patients with the value" in found.reason


def test_a_score_without_reruns_has_scores_and_no_p_value():
    found = scored(subject=Subject("score", VALUE, source="none", reason="no reruns"))
    assert found.reason == "no reruns"
    assert np.isfinite(found.arrays["nes"]).all()
    for name in ("p_value", "q_value", "self_contained_p"):
        assert np.isnan(found.arrays[name]).all()


def test_reruns_replace_permutations_and_constant_ones_are_left_out_and_said():
    null = pd.DataFrame(RNG.normal(size=(N, 50)), index=VALUE.index)
    null[[3, 9]] = 0.0
    found = scored(subject=Subject("score", VALUE, source="rerun", null=null))
    assert found.notes[-1].startswith("2 of 50 reruns gave a constant score")
    assert found.arrays["self_contained_p"][0] == pytest.approx(1 / 49)


def test_random_sets_give_no_self_contained_p_and_say_what_they_assume():
    found = scored(how=Settings(null="genes", n_permutations=100, weight=1.0, level=0.05, seed=0))
    assert found.source == "genes"
    assert np.isnan(found.arrays["self_contained_p"]).all()
    assert "take genes as independent" in found.notes[0]


def test_many_associated_genes_are_a_warning():
    driven = make_design(E + 2 * VALUE.to_numpy()[:, None], np.empty((N, 0)), np.zeros(N, dtype=int), ranked=False)
    assert any("of all genes are associated with score" in note for note in scored(design=driven).notes)
    assert not any("of all genes" in note for note in scored().notes)
