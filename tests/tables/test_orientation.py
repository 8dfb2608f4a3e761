"""Genes in rows or in columns, by their names."""

from __future__ import annotations

import pytest

from radassoc.base.errors import ExpressionError
from radassoc.tables.orientation import gene_share, genes_in_rows

GENES = ["A1BG", "EGFR", "TP53"]
SAMPLES = ["S1", "S2"]


def find(rows: list[str], columns: list[str], title: str = "", told: str = "auto", known: tuple[str, ...] = ()) -> bool:
    return genes_in_rows(rows, columns, title, source="a.csv", told=told, known=known)


def test_known_symbols_tell() -> None:
    assert find(GENES, SAMPLES)
    assert not find(SAMPLES, GENES)


@pytest.mark.parametrize("name", ["ENSG00000146648", "ENSG00000146648.17", "1007_s_at", "ILMN_1343291"])
def test_accessions_tell(name: str) -> None:
    assert gene_share([name]) == 1.0


def test_known_patients_tell_where_genes_do_not() -> None:
    assert find(["g1", "g2"], SAMPLES, known=("S1",))
    assert not find(SAMPLES, ["g1", "g2"], known=("S1", "S2"))
    assert find(["g1", "g2"], ["TCGA-06-0125-01A"], known=("TCGA-06-0125",))


def test_the_title_tells_last() -> None:
    assert find(["g1"], ["x"], title="Hugo_Symbol")
    assert not find(["x"], ["g1"], title="sample_id")
    with pytest.raises(ExpressionError, match="orientation="):
        find(["g1"], ["x"], title="name")


def test_what_is_told_is_believed_unless_the_names_say_otherwise() -> None:
    assert find(["g1"], ["x"], told="samples_in_columns")
    assert not find(["g1"], ["x"], told="samples_in_rows")
    with pytest.raises(ExpressionError, match='Its names say orientation="samples_in_columns"'):
        find(GENES, SAMPLES, told="samples_in_rows")
