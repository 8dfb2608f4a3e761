from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from radassoc.base.data import data_path
from radassoc.enrichment._identifiers import identifier_kind
from radassoc.enrichment.overlap import overlap_sets

ORACLES = Path(__file__).parents[1] / "oracles"
GENES = [f"G{i}" for i in range(100)]
ENSEMBL = [f"ENSG{i:011d}" for i in range(40)]


def test_kinds_of_identifiers():
    assert identifier_kind(["ENSMUSG00000059552", "ENSMUSG00000020122"]) == "Ensembl identifiers"
    assert identifier_kind(["7157", "1956"]) == "Entrez numbers"
    assert identifier_kind(["TP53", "EGFR", "1956"]) == "gene symbols"


@pytest.mark.parametrize("side", ["table", "sets", "both"])
def test_ensembl_versions_are_left_out_where_that_makes_genes_match(side):
    table = [f"{gene}.{i % 3 + 1}" for i, gene in enumerate(ENSEMBL)] if side != "sets" else ENSEMBL
    listed = [f"{gene}.7" for gene in ENSEMBL[:12]] if side != "table" else ENSEMBL[:12]
    found = overlap_sets(table, {"a": listed})
    np.testing.assert_array_equal(found.members["a"], np.arange(12))
    assert found.notes == ("12 Ensembl identifiers of the sets match the table without the version after the dot.",)


def test_versions_that_match_as_written_are_left_alone():
    table = [f"{gene}.1" for gene in ENSEMBL]
    assert overlap_sets(table, {"a": table[:12]}).notes == ()


def test_one_gene_in_two_versions_is_not_guessed():
    table = [*(f"{gene}.1" for gene in ENSEMBL), f"{ENSEMBL[0]}.2"]
    found = overlap_sets(table, {"a": ENSEMBL[:12]})
    np.testing.assert_array_equal(found.members["a"], np.arange(1, 12))
    assert "1 Ensembl identifiers are in the table in several versions" in found.notes[1]


def test_renamed_symbols_are_told_and_not_matched():
    found = overlap_sets([*GENES, "SEPTIN7", "MARCH1"], {"a": [*GENES[:12], "SEPT7", "MARCHF1"]})
    assert found.table.loc["a", "size"] == 12
    assert "2 genes of the sets are in the table under another symbol" in found.notes[0]
    assert "SEPT7 is SEPTIN7" in found.notes[0]
    assert "MARCHF1 is MARCH1" in found.notes[0]


def test_the_list_of_renamed_symbols_names_each_once():
    pairs = [line.split("\t") for line in data_path("gene_symbols", "renamed.tsv").read_text().splitlines()[1:]]
    names = [name for pair in pairs for name in pair]
    assert len(set(names)) == len(names)
    assert all(len(pair) == 2 and all(pair) for pair in pairs)


def test_every_renamed_symbol_is_confirmed_by_bioconductor():
    """The former symbol is nobody's today, and an alias of exactly the gene that has the new one (org.Hs.eg.db)."""
    told = pd.read_csv(ORACLES / "gene_symbols.csv", keep_default_na=False).set_index("previous")
    listed = pd.read_csv(data_path("gene_symbols", "renamed.tsv"), sep="\t", keep_default_na=False)
    listed = listed.set_index("previous")["symbol"]
    pd.testing.assert_index_equal(told.index, listed.index)
    assert (told["genes"] == listed).all()
    assert (told["limma"] == listed).all()
    assert not told["is_current"].any()
