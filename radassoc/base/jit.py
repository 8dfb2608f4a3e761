"""Compiled kernels that also work where nothing can be written."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar, overload

import numba

__all__ = ["jit"]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


@overload
def jit(function: Kernel, /) -> Kernel: ...


@overload
def jit(**settings: Any) -> Callable[[Kernel], Kernel]: ...


def jit(function: Kernel | None = None, /, **settings: Any) -> Any:
    """Compile with numba: no Python objects, no interpreter lock, cached on disk where the disk can be written.

    A read-only installation without a home directory has nowhere to keep the compiled code; the kernel is then compiled
    anew in each process instead of failing at import.

    ``fastmath`` is refused: it lets the compiler order a sum anew, and the order then depends on what was inlined, so
    that a kernel just compiled and the same kernel from the cache differ in the last bits. It gained no time either.
    """
    if "fastmath" in settings:
        raise ValueError("fastmath makes the last bits depend on how a kernel was compiled")
    if function is None:
        return lambda kernel: jit(kernel, **settings)
    settings = {"nogil": True, **settings}
    if os.environ.get("RADASSOC_NO_CACHE") != "1":
        try:
            return numba.njit(cache=True, **settings)(function)
        except RuntimeError as error:
            if "cache" not in str(error) and "locator" not in str(error):
                raise
    return numba.njit(**settings)(function)
