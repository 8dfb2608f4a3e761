import numpy as np
import pytest

from radassoc.base.jit import jit
from radassoc.kernels.cox_record import _bound, _median, new_record, widen
from radassoc.kernels.cox_risk import KERNEL


@jit(**KERNEL)
def median(values):
    return _median(values)


@jit(**KERNEL)
def bound(values, out):
    _bound(values, out)


@pytest.mark.parametrize("n", [1, 2, 5, 8, 31])
def test_median_by_counting(n):
    rng = np.random.default_rng(n)
    for values in (rng.standard_normal(n), rng.integers(0, 3, n).astype(float)):
        assert median(values) == np.median(values)


def test_values_far_from_the_median_are_drawn_in():
    values, out = np.array([0.0, 1.0, 2.0, 5e4, -900.0]), np.empty(5)
    bound(values, out)
    assert out.tolist() == [0.0, 1.0, 2.0, 301.0, -299.0]
    bound(values[:3].copy(), out[:3])
    assert out[:3].tolist() == [0.0, 1.0, 2.0]


def test_a_record_gets_wider_and_keeps_what_it_has():
    out = np.array([[True, False, False], [False, True, True]])
    record = new_record(4, 2, ends=(0.99, np.inf, np.inf), left_out=out)
    assert record.eta.shape == (4, 3)
    assert record.out_start.tolist() == [0, 1, 3]
    assert record.out_row.tolist() == [0, 1, 2]
    record.value[0] = 2.0
    assert widen(record).value.size == 2 * record.value.size
    assert widen(record).value[0] == 2.0
