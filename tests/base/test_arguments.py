import numpy as np
import pytest

from radassoc.base.arguments import check_choice, check_number, check_whole
from radassoc.base.errors import InputError


@pytest.mark.parametrize("value", [0, -3, 2**70, np.int64(5), np.uint8(1)])
def test_whole_numbers_pass(value):
    check_whole("n", value)


@pytest.mark.parametrize("value", ["3", 2.5, 3.0, None, True, [3], np.float64(3)])
def test_anything_else_is_refused_by_name(value):
    with pytest.raises(InputError, match=r"^n_folds=.* is no whole number"):
        check_whole("n_folds", value)


@pytest.mark.parametrize("value", [0, 0.5, -1e9, np.float32(0.5), float("inf"), np.int64(1)])
def test_numbers_pass(value):
    check_number("level", value)


@pytest.mark.parametrize("value", ["0.5", None, False, [0.5], 1j])
def test_what_is_no_number_is_refused_by_name(value):
    with pytest.raises(InputError, match=r"^level=.* is no number"):
        check_number("level", value)


def test_a_value_that_is_no_choice_is_refused_by_name():
    check_choice("ties", "efron", ("efron", "breslow"))
    with pytest.raises(InputError, match="ties='exact' is no choice") as told:
        check_choice("ties", "exact", ("efron", "breslow"))
    assert told.value.wanted == "'efron' or 'breslow'"
