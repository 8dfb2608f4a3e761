import numpy as np
import pytest

import radassoc as ra
from radassoc.strata._interaction_levels import sort_out
from radassoc.strata._levels import read_levels


def test_small_strata_are_told_with_their_numbers(parted):
    levels = read_levels(parted, "rare")
    event = parted.outcome.table["event"].reindex(levels.labels.index).to_numpy(bool)
    kept, frame = sort_out(levels, levels.labels, event, fewest=10, fewest_events=10)
    assert kept == ("s", "t")
    assert frame.set_index("stratum").loc["r", "reason"].endswith("events, fewer than 10")
    assert frame["n"].tolist() == [4, 40, 46]


def test_one_stratum_left_is_refused(parted):
    levels = read_levels(parted, "rare")
    with pytest.raises(ra.DesignError, match="r: 4 patients"):
        sort_out(levels, levels.labels, np.zeros(90, dtype=bool), fewest=41, fewest_events=1)
