from __future__ import annotations

import numba
import pytest

from radassoc.base import jit as room


def kernel(x):
    return x + 1


def test_compiles_and_keeps_settings():
    assert room.jit(kernel)(1) == 2
    assert room.jit(error_model="numpy")(kernel)(1.5) == 2.5


def test_works_where_nothing_can_be_written(monkeypatch):
    def refuse(**settings):
        if settings.get("cache"):
            raise RuntimeError("cannot cache function 'kernel': no locator available for file 'kernel.py'")
        return numba_njit(**settings)

    numba_njit = numba.njit
    monkeypatch.setattr(room.numba, "njit", refuse)
    assert room.jit(kernel)(1) == 2


def test_other_failures_are_not_hidden(monkeypatch):
    def refuse(**settings):
        raise RuntimeError("broken compiler")

    monkeypatch.setattr(room.numba, "njit", refuse)
    with pytest.raises(RuntimeError, match="broken compiler"):
        room.jit(kernel)


def test_sums_are_never_reordered():
    with pytest.raises(ValueError, match="last bits"):
        room.jit(fastmath=True)
