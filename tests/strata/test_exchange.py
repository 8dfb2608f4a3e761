import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import DesignError
from radassoc.strata._exchange import alike, exchanged, levelled


def test_every_cell_keeps_its_numbers():
    code, cells = np.array([0, 0, 1, 1, 1, 0, 1, 0]), np.array([0, 0, 0, 0, 1, 1, 1, 1])
    moved = exchanged(code, cells, seed=1, path=("x", 0))
    for cell in (0, 1):
        assert sorted(moved[cells == cell]) == sorted(code[cells == cell])
    assert {tuple(exchanged(code, cells, seed=1, path=("x", b))) for b in range(20)} != {tuple(code)}


def test_numbers_are_cut_in_thirds_and_unknowns_are_a_level(parted):
    code = (parted.column("sex") == "male").to_numpy().astype(np.int64)
    strata = np.zeros(90, dtype=np.int64)
    by_age = alike(parted, ["age"], parted.patients, code, strata)
    assert np.bincount(by_age.cells).tolist() == pytest.approx([30, 30, 30], abs=1)
    by_idh = alike(parted, ["idh"], parted.patients, code, strata)
    assert len(np.unique(by_idh.cells)) == 3
    both = alike(parted, ["age", "idh"], parted.patients, code, strata)
    assert len(np.unique(both.cells)) > 6


def test_confounded_stratum_is_refused(parted):
    twin = parted.with_clinical(pd.DataFrame({"gender": parted.column("sex")}))
    code = (parted.column("sex") == "male").to_numpy().astype(np.int64)
    with pytest.raises(DesignError, match="only 0 of 90 patients"):
        alike(twin, ["gender"], parted.patients, code, np.zeros(90, dtype=np.int64))


def test_strata_are_levelled_and_differences_within_them_stay():
    code = np.array([0, 0, 0, 1, 1, 1])
    columns = np.array([[1.0, 2.0, np.nan, 11.0, 13.0, 15.0], [1.0, 1.0, 4.0, np.nan, np.nan, np.nan]]).T
    level = levelled(columns, code)
    assert np.array_equal(np.isnan(level), np.isnan(columns))
    assert level[:2, 0].mean() == pytest.approx(level[3:, 0].mean())
    assert np.diff(level[3:, 0]).tolist() == pytest.approx([2.0, 2.0])
    assert level[:3, 1].tolist() == pytest.approx([1.0, 1.0, 4.0])
