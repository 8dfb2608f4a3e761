from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from radassoc.figures._margin_labels import spread


@given(st.lists(st.floats(0, 10), min_size=1, max_size=10))
def test_labels_keep_their_distance_and_order(wanted):
    places = spread(wanted, 1.0, 0.0, 10.0)
    order = np.argsort(wanted, kind="stable")
    assert (np.diff(np.array(places)[order]) >= 1 - 1e-9).all()
    assert min(places) >= -1e-9
    assert max(places) <= 10 + 1e-9


def test_labels_that_do_not_touch_stay():
    assert spread([5.0, 1.0], 1.0, 0.0, 10.0) == [5.0, 1.0]
