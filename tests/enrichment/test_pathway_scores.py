import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.cohort.cohort import Cohort
from radassoc.enrichment import score_pathways

SETS = {
    "wide": [f"g{i}" for i in range(1, 26)],
    "narrow": ["g3", "g9", "g20", "g31", "g44"],
    "pair": ["g5", "g80"],
}


@pytest.fixture
def stored(oracles):
    genes = pd.read_csv(oracles / "gsva_input.csv", index_col=0)
    return Cohort.from_frames(expression=genes.T)


@pytest.mark.parametrize("method", ["ssgsea", "zscore", "gsva"])
def test_equals_r_gsva(stored, oracles, method):
    known = pd.read_csv(oracles / "gsva.csv").query("method == @method").set_index("pathway").drop(columns="method").T
    scores = score_pathways(stored, SETS, method=method)["pathways"]
    np.testing.assert_allclose(scores, known.loc[scores.index, scores.columns], atol=1e-8, rtol=0)


def test_ssgsea_of_a_sample_does_not_depend_on_the_others(stored):
    whole = score_pathways(stored, SETS)["pathways"]
    alone = score_pathways(stored.subset(["s4"]), SETS)["pathways"]
    np.testing.assert_allclose(alone.loc["s4"], whole.loc["s4"], rtol=1e-12)


def test_features_and_audit_tell_sizes_and_what_was_left_out(stored):
    scored = score_pathways(stored, {**SETS, "foreign": ["x", "y", "g1"]})
    features = scored.features("pathways")
    assert features.loc["narrow", ["size", "n_listed", "flag", "method"]].tolist() == [5, 5, "5 of 5 genes", "ssgsea"]
    told = scored.audit.table.query("step == 'score_pathways'").set_index("name")["reason"]
    assert told["foreign"] == "gene set left out: 1 of 3 genes in the table: fewer than 2"
    assert told["narrow"] == "small gene set kept: 5 of 5 genes"


def test_samples_stay_samples(stored):
    owner = pd.Series([f"P{i // 3}" for i in range(9)], index=stored.expression.index)
    cohort = Cohort.from_frames(expression=stored.expression, patients={"expression": owner})
    scored = score_pathways(cohort, SETS)
    assert scored["pathways"].index.tolist() == stored.expression.index.tolist()
    assert scored.sample_patients("pathways").tolist() == owner.tolist()
    assert scored.patient_frame("pathways").shape == (3, 3)


def test_names_of_genes_are_taken_as_they_are(stored):
    # some programs turn sets to upper case where they think that genes are
    upper = stored.expression.rename(columns=str.upper)
    sets = {name: [gene.upper() for gene in genes] for name, genes in SETS.items()}
    scored = score_pathways(Cohort.from_frames(expression=upper), sets)["pathways"]
    np.testing.assert_array_equal(scored, score_pathways(stored, SETS)["pathways"])


def test_the_cohort_itself_is_unchanged(stored):
    score_pathways(stored, SETS)
    assert stored.modalities == ("expression",)


def test_unknown_method(stored):
    with pytest.raises(InputError, match="method='plage'"):
        score_pathways(stored, SETS, method="plage")


def test_ssgsea_equals_gseapy(stored):
    import gseapy

    genes = stored.expression.T
    known = gseapy.ssgsea(
        genes,
        SETS,
        outdir=None,
        sample_norm_method="rank",
        correl_norm_type="rank",
        min_size=1,
        threads=1,
        no_plot=True,
    ).res2d
    known = known.pivot(index="Name", columns="Term", values="ES").astype(float)
    scores = score_pathways(stored, SETS)["pathways"]
    np.testing.assert_allclose(scores, known.loc[scores.index, scores.columns], atol=1e-6, rtol=0)


def test_gsva_equals_gseapy(stored):
    import gseapy

    genes = stored.expression.T
    known = gseapy.gsva(genes, SETS, min_size=2, kcdf="Gaussian", mx_diff=True, threads=1).res2d
    known = known.pivot(index="Name", columns="Term", values="ES").astype(float)
    scores = score_pathways(stored, SETS, method="gsva")["pathways"]
    np.testing.assert_allclose(scores, known.loc[scores.index, scores.columns], atol=1e-6, rtol=0)


def test_singscore_is_the_published_formula(stored):
    scores = score_pathways(stored, SETS, method="singscore")["pathways"]
    ranks = stored.expression.rank(axis=1, method="min")
    for name, genes in SETS.items():
        k, total = len(genes), ranks.shape[1]
        lowest = sum(range(1, k + 1)) / k
        highest = sum(range(total - k + 1, total + 1)) / k
        expected = (ranks[genes].mean(axis=1) - lowest) / (highest - lowest) - 0.5
        np.testing.assert_allclose(scores[name], expected, atol=1e-12)


def test_pc1_is_the_first_component_with_a_positive_mean_loading(stored):
    scored = score_pathways(stored, SETS, method="pc1")
    for name, genes in SETS.items():
        X = stored.expression[genes]
        variances, axes = np.linalg.eigh(X.corr())
        lead = axes[:, -1]
        lead = lead * np.sign(lead.mean() if abs(lead.mean()) > 1e-9 else lead[np.argmax(np.abs(lead))])
        expected = ((X - X.mean()) / X.std()) @ lead
        np.testing.assert_allclose(scored["pathways"][name], expected, atol=1e-10)
        assert scored.features("pathways").loc[name, "explained"] == pytest.approx(variances[-1] / variances.sum())


@pytest.mark.parametrize("method", ["ssgsea", "singscore"])
def test_a_gap_is_left_out_of_its_sample_and_of_no_other(stored, method):
    full = score_pathways(stored, SETS, method=method)["pathways"]
    table = stored.expression
    table.loc["s2", ["g3", "g60", "g61"]] = np.nan
    scored = score_pathways(Cohort.from_frames(expression=table), SETS, method=method)
    others = full.index != "s2"
    np.testing.assert_array_equal(scored["pathways"][others], full[others])
    alone = table.loc[["s2"]].drop(columns=["g3", "g60", "g61"])
    known = score_pathways(Cohort.from_frames(expression=alone), SETS, method=method)["pathways"]
    scale = 80 / 77 if method == "ssgsea" else 1.0
    np.testing.assert_allclose(scored["pathways"].loc["s2"], scale * known.loc["s2"], rtol=1e-12)
    reasons = scored.audit.table.query("step == 'score_pathways'")["reason"]
    assert "3 values are missing, in 1 of 9 samples" in " ".join(scored.audit.table.astype(str).to_numpy().ravel())
    assert len(reasons)


def test_a_set_that_is_unknown_in_a_sample_has_no_score_there(stored):
    table = stored.expression
    table.loc["s2", "g5"] = np.nan
    scored = score_pathways(Cohort.from_frames(expression=table), SETS)
    assert scored["pathways"]["pair"].isna().to_dict() == {name: name == "s2" for name in table.index}
