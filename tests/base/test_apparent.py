from __future__ import annotations

import pandas as pd
import pytest

from radassoc.base.apparent import is_out_of_fold, mark_apparent, mark_out_of_fold, refuse_apparent
from radassoc.base.errors import DesignError


def scores():
    return pd.Series([1.0, 2.0, 3.0], index=["a", "b", "c"])


@pytest.mark.parametrize("change", [lambda s: s, lambda s: s * 2, lambda s: s > 1, lambda s: s.loc[["a"]]])
def test_marked_scores_are_refused_whatever_is_made_of_them(change):
    with pytest.raises(DesignError, match="fitted on the outcome of 2 of these"):
        refuse_apparent(change(mark_apparent(scores(), 2)))


def test_other_scores_pass():
    refuse_apparent(mark_apparent(scores(), 0))


@pytest.mark.parametrize("change", [lambda s: s, lambda s: s * 2, lambda s: s > 1, lambda s: s.loc[["a"]]])
def test_out_of_fold_values_are_known_whatever_is_made_of_them(change):
    assert is_out_of_fold(change(mark_out_of_fold(scores())))
    assert not is_out_of_fold(change(scores()))
