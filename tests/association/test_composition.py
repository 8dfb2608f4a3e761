import numpy as np
import pandas as pd
import pytest

from radassoc.association._composition import centred_log_ratio, is_composition
from radassoc.base.errors import InputError

CELLS = pd.DataFrame({"t": [0.2, 0.5, 0.1], "b": [0.3, 0.0, 0.4], "m": [0.5, 0.5, 0.5]}, index=["P1", "P2", "P3"])


def test_recognised_as_shares_or_percent():
    assert is_composition(CELLS)
    assert is_composition(CELLS * 100)
    assert is_composition(pd.concat([CELLS, pd.DataFrame(np.nan, index=["P4"], columns=CELLS.columns)]))


@pytest.mark.parametrize(
    "frame",
    [
        CELLS[["t", "m"]],
        CELLS - 0.1,
        CELLS * 2,
        CELLS.astype(object),
        CELLS.where(CELLS > 0),
        pd.DataFrame(np.eye(3)),  # indicators
        pd.DataFrame({"a": [np.nan], "b": [np.nan], "c": [np.nan]}),
    ],
)
def test_nothing_else_is(frame):
    assert not is_composition(frame)


def test_ratios_stay_and_zeros_are_replaced():
    found, told = centred_log_ratio(CELLS, what="cells")
    np.testing.assert_allclose(found.sum(axis=1), 0, atol=1e-12)
    assert found.loc["P1", "m"] - found.loc["P1", "t"] == pytest.approx(np.log(0.5 / 0.2))
    # zero of b: 65% of 0.3; the others keep their ratio
    assert found.loc["P2", "t"] == pytest.approx(found.loc["P2", "m"])
    assert found.loc["P2", "t"] - found.loc["P2", "b"] == pytest.approx(np.log(0.5 * (1 - 0.195) / 0.195))
    assert "1 parts of zero" in told[1]


def test_percent_is_the_same():
    pd.testing.assert_frame_equal(*(centred_log_ratio(frame, what="x")[0] for frame in (CELLS, CELLS * 100)))


def test_parts_that_never_occur_stay_out():
    found, told = centred_log_ratio(CELLS.assign(none=0.0), what="cells")
    assert list(found.columns) == ["t", "b", "m"]
    assert "none" in told[-1]
    with pytest.raises(InputError, match="2 parts"):
        centred_log_ratio(CELLS.assign(m=0.0), what="cells")


def test_missing_rows_stay_missing():
    frame = pd.concat([CELLS, pd.DataFrame(np.nan, index=["P4"], columns=CELLS.columns)])
    assert centred_log_ratio(frame, what="cells")[0].loc["P4"].isna().all()
