import numpy as np
import pytest

from radassoc.base.errors import ExpressionError, InputError
from radassoc.enrichment.overlap import overlap_sets

GENES = [f"G{i}" for i in range(100)]


def test_members_are_positions_in_the_table():
    found = overlap_sets(GENES, {"a": ["G3", "G1", "missing"]}, keep_small=["a"])
    np.testing.assert_array_equal(found.members["a"], [3, 1])
    assert found.table.loc["a", ["size", "n_listed"]].tolist() == [2, 3]
    assert found.table.loc["a", "coverage"] == pytest.approx(2 / 3)


def test_a_small_curated_set_is_kept_and_flagged():
    curated = {"p53": ["G1", "G2", "G3", "G4", "X", "Y", "Z"], "large": GENES[:20]}
    found = overlap_sets(GENES, curated)
    assert found.table["flag"].to_dict() == {"p53": "4 of 7 genes", "large": ""}
    assert "p53" not in overlap_sets(GENES, curated, keep_small=False).members


def test_a_badly_covered_set_is_kept_only_by_name():
    sets = {"bad": GENES[:12] + [f"X{i}" for i in range(50)], "good": GENES[:20]}
    found = overlap_sets(GENES, sets)
    assert found.dropped["pathway"].tolist() == ["bad"]
    assert found.dropped["reason"].tolist() == ["12 of 62 genes in the table: coverage below 0.3"]
    assert overlap_sets(GENES, sets, keep_small=["bad"]).table.loc["bad", "flag"] == "12 of 62 genes"


def test_sets_of_one_gene_and_large_sets_are_dropped_even_by_name():
    found = overlap_sets(GENES, {"one": ["G1"], "large": GENES, "ok": GENES[:10]}, max_size=50, keep_small=["one"])
    assert list(found.members) == ["ok"]
    assert dict(zip(found.dropped["pathway"], found.dropped["reason"], strict=True)) == {
        "one": "1 of 1 genes in the table: fewer than 2",
        "large": "100 of 100 genes in the table: more than max_size=50",
    }


@pytest.mark.parametrize(
    ("table", "members", "remedy"),
    [
        (["ENSG00000141510", "ENSG00000146648"], ["TP53", "EGFR"], "The table holds Ensembl identifiers"),
        (["TP53", "EGFR"], ["7157", "1956"], "the sets hold Entrez numbers: rename the sets' genes with gene_sets("),
        (["Tp53", "Egfr"], ["TP53", "EGFR"], "2 genes match if upper and lower case are ignored"),
        (["AAA", "BBB"], ["TP53"], "the same kind of identifier"),
    ],
)
def test_no_overlap_shows_identifiers_of_both(table, members, remedy):
    with pytest.raises(ExpressionError) as caught:
        overlap_sets(table, {"set": members})
    assert repr(table[0]) in caught.value.found
    assert repr(members[0]) in caught.value.found
    assert remedy in caught.value.remedy


def test_no_set_left_tells_why():
    with pytest.raises(ExpressionError, match=r"low: 1 of 3 genes in the table: fewer than 2"):
        overlap_sets(GENES, {"low": ["G1", "X", "Y"]})


def test_case_is_never_matched_silently():
    found = overlap_sets(GENES, {"a": [*GENES[:12], "g50"]})
    assert found.table.loc["a", "size"] == 12
    assert found.notes == ("1 genes of the sets differ from the table only in case and were not matched: 'g50'.",)


def test_bundled_sets_are_asked_for_by_name():
    genes = ["VEGFA", "EGFR", "TP53", "MDM2", "MDM4", *GENES]
    found = overlap_sets(genes, ["glioma_core", {"large": GENES[:20], "bad": ["EGFR", "TP53", *map(str, range(20))]}])
    assert found.table["flag"].to_dict() == {"CORE_P53": "3 of 4 genes", "large": ""}
    assert set(found.dropped["pathway"]) == {"CORE_RTK_RAS_PI3K", "CORE_RB1", "bad"}
    assert list(overlap_sets(genes, ["glioma_core", {"large": GENES[:20]}], keep_small=False).members) == ["large"]


def test_unknown_name():
    with pytest.raises(InputError, match="keep_small names gene sets that are not there: 'b'"):
        overlap_sets(GENES, {"a": GENES[:12]}, keep_small=["b"])


def test_symbols_on_both_sides_that_never_meet_may_be_a_short_table():
    with pytest.raises(ExpressionError, match="the table lacks these genes: it has 2"):
        overlap_sets(["EGFR", "TP53"], {"far": ["XYZ1", "XYZ2"]})
