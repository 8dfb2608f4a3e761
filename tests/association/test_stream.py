import sys

import numpy as np
import pandas as pd
import pytest

from radassoc.association import _stream, associate
from radassoc.base.errors import InputError, MissingDependencyError


@pytest.fixture(scope="module")
def whole(wide_study):
    return associate(wide_study(), "radiomics", "expression", keep="all", covariates=["age"])


def by_pair(frame):
    return frame.astype({"feature": str, "gene": str}).sort_values(["feature", "gene"], ignore_index=True)


@pytest.mark.parametrize("large", [False, True])
def test_every_pair_is_written(whole, tmp_path, monkeypatch, large, few_rows, wide_study):
    monkeypatch.setattr(_stream, "_BLOCK", 1_500)
    path = tmp_path / "pairs.parquet"
    with few_rows(2_000 if large else 20_000):
        found = associate(wide_study(), "radiomics", "expression", covariates=["age"], stream=path)
    written = by_pair(pd.read_parquet(path))
    known = by_pair(whole.table.dropna(subset="p_value"))
    assert written.columns.tolist() == known.columns.tolist()
    for name in ("estimate", "ci_low", "statistic", "log10_p"):
        np.testing.assert_allclose(written[name], known[name], rtol=1e-9)
    np.testing.assert_allclose(written["p_adjusted"], known["p_adjusted"], rtol=0.02)
    assert "12000 pairs were written to pairs.parquet." in found.notes
    assert [item.name for item in tmp_path.iterdir()] == ["pairs.parquet"]


def test_one_table_against_itself_is_written_once(tmp_path, few_rows, wide_study):
    path = tmp_path / "pairs.parquet"
    with few_rows():
        associate(wide_study(), "expression", "expression", stream=path)
    assert len(pd.read_parquet(path)) == 300 * 299 // 2


def test_what_cannot_be_written_is_told_before(tmp_path, monkeypatch, wide_study):
    cohort = wide_study()
    with pytest.raises(InputError, match="cannot be written"):
        associate(cohort, "radiomics", "expression", stream=tmp_path / "no" / "pairs.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingDependencyError, match="parquet"):
        associate(cohort, "radiomics", "expression", stream=tmp_path / "pairs.parquet")
