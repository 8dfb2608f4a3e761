"""Arrays on pages of their own, which go back to the system as soon as the array is let go.

Arrays that grow step by step leave holes in the common heap, and the holes are counted as memory in use.
"""

from __future__ import annotations

import mmap

import numpy as np

__all__ = ["paged_zeros"]

_SMALL = 1 << 16  # bytes; below, the heap wastes less than a page


def paged_zeros(shape: tuple[int, ...], dtype: np.dtype | type = np.float64) -> np.ndarray:
    """Return zeros; pages that are never touched take no memory.

    Examples
    --------
    >>> paged_zeros((2, 3)).tolist()
    [[0.0, 0.0, 0.0], [0.0, 0.0, 0.0]]
    """
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    if size < _SMALL:
        return np.zeros(shape, dtype)
    return np.frombuffer(mmap.mmap(-1, size), dtype).reshape(shape)
