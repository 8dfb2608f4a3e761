"""Where a number comes from: versions, seed, data fingerprint, counts."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from typing import Any

from radassoc._version import __version__

__all__ = ["provenance", "versions"]

_PACKAGES = ("numpy", "scipy", "pandas", "numba", "lifelines", "anndata", "matplotlib")


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    found = [("radassoc", __version__), ("python", platform.python_version())]
    found += [(name, metadata.version(name)) for name in _PACKAGES]
    return tuple(found)


def versions() -> dict[str, str]:
    """Return the versions of radassoc, Python and the packages that compute."""
    return dict(_versions())


def provenance(*, data: str = "", seed: int | None = None, **counts: int | str) -> Mapping[str, Any]:
    """Return what a result tells of its origin.

    Parameters
    ----------
    data
        The cohort's fingerprint.
    seed
        The seed, where chance was used.
    **counts
        How many patients, samples, events, features and the like went in.
    """
    return {"versions": versions(), "data": data, "seed": seed, "counts": counts}
