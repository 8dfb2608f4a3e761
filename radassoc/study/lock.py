"""One run in a folder at a time; the operating system frees the lock of a process that died."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from radassoc.base.errors import StudyError
from radassoc.study.writing import writing

__all__ = ["locked"]


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file ``path``, or raise a ``StudyError`` that names the process which holds it.

    The lock belongs to the open file, not to its existence: a file that a killed run left behind locks nothing.
    """
    with _opened(path) as file:
        if not _take(file):
            raise StudyError(
                f"Another run is at work in {path.parent.parent.name} (process {_holder(path)}).",
                remedy="Wait until it has finished, or choose another folder with --out.",
            )
        _write_holder(file)
        try:
            yield
        finally:
            _free(file)


def _opened(path: Path) -> BinaryIO:
    with writing(path.parent.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        return open(path, "a+b")


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip() or "unknown"
    except (OSError, ValueError):  # Windows does not let others read a locked file
        return "unknown"


def _write_holder(file: BinaryIO) -> None:
    file.truncate(0)
    file.write(f"{os.getpid()}\n".encode("ascii"))
    file.flush()


if sys.platform == "win32":
    import msvcrt

    def _take(file: BinaryIO) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _free(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: BinaryIO) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _free(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
