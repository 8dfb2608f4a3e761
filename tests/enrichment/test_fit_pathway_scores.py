import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError, ExpressionError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.enrichment.fit_pathway_scores import METHODS

GENES = [f"g{i}" for i in range(60)]
SETS = {"one": GENES[:12], "two": GENES[20:40]}


def cohort_of(n, seed=1, shift=0.0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 60)) + rng.normal(size=(n, 1)) * (np.arange(60) < 15) + shift
    return Cohort.from_frames(expression=pd.DataFrame(X, [f"P{seed}_{i}" for i in range(n)], GENES))


@pytest.fixture(scope="module")
def train():
    return cohort_of(30)


@pytest.mark.parametrize("method", METHODS)
def test_on_its_training_samples_the_step_is_the_verb(train, method):
    step = ra.fit_pathway_scores(train, SETS, method=method)
    verb = ra.score_pathways(train, SETS, method=method)
    pd.testing.assert_frame_equal(step.apply(train)["pathways"], verb["pathways"])
    assert verb.features("pathways")["method"].tolist() == [method, method]


@pytest.mark.parametrize("method", METHODS)
def test_a_held_out_patient_changes_nothing_but_its_own_scores(train, method):
    """Bit by bit: the step is learned without the held-out patients, and each is scored as if it were alone."""
    held_out = cohort_of(6, seed=2)
    step = ra.fit_pathway_scores(train, SETS, method=method)
    before = step.apply(held_out)["pathways"]
    table = held_out.expression
    table.iloc[2] *= -5.0
    after = step.apply(Cohort.from_frames(expression=table))["pathways"]
    others = np.arange(6) != 2
    np.testing.assert_array_equal(after[others], before[others])
    assert (after.iloc[2] != before.iloc[2]).all()
    alone = step.apply(held_out.subset(["P2_4"]))["pathways"]
    np.testing.assert_allclose(alone.loc["P2_4"], before.loc["P2_4"], rtol=1e-12)


@pytest.mark.parametrize("method", ["gsva", "zscore", "pc1"])
def test_what_is_learned_is_the_training_samples(train, method):
    shifted = cohort_of(8, seed=3, shift=2.0)
    frozen = ra.fit_pathway_scores(train, SETS, method=method).apply(shifted)["pathways"]
    own = ra.score_pathways(shifted, SETS, method=method)["pathways"]
    assert not np.allclose(frozen, own)
    if method != "gsva":  # the ranks of GSVA are within a sample: a shift of all genes says little there
        assert frozen["one"].mean() > own["one"].mean() + 1


def test_gsva_against_a_frozen_reference_by_hand(train):
    """Slow second way: smoothed places among training values by the exact normal distribution, then the walk."""
    from scipy.stats import norm

    new = cohort_of(3, seed=4)
    found = ra.fit_pathway_scores(train, SETS, method="gsva").apply(new)["pathways"]
    R, X = train.expression, new.expression
    for sample in X.index:
        width = R.std() / 4
        place = pd.Series({g: norm.cdf((X.loc[sample, g] - R[g]) / width[g]).mean() for g in GENES})
        order = place.sort_values(ascending=False).index
        weight = pd.Series(np.abs(np.arange(60, 0, -1) - 30.0), index=order)
        for name, genes in SETS.items():
            inside = order.isin(genes)
            walk = np.cumsum(np.where(inside, weight / weight[inside].sum(), -1 / (~inside).sum()))
            # the reference looks the normal distribution up in a table: neighbours in rank may change places
            expected = max(walk.max(), 0) + min(walk.min(), 0)
            assert found.loc[sample, name] == pytest.approx(expected, abs=0.02)


def test_gaps_of_others_take_the_training_mean(train):
    new = cohort_of(3, seed=5)
    table = new.expression
    step = ra.fit_pathway_scores(train, SETS, method="zscore")
    table.iloc[0, 0] = np.nan
    holed = step.apply(Cohort.from_frames(expression=table))["pathways"]
    table.iloc[0, 0] = train.expression["g0"].mean()
    np.testing.assert_allclose(holed, step.apply(Cohort.from_frames(expression=table))["pathways"], rtol=1e-12)


def test_the_sign_of_the_component_is_that_of_training(train):
    step = ra.fit_pathway_scores(train, SETS, method="pc1")
    assert step.loadings.groupby("pathway")["loading"].mean().gt(0).all()
    np.testing.assert_allclose(step.loadings.groupby("pathway")["loading"].apply(lambda w: (w**2).sum()), 1.0)


@pytest.mark.parametrize("method", METHODS)
def test_saved_and_loaded(train, method, tmp_path):
    step = ra.fit_pathway_scores(train, SETS, method=method)
    again = ra.load(step.save(tmp_path / "step"))
    np.testing.assert_array_equal(again.transform(train.expression), step.transform(train.expression))


def test_no_row_of_the_reference_is_a_sample(train):
    reference = ra.fit_pathway_scores(train, SETS, method="gsva").reference.to_numpy()
    assert (np.diff(reference, axis=1) >= 0).all()


def test_a_gene_that_others_lack_is_named(train):
    step = ra.fit_pathway_scores(train, SETS)
    with pytest.raises(ExpressionError, match=r"1 of the 60 genes of the training table are missing: 'g7'"):
        step.transform(train.expression.drop(columns="g7"))


def test_refusals(train):
    with pytest.raises(DesignError, match="2 samples have 'expression'"):
        ra.fit_pathway_scores(train.subset(train.patients[:2]), SETS, method="gsva")
    with pytest.raises(InputError, match="method='mean'"):
        ra.fit_pathway_scores(train, SETS, method="mean")


def test_scores_of_one_sample_may_enter_a_prediction_and_learned_ones_may_not(train):
    from radassoc.survival._modalities import refuse_learned

    refuse_learned(ra.score_pathways(train, SETS, method="singscore"), "pathways")
    with pytest.raises(DesignError, match="'pc1' scores, which were learned from all patients at once"):
        refuse_learned(ra.score_pathways(train, SETS, method="pc1"), "pathways")
