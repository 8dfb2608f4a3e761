import gc
from pathlib import Path

import numpy as np
import pytest

from radassoc.kernels.pages import paged_zeros


@pytest.mark.parametrize("shape", [(0,), (0, 5), (3,), (100_000,), (50, 40, 60)])
@pytest.mark.parametrize("dtype", [np.float64, np.int32])
def test_arrays_are_zero_and_can_be_written(shape, dtype):
    found = paged_zeros(shape, dtype)
    assert found.shape == shape
    assert found.dtype == dtype
    assert not found.any()
    found += 1
    assert (found == 1).all()
    assert found.flags.c_contiguous
    assert found.flags.writeable


@pytest.mark.slow
def test_memory_goes_back_to_the_system_at_once():
    if not Path("/proc/self/statm").exists():
        pytest.skip("the system does not tell")
    gc.collect()
    before = resident()
    large = paged_zeros((4 << 20,))
    large[:] = 1.0
    later = paged_zeros((1 << 14,))  # what comes later does not hold it back
    assert resident() - before > 30
    del large
    assert resident() - before < 5
    assert not later.any()


def resident():
    """Return resident memory in MB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20
