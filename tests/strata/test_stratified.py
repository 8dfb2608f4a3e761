import pandas as pd

import radassoc as ra
from radassoc.base.columns import tidy
from radassoc.strata.stratified import HETEROGENEITY_COLUMNS, STRATA_COLUMNS, StratifiedResult


def test_empty_result_round_trips(tmp_path):
    empty = StratifiedResult(
        table=tidy([], ("stratum", "term")),
        strata=tidy([], STRATA_COLUMNS),
        heterogeneity=tidy([], ("term", *HETEROGENEITY_COLUMNS)),
        keys=("term",),
        notes=("Nothing.",),
    )
    again = ra.load(empty.save(tmp_path / "empty.json"))
    pd.testing.assert_frame_equal(again.heterogeneity, empty.heterogeneity)
    assert again.keys == ("term",)
    assert "Nothing." in repr(again)
