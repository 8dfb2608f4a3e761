"""One seed, one answer: independent random streams by name and index, whatever the number of workers."""

from __future__ import annotations

import zlib
from numbers import Integral

import numpy as np

from radassoc.base.errors import InputError

__all__ = ["check_seed", "child_seed", "generator"]


def _key(part: int | str) -> int:
    return part if isinstance(part, int) else zlib.crc32(part.encode())


def check_seed(seed: object) -> None:
    """Refuse what is no seed, also where nothing random may follow."""
    if isinstance(seed, bool) or not isinstance(seed, Integral) or seed < 0:
        raise InputError(f"seed={seed!r} is no seed.", wanted="a whole number from 0 up")


def child_seed(seed: int, *path: int | str) -> np.random.SeedSequence:
    """Return the child of ``seed`` at ``path``, as ``SeedSequence.spawn`` numbers it; names become numbers by CRC-32.

    Task ``i`` of step ``"permutation"`` owns ``child_seed(seed, "permutation", i)``: its stream depends neither on the
    tasks before it nor on the worker that runs it.
    """
    check_seed(seed)
    return np.random.SeedSequence(int(seed), spawn_key=tuple(_key(part) for part in path))


def generator(seed: int, *path: int | str) -> np.random.Generator:
    """Return a random generator for ``child_seed(seed, *path)``."""
    return np.random.default_rng(child_seed(seed, *path))
