"""The bundled example: written anew alike, small, and untidy where it says so."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.data import data_path
from radassoc.cohort.simulate_study import write_example_study


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_example_study(tmp_path_factory.mktemp("example") / "new").parent


@pytest.mark.slow
@pytest.mark.parametrize("name", ["radiomics.csv", "clinical.csv", "README.md", "study.toml"])
def test_the_bundled_texts_are_what_the_script_writes(written: Path, name: str) -> None:
    assert (written / name).read_bytes() == data_path("example_study", name).read_bytes()


@pytest.mark.slow
def test_the_bundled_expression_is_what_the_script_writes(written: Path) -> None:
    # the text inside: compression libraries may pack it differently
    new, bundled = (
        path.read_bytes() for path in (written / "expression.tsv.gz", data_path("example_study", "expression.tsv.gz"))
    )
    assert gzip.decompress(new) == gzip.decompress(bundled)


def test_no_other_file_is_bundled_with_it(written: Path) -> None:
    assert {path.name for path in written.iterdir()} == {path.name for path in data_path("example_study").iterdir()}


@pytest.mark.slow
def test_another_seed_is_another_study(written: Path, tmp_path: Path) -> None:
    write_example_study(tmp_path, seed=2)
    assert (tmp_path / "clinical.csv").read_bytes() != (written / "clinical.csv").read_bytes()


def test_the_data_stay_small() -> None:
    files = [path for path in data_path("example_study").parent.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 1_500_000


def test_the_files_are_untidy_where_the_readme_says_so() -> None:
    radiomics = pd.read_csv(data_path("example_study", "radiomics.csv"))
    clinical = pd.read_csv(data_path("example_study", "clinical.csv"))
    expression = pd.read_csv(data_path("example_study", "expression.tsv.gz"), sep="\t", index_col=0)
    assert sum(name.startswith("diagnostics_") for name in radiomics.columns) == 4
    assert radiomics.filter(like="original_glcm").isna().to_numpy().any()
    assert set(clinical["os_status"].dropna()) == {"1:DECEASED", "0:LIVING"}
    assert clinical["os_status"].isna().sum() == 2
    assert expression.columns.str.endswith("-T2").sum() == 5
    assert set(radiomics["Case"]) - set(clinical["patient_id"])
    assert set(radiomics["Case"]) - set(expression.columns.str[:6])


def test_the_genes_are_real_symbols_with_all_of_the_bundled_sets() -> None:
    genes = set(ra.example_cohort().expression.columns)
    assert len(genes) == 1500
    assert {gene for members in ra.gene_sets("glioma").values() for gene in members} <= genes
