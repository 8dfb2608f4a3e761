import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.enrichment import enrich
from radassoc.enrichment.comparison import COLUMNS


def two_groups(n=(40, 30), n_genes=120, seed=1, steeper=0.0):
    """Genes 0-19 follow 'score' with slope ``steeper`` in the second group only."""
    rng = np.random.default_rng(seed)
    patients = [f"P{i}" for i in range(sum(n))]
    clinical = pd.DataFrame({"score": rng.normal(size=sum(n)), "age": rng.normal(size=sum(n))}, index=patients)
    clinical["sex"] = np.repeat(["female", "male"], n)
    clinical["site"] = rng.choice(["a", "b"], size=sum(n))
    X = rng.normal(size=(sum(n), n_genes))
    X[:, :20] += steeper * np.outer(clinical["score"] * (clinical["sex"] == "male"), np.ones(20))
    names = [f"G{i}" for i in range(n_genes)]
    return Cohort.from_frames(expression=pd.DataFrame(X, patients, names), clinical=clinical)


SETS = {"first": [f"G{i}" for i in range(15)], "other": [f"G{i}" for i in range(40, 60)]}


@pytest.fixture(scope="module")
def planted():
    cohort = two_groups(steeper=1.2)
    return cohort, ra.compare_enrichment(cohort, "score", SETS, groups="sex", covariates=["age"], n_permutations=200)


def test_slopes_and_their_difference_equal_separate_fits_in_r(oracles):
    given = pd.read_csv(oracles / "slope_difference_input.csv")
    known = pd.read_csv(oracles / "slope_difference.csv").set_index("gene")
    cohort = Cohort.from_frames(expression=given.filter(like="g"), clinical=given[["age", "site", "sex", "score"]])
    sets = {"all": [f"g{i}" for i in range(1, 5)]}
    settings = {"groups": "sex", "covariates": ["age", "site"], "n_permutations": 20}
    genes = ra.compare_enrichment(cohort, "score", sets, **settings).genes.set_index("gene")
    np.testing.assert_allclose(genes[known.columns], known.loc[genes.index], rtol=1e-10)


def test_a_steeper_slope_in_one_group_is_found_there(planted):
    _, found = planted
    assert list(found.table.columns) == list(COLUMNS)
    table = found.table.set_index("pathway")
    assert table.loc["first", "differs"]
    assert table.loc["first", "direction"] == "higher in male"
    assert not table.loc["other", "differs"]
    assert table.loc["first", ["n_1", "n_2"]].tolist() == [40, 30]
    assert found.families[0].n_tests == 2
    assert "Genes have the same slope on score in female and male given age" in found.families[0].hypothesis


def test_the_score_within_a_group_is_that_of_the_group_alone(planted):
    cohort, found = planted
    men = cohort.subset(cohort.clinical.index[cohort.clinical["sex"] == "male"])
    alone = enrich(men, "score", SETS, covariates=["age"], n_permutations=1000).table.set_index("pathway")["nes"]
    np.testing.assert_allclose(found.table.set_index("pathway")["nes_2"], alone.loc[["first", "other"]], rtol=0.15)


def test_the_order_of_the_groups_turns_the_sign(planted):
    cohort, found = planted
    settings = {"groups": cohort.clinical["sex"], "levels": ("male", "female"), "covariates": ["age"]}
    turned = ra.compare_enrichment(cohort, "score", SETS, n_permutations=50, **settings)
    np.testing.assert_allclose(turned.genes["statistic"], -found.genes["statistic"])
    assert turned.table["direction"].tolist() == found.table["direction"].tolist()


def test_ranks_first(planted):
    cohort, _ = planted
    settings = {"groups": "sex", "covariates": ["age"], "n_permutations": 20}
    found = ra.compare_enrichment(cohort, "score", SETS, statistic="rank_correlation", **settings)
    clinical = cohort.clinical
    ranks = clinical.assign(score=clinical["score"].rank(), age=clinical["age"].rank())
    known = Cohort.from_frames(expression=cohort.expression.rank(), clinical=ranks)
    known = ra.compare_enrichment(known, "score", SETS, **settings)
    pd.testing.assert_frame_equal(found.genes, known.genes)
    # a monotone stretch of the score changes nothing
    stretched = Cohort.from_frames(
        expression=cohort.expression, clinical=clinical.assign(score=np.exp(3 * clinical["score"]))
    )
    again = ra.compare_enrichment(stretched, "score", SETS, statistic="rank_correlation", **settings)
    pd.testing.assert_frame_equal(again.table, found.table)


def test_the_answer_does_not_depend_on_workers(planted):
    cohort, found = planted
    with ra.options(n_jobs=2):
        again = ra.compare_enrichment(cohort, "score", SETS, groups="sex", covariates=["age"], n_permutations=200)
    pd.testing.assert_frame_equal(again.table, found.table)


def test_unequal_slopes_shared_by_all_genes_are_told():
    cohort = two_groups(steeper=0.0)
    X = cohort.expression + 2 * np.outer(cohort.clinical["score"] * (cohort.clinical["sex"] == "male"), np.ones(120))
    cohort = Cohort.from_frames(expression=X, clinical=cohort.clinical)
    found = ra.compare_enrichment(cohort, "score", SETS, groups="sex", n_permutations=50)
    assert found.table["flag"].str.contains("of all genes differ").all()


def test_a_score_that_saw_the_outcome_gets_no_p_value():
    class Fitted:
        def __init__(self, score):
            self.score = score

        def out_of_fold(self, cohort):
            return self.score

    cohort = two_groups()
    found = ra.compare_enrichment(cohort, Fitted(cohort.clinical["score"]), SETS, groups="sex", n_permutations=50)
    assert found.table[["p_value", "p_adjusted", "familywise_p", "self_contained_p"]].isna().all(axis=None)
    assert found.table["nes_difference"].notna().all()
    assert "fitted" in found.reason


def test_patients_without_a_group_are_counted():
    cohort = two_groups()
    clinical = cohort.clinical
    clinical.loc[["P0", "P1"], "sex"] = None
    found = ra.compare_enrichment(
        Cohort.from_frames(expression=cohort.expression, clinical=clinical),
        "score",
        SETS,
        groups="sex",
        n_permutations=20,
    )
    assert "2 patients left out: sex unknown." in found.notes
    assert found.table["n_1"].tolist() == [38, 38]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"groups": "site3"}, r"'site3' has 3 groups: a \(24\)"),
        ({"groups": "site3", "levels": ("a", "z")}, "'site3' has no group 'z'"),
        ({"groups": "sex", "covariates": ["sex"]}, "'sex' is a covariate or stratum too"),
        ({"groups": "rare"}, r"'rare' .* too small \(no: 66 patients, 64 degrees of freedom, yes: 4 patients"),
        ({"groups": "sex", "by": "flat"}, "Among the 40 patients of 'female', 'flat' is constant"),
    ],
)
def test_designs_that_cannot_be_compared(settings, message):
    cohort = two_groups()
    clinical = cohort.clinical.assign(
        site3=np.resize(["a", "b", "c"], 70),
        rare=np.where(np.arange(70) < 4, "yes", "no"),
        flat=np.where(cohort.clinical["sex"] == "male", cohort.clinical["score"], 1.0),
    )
    cohort = Cohort.from_frames(expression=cohort.expression, clinical=clinical)
    with pytest.raises(DesignError, match=message):
        ra.compare_enrichment(cohort, settings.pop("by", "score"), SETS, n_permutations=20, **settings)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"groups": ["a", "b"]}, "groups=list names no groups"),
        ({"groups": "sex", "levels": ("male", "male")}, "are no two groups"),
        ({"groups": "sex", "n_permutations": 0}, "n_permutations=0"),
        ({"groups": "sex", "statistic": "t"}, "statistic='t'"),
        ({"groups": "sex", "by": ["score", "age"]}, "by names 2 values"),
    ],
)
def test_arguments_that_mean_nothing(settings, message):
    with pytest.raises(InputError, match=message):
        ra.compare_enrichment(two_groups(), settings.pop("by", "score"), SETS, **settings)
