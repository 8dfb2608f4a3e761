from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError, ExpressionError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.enrichment import enrich
from radassoc.enrichment.result import COLUMNS
from radassoc.kernels.correction import benjamini_hochberg


@pytest.fixture(scope="module")
def found(planted, sets):
    return enrich(planted, "signal", sets)


def rows(result):
    return result.table.set_index("pathway")


def test_the_driven_set_alone_is_enriched(found):
    table = rows(found)
    assert table.index[table["enriched"]].tolist() == ["driven"]
    assert table.loc["driven", ["direction", "size", "n_patients"]].tolist() == ["up", 15, 60]
    assert table.loc["driven", "es"] > 0.9
    assert set(table.loc["driven", "leading_edge"].split(";")) <= {f"G{i}" for i in range(15)}
    assert table.loc["driven", "n_leading_edge"] == len(table.loc["driven", "leading_edge"].split(";"))


def test_sets_are_flagged_or_dropped_and_said(found):
    assert rows(found).loc["curated", "flag"] == "4 of 7 genes"
    assert found.dropped["pathway"].tolist() == ["foreign"]


def test_p_is_corrected_over_all_rows(found):
    table = found.table
    np.testing.assert_array_equal(table["p_adjusted"], benjamini_hochberg(table["p_value"].to_numpy()))
    assert found.families[0].n_tests == len(table) == 4


def test_ranking_is_the_plain_correlation(found, planted):
    ranking = found.ranking
    assert ranking["statistic"].is_monotonic_decreasing
    expected = planted.expression.corrwith(planted.column("signal"))
    np.testing.assert_allclose(ranking["statistic"], expected[ranking["gene"]], atol=1e-12)


def test_walks_reach_the_score_at_the_edge_of_the_leading_genes(found):
    for row in found.table.itertuples():
        walk = found.walks.query("pathway == @row.pathway")
        assert walk["running_score"].abs().max() == pytest.approx(abs(row.es))
        assert walk["running_score"].iloc[[0, -1]].tolist() == [0, 0]
        assert (walk["gene"] != "").sum() == row.size


def test_covariates_take_away_what_they_explain(planted, sets):
    alone = rows(enrich(planted, "confounded", sets)).loc["aged"]
    given = rows(enrich(planted, "confounded", sets, covariates=["age"])).loc["aged"]
    assert alone["enriched"]
    assert not given["enriched"]
    assert given["p_value"] > 0.1


def test_partial_correlation_by_least_squares(planted, sets):
    result = enrich(planted, "confounded", sets, covariates=["age", "grade"], strata="site", n_permutations=50)
    clinical = planted.clinical
    D = pd.get_dummies(clinical[["age", "grade", "site"]], drop_first=True).astype(float).assign(one=1.0).to_numpy()
    x, Y = clinical["confounded"].to_numpy(), planted.expression.to_numpy()
    rx, rY = (v - D @ np.linalg.lstsq(D, v, rcond=None)[0] for v in (x, Y))
    expected = pd.Series([np.corrcoef(rx, column)[0, 1] for column in rY.T], index=planted.expression.columns)
    np.testing.assert_allclose(result.ranking["statistic"], expected[result.ranking["gene"]], atol=1e-10)


def test_rank_correlation_does_not_see_a_monotone_change(planted, sets):
    value = planted.column("signal")
    one = enrich(planted, value, sets, statistic="rank_correlation", n_permutations=60)
    two = enrich(planted, np.exp(3 * value), sets, statistic="rank_correlation", n_permutations=60)
    pd.testing.assert_frame_equal(one.table, two.table)


def test_several_values_in_one_pass_equal_one_by_one(planted, sets):
    both = enrich(planted, ["signal", "age"], sets, n_permutations=99)
    assert both.table["by"].unique().tolist() == ["signal", "age"]
    for name in ("signal", "age"):
        one = enrich(planted, name, sets, n_permutations=99).table.drop(columns=["p_adjusted", "enriched"])
        same = both.table.query("by == @name").reset_index(drop=True).drop(columns=["p_adjusted", "enriched"])
        pd.testing.assert_frame_equal(one, same)
    assert both.families[0].n_tests == 8


def test_missing_values_leave_patients_out_of_that_value_only(planted, sets):
    value = planted.column("signal").rename("gappy")
    value.iloc[:10] = np.nan
    alone = enrich(planted, value, sets, n_permutations=20).table
    assert (alone["n_patients"] == 50).all()
    cohort = planted.with_clinical(value.to_frame())
    both = enrich(cohort, ["signal", "gappy", "age"], sets, n_permutations=20).table
    assert both.groupby("by")["n_patients"].first().to_dict() == {"signal": 60, "gappy": 50, "age": 60}
    same = both.query("by == 'gappy'").reset_index(drop=True)
    pd.testing.assert_frame_equal(same.drop(columns="p_adjusted"), alone.drop(columns="p_adjusted"))


def test_seed_and_workers(planted, sets):
    def table(seed, n_jobs):
        with ra.options(n_jobs=n_jobs):
            return enrich(planted, "noise", sets, n_permutations=200, seed=seed).table

    pd.testing.assert_frame_equal(table(1, 1), table(1, 2), check_exact=True)
    assert (table(1, 1)["p_value"] != table(2, 1)["p_value"]).any()


# ---- scores that have seen the outcome
def reruns(planted, values, null):
    samples = pd.DataFrame({"patient": planted.patients, "score": values})
    return SimpleNamespace(samples=samples, null_samples=pd.DataFrame(null, index=planted.patients))


def test_p_of_a_fitted_score_comes_from_its_reruns(planted, sets):
    signal = planted.column("signal").to_numpy()
    rng = np.random.default_rng(0)
    honest = enrich(planted, reruns(planted, signal, rng.normal(size=(60, 400))), sets)
    assert rows(honest).loc["driven", "enriched"]
    assert honest.subjects["p_value_from"].tolist() == ["rerun"]
    # where noise reruns find the same genes, the score has shown nothing
    leaky = reruns(planted, signal, signal[:, None] + rng.normal(size=(60, 400)) / 4)
    assert rows(enrich(planted, leaky, sets)).loc["driven", "p_value"] > 0.05


def test_empty_reruns_are_counted_and_left_out(planted, sets):
    null = np.random.default_rng(0).normal(size=(60, 50))
    null[:, :20] = 0.0
    result = enrich(planted, reruns(planted, planted.column("signal").to_numpy(), null), sets)
    assert any(note.startswith("20 of 50 reruns gave a constant score") for note in result.notes)
    assert rows(result)["self_contained_p"].min() == pytest.approx(1 / 31)


def test_a_fitted_score_alone_has_scores_but_no_p(planted, sets):
    result = enrich(planted, SimpleNamespace(out_of_fold=lambda cohort: cohort.clinical["signal"]), sets)
    table = result.table
    assert table[["es", "nes"]].notna().all(axis=None)
    assert table[["p_value", "p_adjusted", "q_value", "self_contained_p"]].isna().all(axis=None)
    assert not table["enriched"].any()
    assert "validate_risk_score" in result.reason


def test_no_signal_gives_an_empty_table_of_the_same_type(planted, sets, found):
    result = enrich(planted, "same", sets)
    assert (result.status, len(result.table)) == ("no_signal", 0)
    assert result.table.columns.tolist() == list(COLUMNS)
    pd.testing.assert_series_equal(result.table.dtypes, found.table.dtypes)
    for name in ("ranking", "walks"):
        pd.testing.assert_series_equal(getattr(result, name).dtypes, getattr(found, name).dtypes)


def test_a_value_that_the_covariates_explain_is_not_estimable(planted, sets):
    result = enrich(planted, ["age", "signal"], sets, covariates=["age"], n_permutations=20)
    assert result.subjects.set_index("by")["status"].to_dict() == {"age": "not_estimable", "signal": "ok"}
    assert set(result.table["by"]) == {"signal"}
    assert enrich(planted, "age", sets, covariates=["age"]).status == "not_estimable"


# ---- the other null, and what is said
def test_null_of_genes_is_exploratory(planted, sets):
    result = enrich(planted, "signal", sets, null="genes", n_permutations=500)
    table = rows(result)
    assert table.loc["driven", "p_value"] < 0.01
    assert table["self_contained_p"].isna().all()
    assert not table["enriched"].any()
    assert any("exploratory only" in note for note in result.notes)


def test_ties_are_told_under_the_null_of_genes(planted, sets):
    expression = planted.expression.assign(G299=planted.expression["G298"])
    tied = enrich(planted.with_modality("expression", expression), "signal", sets, null="genes", n_permutations=20)
    assert any("0.7% of the genes share their statistic" in note for note in tied.notes)


def test_too_few_permutations_are_told_and_the_default_suffices(planted, sets, found):
    few = enrich(planted, "signal", sets, n_permutations=100)
    assert any("100 permutations are too few" in note for note in few.notes)
    assert not any("too few" in note for note in found.notes)


def test_wide_association_is_told(planted, sets):
    expression = planted.expression.add(2 * planted.column("signal"), axis=0)
    result = enrich(planted.with_modality("expression", expression), "signal", sets, n_permutations=50)
    assert (result.table["share_associated"] > 0.9).all()
    assert result.table["flag"].str.contains("of all genes associated").all()


def test_samples_of_a_patient_are_averaged_and_said(planted, sets):
    frame = planted.expression
    twice = pd.concat([frame + 0.5, frame - 0.5]).set_axis([f"S{i}" for i in range(120)])
    owner = pd.Series([*planted.patients, *planted.patients], index=twice.index)
    cohort = planted.with_modality("expression", twice, patients=owner)
    result = enrich(cohort, "signal", sets, n_permutations=20)
    assert (result.table["n_patients"] == 60).all()
    assert "120 samples of patients with several were averaged per patient." in result.notes


def test_no_overlap(planted):
    with pytest.raises(ExpressionError, match="No gene of the 1 gene sets is in the expression table"):
        enrich(planted, "signal", {"a": ["TP53", "EGFR"]})


def test_too_few_patients(planted, sets):
    value = planted.column("signal").iloc[:6]
    with pytest.raises(DesignError, match="known for 6 patients"):
        enrich(planted, value, sets, covariates=["age", "noise"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"statistic": "signal_to_noise"},
        {"null": "labels"},
        {"n_permutations": 0},
        {"weight": -1.0},
        {"inter_gene_correlation": 1.0},
        {"null": "rotation", "statistic": "rank_correlation"},
    ],
    ids=str,
)
def test_wrong_arguments(planted, sets, wrong):
    with pytest.raises(InputError):
        enrich(planted, "signal", sets, **wrong)


def test_saved_and_loaded_exactly(found, tmp_path):
    again = ra.load(found.save(tmp_path / "enrichment"))
    for name in ("table", "subjects", "ranking", "walks", "dropped"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(found, name), check_exact=True)
    assert (again.notes, again.params, again.families[0].n_tests) == (found.notes, found.params, 4)


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.parametrize("covariates", [(), ("age", "sex"), ("grade", "age")], ids=["plain", "adjusted", "confounded"])
def test_null_is_kept_on_real_expression(cohorts, covariates):
    """Random scores on real co-expression: the share of p < .05 stays within two Monte Carlo errors of the level.

    Where grade is a covariate, it also makes up half of the score: adjusting for it must restore the level.
    """
    frame = pd.read_csv(cohorts / "freije" / "expression.tsv.gz", sep="\t", index_col=0).T
    told = pd.read_csv(cohorts / "freije" / "clinical.csv", index_col=0)
    clinical = pd.DataFrame({"age": told["Age"], "sex": told["Gender"], "grade": told["Grade"]}).dropna()
    frame = frame.loc[frame.index.isin(clinical.index)]
    rng = np.random.default_rng(7)
    # coherent sets: a gene and its closest relatives
    seeds = rng.choice(frame.columns, 8, replace=False)
    sets = {f"around {gene}": list(frame.corrwith(frame[gene]).nlargest(25).index) for gene in seeds}
    keep = {*rng.choice(frame.columns, 1500, replace=False), *(gene for genes in sets.values() for gene in genes)}
    scores = rng.normal(size=(len(clinical), 600))
    if "grade" in covariates:
        high = (clinical["grade"] == "IV").to_numpy(float)
        scores += (high / high.std())[:, None]
    columns = [f"score{i}" for i in range(scores.shape[1])]
    clinical = clinical.join(pd.DataFrame(scores, index=clinical.index, columns=columns))
    cohort = Cohort.from_frames(expression=frame[sorted(keep)], clinical=clinical)
    table = enrich(cohort, columns, sets, covariates=covariates, n_permutations=199).table
    for test in ("p_value", "self_contained_p"):
        shares = (table[test] < 0.05).groupby(table["by"]).mean()
        assert shares.mean() <= 0.05 + 2 * shares.std() / np.sqrt(len(shares))


def test_maxmean_on_request_finds_the_driven_set_and_no_other(planted, sets):
    table = rows(enrich(planted, "signal", sets, n_permutations=400, maxmean=True))
    assert table.loc["driven", "maxmean_p"] < 0.02
    assert table.loc["plain", "maxmean_p"] > 0.05
    reference = rows(enrich(planted, "signal", sets, n_permutations=400))
    assert reference["maxmean_p"].isna().all()
    pd.testing.assert_series_equal(table["p_value"], reference["p_value"])
    assert (
        rows(enrich(planted, "signal", sets, n_permutations=50, maxmean=True, null="genes"))["maxmean_p"].isna().all()
    )
