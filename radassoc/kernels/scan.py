"""All pairs of columns against a threshold: found in single precision, answered in double.

Columns are residuals of unit length, one per row of a matrix, so that a correlation is an inner product. A tile of
products is walked once: its sizes are counted in bins, and what may reach the threshold is remembered. The bins are
those of the bits of a single-precision number: sign off, the low bits off, so that a bin's edges are numbers that
single precision holds exactly.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from radassoc.base.jit import jit

__all__ = ["N_BINS", "bin_edges", "bins_of", "largest_products", "pair_products", "scan_rows", "single_error"]

_SIGN_OFF = np.uint32(0x7FFFFFFF)
_SHIFT = np.uint32(15)  # 256 bins per factor of two
_ONE = 0x3F800000 >> 15  # the bin that begins at 1: rounding may reach it
#: Sizes below 2^-16 share the first bin.
_FIRST = (0x3F800000 - (16 << 23)) >> 15
N_BINS = _ONE - _FIRST + 1

#: Rows and columns of a tile at most: large enough that the product runs at full speed, and read again while it is in
#: the last cache.
_ROWS, _COLUMNS = 1024, 2048


def bin_edges() -> np.ndarray:
    """Return the ``N_BINS + 1`` edges of the bins of |r|, from 0 up; the last bin holds what rounding put above 1.

    Examples
    --------
    >>> edges = bin_edges()
    >>> float(edges[0]), float(edges[-2])
    (0.0, 1.0)
    """
    low = (np.arange(_FIRST, _ONE + 2, dtype=np.uint32) << _SHIFT).view(np.float32).astype(float)
    low[0] = 0.0
    return low


def bins_of(r: np.ndarray) -> np.ndarray:
    """Return the bin of each single-precision product."""
    bits = (np.ascontiguousarray(r, dtype=np.float32).view(np.uint32) & _SIGN_OFF) >> _SHIFT
    return np.clip(bits.astype(np.int64) - _FIRST, 0, N_BINS - 1)


def single_error(n: int) -> float:
    """Bound the error of a single-precision product of two unit vectors of length ``n``: no pair can be overlooked."""
    return float((n + 3) * np.finfo(np.float32).eps / 2)


@jit
def _walk(
    bits: np.ndarray, first: np.ndarray, low: np.uint32, counts: np.ndarray, found: np.ndarray, position: int, i0: int
) -> int:
    """Count the sizes of a tile in bins, write where they reach ``low`` to ``found``, return how many were found.

    Row i begins at column ``first[i]``. Unsigned numbers and loops from zero: the compiler then needs no check for
    negative positions, and takes the largest of many numbers at once. Past the end of ``found`` pairs are counted only.
    """
    for i in range(len(bits)):
        skipped = first[i]
        row = bits[i, skipped:]
        largest = np.uint32(0)
        for k in range(len(row)):
            size = np.uint32(row[k] & _SIGN_OFF)
            largest = size if size > largest else largest
        for k in range(len(row)):
            counts[(row[k] & _SIGN_OFF) >> _SHIFT] += np.uint32(1)
        if largest >= low:
            for k in range(len(row)):
                if (row[k] & _SIGN_OFF) >= low:
                    if position < len(found):
                        found[position, 0] = i0 + i
                        found[position, 1] = skipped + k
                    position += 1
    return position


@jit
def _maxima(bits: np.ndarray, first: np.ndarray, largest: np.ndarray) -> None:
    for i in range(len(bits)):
        row = bits[i, first[i] :]
        most = largest[i]
        for k in range(len(row)):
            size = np.uint32(row[k] & _SIGN_OFF)
            most = size if size > most else most
        largest[i] = most


@jit
def _products(X: np.ndarray, Y: np.ndarray, i: np.ndarray, j: np.ndarray, out: np.ndarray) -> None:
    n = X.shape[1]
    for q in range(len(i)):
        x, y = X[i[q]], Y[j[q]]
        a = b = c = d = 0.0
        for k in range(0, n - 3, 4):
            a += x[k] * y[k]
            b += x[k + 1] * y[k + 1]
            c += x[k + 2] * y[k + 2]
            d += x[k + 3] * y[k + 3]
        for k in range(n - n % 4, n):
            a += x[k] * y[k]
        out[q] = (a + b) + (c + d)


def pair_products(X: np.ndarray, Y: np.ndarray, i: np.ndarray, j: np.ndarray) -> np.ndarray:
    """Return the products of rows ``i`` of X with rows ``j`` of Y, each summed in the same order wherever it is asked.

    Examples
    --------
    >>> pair_products(np.eye(2), np.array([[0.6, 0.8]]), np.array([0, 1]), np.array([0, 0])).tolist()
    [0.6, 0.8]
    """
    out = np.empty(len(i))
    _products(X, Y, np.asarray(i, dtype=np.int64), np.asarray(j, dtype=np.int64), out)
    return np.clip(out, -1.0, 1.0)


def scan_rows(
    X: np.ndarray, Y: np.ndarray, first: np.ndarray, threshold: float, *, most: int
) -> tuple[np.ndarray, np.ndarray, int]:
    """Walk all products of the single-precision rows of X (p, n) and Y (g, n), from column ``first[i]`` of row i on.

    Returns
    -------
    found
        (hits, 2) rows and columns where |r| reaches ``threshold``, at most ``most``.
    counts
        Products in each bin of :func:`bin_edges`.
    n_found
        How many reach the threshold, also those that ``found`` has no room for.
    """
    low = np.float32(max(threshold, 0.0)).view(np.uint32)
    counts = np.zeros(_ONE + 1, dtype=np.uint32)
    found = np.empty((most, 2), dtype=np.int32)
    position = 0
    for i, j, tile, begin in _tiles(X, Y, first):
        before = position
        position = _walk(tile.view(np.uint32), begin, low, counts, found, position, i)
        found[before:position, 1] += j
    below = counts[: _FIRST + 1].sum(dtype=np.int64)
    return found[:position], np.r_[below, counts[_FIRST + 1 :].astype(np.int64)], position


def largest_products(X: np.ndarray, Y: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the largest |r| of each single-precision row of X (p, n) with the rows of Y (g, n) from ``first[i]`` on.

    Examples
    --------
    >>> rows = np.array([[0.6, -0.8], [1.0, 0.0]], dtype=np.float32)
    >>> largest_products(rows, np.eye(2, dtype=np.float32), np.array([0, 1])).tolist()
    [0.800000011920929, 0.0]
    """
    largest = np.zeros(len(X), dtype=np.uint32)
    for i, _, tile, begin in _tiles(X, Y, first):
        _maxima(tile.view(np.uint32), begin, largest[i : i + _ROWS])
    return largest.view(np.float32)


def _tiles(X: np.ndarray, Y: np.ndarray, first: np.ndarray) -> Iterator[tuple[int, int, np.ndarray, np.ndarray]]:
    """Yield the products tile by tile, in one piece of memory: place, products, first column of each row."""
    room = np.empty(_ROWS * _COLUMNS, dtype=np.float32)
    for j in range(0, len(Y), _COLUMNS):
        right = Y[j : j + _COLUMNS].T
        for i in range(0, len(X), _ROWS):
            left = X[i : i + _ROWS]
            begin = np.clip(first[i : i + _ROWS] - j, 0, right.shape[1])
            if begin.min() < right.shape[1]:
                tile = room[: len(left) * right.shape[1]].reshape(len(left), right.shape[1])
                np.matmul(left, right, out=tile)
                yield i, j, tile, begin
