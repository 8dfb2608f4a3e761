import re

from radassoc.strata.by_stratum import by_stratum


def test_nothing_significant_is_one_sentence(parted):
    found = by_stratum(parted, "sex", "survival", variables="radiomics:f4")
    assert found.heterogeneity["significant_in"].tolist() == [""]
    assert re.fullmatch(r"Test of heterogeneity: p = 0\.\d+\.", found.notes[0])


def test_significant_in_one_is_told_with_the_test(parted):
    found = by_stratum(parted, "sex", "survival", variables="radiomics:f0")
    assert found.notes[0].startswith("1 of 1 row is significant in some strata and not in others; that is no")
    assert found.notes[0] in repr(found)


def test_small_stratum_is_told(parted):
    found = by_stratum(parted, "rare", "survival", variables="age")
    assert any(told.startswith("rare r: not analysed (4 patients") for told in found.notes)


def test_rows_without_test_are_counted(parted):
    sets = {"one": [f"G{j}" for j in range(12)]}
    found = by_stratum(parted, "sex", "enrichment", by="survival", gene_sets=sets, n_permutations=20)
    assert any(told.startswith("1 rows have no test of heterogeneity: compare_enrichment") for told in found.notes)
    assert "no evidence of a difference" in found.notes[0]
