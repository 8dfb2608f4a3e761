from __future__ import annotations

import pytest

from radassoc.base.errors import InputError
from radassoc.survival._cut_arguments import plan_cuts


def test_defaults():
    assert plan_cuts("median", None, None, None) == ("median", 2, 0.1, ())
    assert plan_cuts("quantiles", None, None, None).n_groups == 3
    assert plan_cuts("value", (1, 2.5), None, None) == ("value", 3, 0.1, (1.0, 2.5))


@pytest.mark.parametrize("value", ["60", True, [], [[1, 2]], [1, 1], [float("inf")], list(range(10))])
def test_what_is_no_cut(value):
    with pytest.raises(InputError, match="is no cut"):
        plan_cuts("value", value, None, None)


@pytest.mark.parametrize("n_groups", [1, 11, 2.5, True])
def test_numbers_of_groups(n_groups):
    with pytest.raises(InputError):
        plan_cuts("quantiles", None, n_groups, None)
