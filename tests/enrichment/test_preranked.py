import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import ExpressionError, InputError
from radassoc.base.settings import options
from radassoc.enrichment.preranked import preranked

RNG = np.random.default_rng(8)
GENES = [f"G{i}" for i in range(400)]
SETS = {f"S{k}": list(RNG.choice(GENES, size, replace=False)) for k, size in enumerate((12, 25, 25, 60))}
RANKING = pd.Series(RNG.normal(size=400), index=GENES, name="fold change")
RANKING[SETS["S1"]] += 1.0


def test_scores_equal_gseapy(oracles):
    ranking = pd.read_csv(oracles / "prerank_input.csv", index_col="gene")["statistic"]
    sets = pd.read_csv(oracles / "prerank_sets.csv", index_col="pathway")["genes"].str.split(";").to_dict()
    known = pd.read_csv(oracles / "prerank.csv").query("weight == 1").set_index("pathway")
    found = preranked(ranking, sets, min_size=1, keep_small=True).table.set_index("pathway").loc[known.index]
    np.testing.assert_allclose(found["es"], known["es"], atol=1e-5)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_nes_and_p_agree_with_gseapy_within_monte_carlo_error():
    import gseapy

    sets = {
        f"S{k}": list(RNG.choice(GENES, int(size), replace=False)) for k, size in enumerate(RNG.integers(10, 80, 40))
    }
    ranking = RANKING.copy()
    for k in range(10):
        ranking[sets[f"S{k}"]] += 0.1 * (k - 4)
    theirs = gseapy.prerank(ranking, sets, permutation_num=4000, min_size=1, outdir=None, seed=1, threads=1).res2d
    theirs = theirs.set_index("Term").astype({"NES": float, "NOM p-val": float})
    ours = preranked(ranking, sets, n_permutations=4000).table.set_index("pathway")
    theirs = theirs.loc[ours.index]
    assert np.corrcoef(ours["nes"], theirs["NES"])[0, 1] > 0.999
    p = ours["p_value"]
    assert (np.abs(p - theirs["NOM p-val"]) < 5 * np.sqrt(2 * p * (1 - p) / 1500) + 0.003).all()


def test_the_shifted_set_stands_out_and_is_called_exploratory():
    found = preranked(RANKING, SETS)
    table = found.table.set_index("pathway")
    assert table["p_value"].idxmin() == "S1"
    assert table.loc["S1", "p_adjusted"] < 0.05
    assert not table["enriched"].any()
    assert table[["self_contained_p", "camera_p"]].isna().all(axis=None)
    assert found.notes[0].startswith("Exploratory only")
    assert found.subjects["p_value_from"].tolist() == ["genes"]
    assert found.table["by"].unique().tolist() == ["fold change"]


def test_many_rankings_are_each_as_if_alone_on_any_number_of_workers():
    frame = pd.DataFrame(RNG.normal(size=(400, 3)), index=GENES, columns=list("abc"))
    with options(n_jobs=2):
        both = preranked(frame, SETS, n_permutations=200).table
    with options(n_jobs=1):
        alone = preranked(frame["b"], SETS, n_permutations=200).table
    found = both.query("by == 'b'").reset_index(drop=True)
    pd.testing.assert_frame_equal(found.drop(columns="p_adjusted"), alone.drop(columns="p_adjusted"), check_exact=True)


def test_ties_and_missing_genes_are_told():
    ranking = RANKING.round(0)
    ranking.iloc[5] = np.nan
    notes = preranked(ranking, SETS, n_permutations=20).notes
    assert any("of the genes share their statistic" in note for note in notes)
    assert any(note.startswith("1 genes without a number were left out: 'G5'") for note in notes)


@pytest.mark.parametrize(
    ("ranking", "message"),
    [
        (RANKING.to_list(), "not list"),
        (pd.concat([RANKING, RANKING[:2]]), "'G0', 'G1' more than once"),
        (RANKING.astype(str), "are no numbers"),
        (RANKING * np.nan, "0 genes have a number"),
    ],
    ids=["list", "twice", "text", "missing"],
)
def test_what_is_no_ranking(ranking, message):
    with pytest.raises(InputError, match=message):
        preranked(ranking, SETS)


@pytest.mark.parametrize("wrong", [{"n_permutations": 0}, {"weight": -1}, {"level": 2}], ids=str)
def test_wrong_numbers(wrong):
    with pytest.raises(InputError):
        preranked(RANKING, SETS, **wrong)


def test_no_shared_genes():
    with pytest.raises(ExpressionError):
        preranked(RANKING, {"other": [f"X{i}" for i in range(20)]})
