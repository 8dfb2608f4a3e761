"""Options of the running process: how many workers, and whether progress is shown."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from radassoc.base.arguments import check_whole
from radassoc.base.errors import InputError

__all__ = ["Settings", "current", "options", "resolve_jobs"]


@dataclass(frozen=True)
class Settings:
    """What ``ra.options`` holds: ``n_jobs`` (None: all cores) and ``progress`` (None: where a person watches)."""

    n_jobs: int | None = None
    progress: bool | None = None


_in_force: list[Settings] = [Settings()]


def current() -> Settings:
    """Return the settings in force."""
    return _in_force[0]


class options:  # noqa: N801 - reads as a function: ra.options(n_jobs=2), or `with ra.options(n_jobs=2):`
    """Set options from now on, or only within a ``with`` block.

    Parameters
    ----------
    n_jobs
        Number of workers of parallel work; -1 means all cores. No result depends on it.
    progress
        True or False shows or hides progress bars; None shows them on a terminal and in a notebook.

    Examples
    --------
    >>> import radassoc as ra
    >>> with ra.options(n_jobs=1, progress=False):
    ...     pass
    """

    def __init__(self, *, n_jobs: int | None = None, progress: bool | None = None) -> None:
        if n_jobs is not None:
            check_whole("n_jobs", n_jobs)
        if progress not in (True, False, None):
            raise InputError(f"progress={progress!r} is no choice.", wanted="True, False or None")
        if n_jobs is not None and (n_jobs == 0 or n_jobs < -1):
            raise InputError(f"n_jobs={n_jobs} is no number of workers.", wanted="a positive number, -1 or None")
        self._before = current()
        _in_force[0] = Settings(
            n_jobs=self._before.n_jobs if n_jobs is None else n_jobs,
            progress=self._before.progress if progress is None else progress,
        )

    def __enter__(self) -> Settings:
        return current()

    def __exit__(self, *exc: object) -> None:
        _in_force[0] = self._before


def resolve_jobs(n_jobs: int | None) -> int:
    """Return the number of workers to start: the argument, else the option, else all cores this process may use."""
    chosen = n_jobs if n_jobs is not None else current().n_jobs
    if chosen is None or chosen == -1:
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    if chosen < 1:
        raise InputError(f"n_jobs={chosen} is no number of workers.", wanted="a positive number, -1 or None")
    return chosen


def show_progress() -> bool:
    """Tell whether progress bars are to be drawn."""
    chosen = current().progress
    if chosen is not None:
        return chosen
    return sys.stderr.isatty() or "ipykernel" in sys.modules
