"""Gene sets: every door, every message, and the bundled sets held against their papers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pytest

from radassoc.base.data import data_path
from radassoc.base.errors import ExpressionError, InputError, RadassocError
from radassoc.tables.gene_sets import BUNDLED, GeneSets, gene_sets

#: Name of the set -> number of genes that its paper tells, DOI, one gene that it is known for.
PUBLISHED = {
    "CORE_RTK_RAS_PI3K": (17, "10.1038/nature07385", "EGFR"),
    "CORE_P53": (4, "10.1038/nature07385", "MDM2"),
    "CORE_RB1": (7, "10.1038/nature07385", "CDK4"),
    "HYPOXIA_BUFFA": (51, "10.1038/sj.bjc.6605450", "CA9"),
    "HALLMARK_HYPOXIA": (200, "10.1016/j.cels.2015.12.004", "ADM"),
    "HALLMARK_ANGIOGENESIS": (36, "10.1016/j.cels.2015.12.004", "POSTN"),
    "PROLIFERATION_NIELSEN": (11, "10.1158/1078-0432.CCR-10-1282", "MKI67"),
    "SUBTYPE_CLASSICAL": (50, "10.1016/j.ccell.2017.06.003", "FGFR3"),
    "SUBTYPE_MESENCHYMAL": (50, "10.1016/j.ccell.2017.06.003", "LOX"),
    "SUBTYPE_PRONEURAL": (50, "10.1016/j.ccell.2017.06.003", "SOX10"),
}


def written(folder: Path, text: str, name: str = "mine.gmt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


# ---- the bundled sets
def test_bundled_sets_have_the_genes_of_their_papers() -> None:
    sets = gene_sets("glioma")
    table = sets.table.set_index("pathway")
    assert dict(table["size"]) == {name: size for name, (size, _, _) in PUBLISHED.items()}
    assert dict(table["doi"]) == {name: doi for name, (_, doi, _) in PUBLISHED.items()}
    for name, (size, _, gene) in PUBLISHED.items():
        assert len(set(sets[name])) == size
        assert gene in sets[name]


def test_each_file_of_the_folder_is_a_bundled_name() -> None:
    assert {path.stem for path in data_path("gene_sets").glob("*.gmt")} == set(BUNDLED)


def test_the_readme_names_each_bundled_set_with_its_count_and_doi() -> None:
    readme = data_path("gene_sets", "README.md").read_text(encoding="utf-8")
    for name, (size, doi, _) in PUBLISHED.items():
        row = next(line for line in readme.splitlines() if line.startswith(f"| `{name}` |"))
        assert f"| {size} |" in row
        assert doi in row


def test_a_bundled_name_gives_only_its_file() -> None:
    assert list(gene_sets("glioma_core")) == ["CORE_RTK_RAS_PI3K", "CORE_P53", "CORE_RB1"]


# ---- the other doors
def test_a_mapping_keeps_its_order_and_a_python_set_is_sorted() -> None:
    sets = gene_sets({"b": ["Z", "A"], "a": {"Y", "X", "W"}})
    assert list(sets.items()) == [("b", ("Z", "A")), ("a", ("W", "X", "Y"))]
    assert sets.table["source"].tolist() == ["mapping", "mapping"]


def test_a_gmt_file_is_read_with_its_description(tmp_path: Path) -> None:
    path = written(tmp_path, "\ufeffONE\tas of 10.1000/xyz.123.\tA\tB\t\n\nTWO\t\tC\n")
    sets = gene_sets(path)
    assert dict(sets) == {"ONE": ("A", "B"), "TWO": ("C",)}
    assert sets.table["doi"].tolist() == ["10.1000/xyz.123", ""]
    assert sets.table["source"].tolist() == ["mine.gmt", "mine.gmt"]
    assert dict(gene_sets(str(path))) == dict(sets)


def test_a_packed_gmt_file_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "mine.gmt.gz"
    path.write_bytes(gzip.compress(b"ONE\t\tA\tB\n"))
    assert dict(gene_sets(path)) == {"ONE": ("A", "B")}


def test_sources_are_joined_in_their_order() -> None:
    sets = gene_sets([{"mine": ["A"]}, "proliferation"])
    assert list(sets) == ["mine", "PROLIFERATION_NIELSEN"]


def test_the_same_set_through_two_doors_is_one_set() -> None:
    assert list(gene_sets(["hypoxia", "hypoxia"])) == ["HYPOXIA_BUFFA", "HALLMARK_HYPOXIA"]


def test_gene_sets_of_gene_sets_keep_what_is_known_of_them() -> None:
    sets = gene_sets("glioma_core")
    assert gene_sets(sets).table.equals(sets.table)


# ---- the collection
def test_selecting_keeps_the_order_asked_for() -> None:
    assert list(gene_sets("glioma_core").select(["CORE_RB1", "CORE_P53"])) == ["CORE_RB1", "CORE_P53"]


def test_selecting_an_unknown_set_names_the_nearest() -> None:
    with pytest.raises(InputError, match="CORE_P53"):
        gene_sets("glioma_core").select("CORE_TP53")


def test_the_collection_cannot_be_changed() -> None:
    sets = gene_sets({"a": ["X"]})
    with pytest.raises(TypeError):
        sets["a"] = ("Y",)  # type: ignore[index]
    table = sets.table
    table.loc[0, "size"] = 99
    assert sets.table.loc[0, "size"] == 1


def test_the_html_view_escapes_names() -> None:
    assert "<script>" not in gene_sets({"<script>": ["X"]})._repr_html_()


# ---- messages
@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("hypoxa", "Did you mean 'hypoxia'"),
        ("kegg", "Bundled are glioma_core"),
        ({"a": []}, "Gene set 'a' (mapping) has no gene"),
        ({"a": "TP53"}, "Gene set 'a' is 'TP53'"),
        ({"a": ["TP53", None]}, "holds 1 genes without a name"),
        ({"a": ["A", "B", "A"]}, "names 1 genes more than once: 'A'"),
        ([{"a": ["A"]}, {"a": ["B"]}], "Two gene sets are named 'a'"),
        ({}, "No gene set was given"),
        ([], "No gene set was given"),
        (7, "cannot be read from int"),
    ],
)
def test_a_wrong_source_is_told(source: object, told: str) -> None:
    with pytest.raises(RadassocError) as caught:
        gene_sets(source)  # type: ignore[arg-type]
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ONE A B\n", "mine.gmt, line 1: no tab splits 'ONE A B'"),
        ("ONE\t\tA\nONE\t\tB\n", "mine.gmt, line 2: 'ONE' is named already in line 1"),
        ("\t\tA\n", "mine.gmt, line 1: the set has no name"),
        ("ONE\tdescription\n", "Gene set 'ONE' (mine.gmt) has no gene"),
        ("ONE\t\tA\tA\n", "names 1 genes more than once"),
        ("\n", "mine.gmt holds no gene set"),
    ],
)
def test_a_malformed_line_is_told(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        gene_sets(written(tmp_path, text))
    assert told in str(caught.value)


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, "ONE A\nTWO\t\tB\tB\n")
    with pytest.raises(ExpressionError) as caught:
        gene_sets([path, {"a": []}])
    assert len(caught.value.problems) == 3  # type: ignore[attr-defined]


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    written(tmp_path, "ONE\t\tA\n", "pathways.gmt")
    with pytest.raises(ExpressionError, match=r"Did you mean 'pathways.gmt'"):
        gene_sets(tmp_path / "pathway.gmt")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExpressionError, match="is no GMT file"):
        gene_sets(written(tmp_path, "a,b\n", "mine.csv"))


def test_a_cut_off_archive_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.gmt.gz"
    path.write_bytes(gzip.compress(b"ONE\t\tA\tB\n" * 100)[:-9])
    with pytest.raises(ExpressionError, match="cannot be unpacked"):
        gene_sets(path)


def test_the_collection_is_a_mapping() -> None:
    sets = gene_sets("proliferation")
    assert isinstance(sets, GeneSets)
    assert dict(**sets) == {"PROLIFERATION_NIELSEN": sets["PROLIFERATION_NIELSEN"]}


# ---- MSigDB JSON, other identifiers
def test_msigdb_json(tmp_path):
    path = tmp_path / "h.json"
    told = {"HALLMARK_A": {"systematicName": "M5890", "pmid": "26771021", "geneSymbols": ["EGFR", "PTEN"]}}
    path.write_text(json.dumps(told))
    sets = gene_sets(path)
    assert sets["HALLMARK_A"] == ("EGFR", "PTEN")
    assert sets.table.loc[0, ["description", "source"]].tolist() == ["M5890; PMID 26771021", "h.json"]
    assert gene_sets(str(path))["HALLMARK_A"] == ("EGFR", "PTEN")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "h.json is no JSON"),
        ("[]", "h.json holds no gene set"),
        ('{"A": {"genes": ["EGFR"]}}', "'A' has no list of genes"),
        ('{"A": {"geneSymbols": []}}', "'A' .* has no gene"),
    ],
)
def test_json_that_holds_no_sets(tmp_path, text, message):
    (tmp_path / "h.json").write_text(text)
    with pytest.raises(ExpressionError, match=message):
        gene_sets(tmp_path / "h.json")


def test_json_that_does_not_exist(tmp_path):
    (tmp_path / "hallmark.json").write_text("{}")
    with pytest.raises(ExpressionError, match=r"Did you mean 'hallmark\.json'"):
        gene_sets(tmp_path / "halmark.json")


@pytest.mark.parametrize(
    "rename",
    [
        {"1956": "EGFR", "5728": "PTEN"},
        {1956: "EGFR", 5728.0: "PTEN"},
        pd.Series({1956: "EGFR", 5728: "PTEN", 9: None}),
    ],
)
def test_other_identifiers_through_a_mapping(rename):
    sets = gene_sets({"a": ["1956", "5728", "9"]}, rename=rename)
    assert sets["a"] == ("EGFR", "PTEN", "9")


def test_two_identifiers_of_one_gene_count_once():
    assert gene_sets({"a": ["1", "2", "3"]}, rename={"1": "A", "2": "A"})["a"] == ("A", "3")


def test_a_mapping_the_wrong_way_round():
    with pytest.raises(InputError, match="rename names no gene of the sets: it has 'EGFR', they have '1956'"):
        gene_sets({"a": ["1956"]}, rename={"EGFR": "1956"})
    with pytest.raises(InputError, match="rename=list maps nothing"):
        gene_sets({"a": ["1956"]}, rename=["EGFR"])
