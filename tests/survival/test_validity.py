from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.survival._grouping import Grouping
from radassoc.survival._validity import Reruns, search_row, withhold


def rows():
    base = {"estimate": 2.0, "ci_low": 1.5, "ci_high": 3.0, "p_value": 0.01, "interval": "Wald", "reason": ""}
    return [base | {"measure": "hazard_ratio"}, base | {"measure": "log_rank", "interval": "none"}]


def grouping(source, **more):
    return Grouping(pd.Series(dtype=float), ("low", "high"), source, **more)


@pytest.mark.parametrize("source", ["clinical", "given", "test"])
def test_ordinary_groups_keep_everything(source):
    kept = rows()
    withhold(kept, grouping(source))
    assert kept == rows()


def test_learned_groups_keep_only_what_reruns_give():
    ratio, test = kept = rows()
    withhold(kept, grouping("out_of_fold"), Reruns({"log_rank": 0.2}))
    assert (ratio["interval"], ratio["ci_low"]) == ("conditional on the groups", 1.5)
    assert np.isnan(ratio["p_value"])
    assert test["p_value"] == 0.2


@pytest.mark.parametrize("found", [grouping("training"), grouping("clinical", optimised=True)])
def test_biased_groups_keep_neither_p_nor_interval(found):
    kept = rows()
    withhold(kept, found)
    assert all(np.isnan(row["p_value"]) and np.isnan(row["ci_low"]) and row["interval"] == "none" for row in kept)
    assert ("biased" in kept[0]["reason"]) == found.optimised


def test_the_corrected_test_stays():
    found = grouping("clinical", optimised=True, searched={"statistic": 3.0, "p_value": 0.04, "method": "lau94"})
    (row,) = search_row(found, "high vs low", 60, 30)
    withhold([row], found)
    assert (row["measure"], row["p_value"], row["statistic"]) == ("max_log_rank", 0.04, 3.0)
    assert "lau94" in row["reason"]
    assert search_row(grouping("clinical"), "high vs low", 60, 30) == []
