"""What cannot be written is told as a problem of the folder, not as an error of the program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from radassoc.base.errors import StudyError

__all__ = ["writing"]


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn an error of the operating system while writing below ``folder`` into a ``StudyError``."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StudyError(
            f"Cannot write to {folder}: {reason}.",
            wanted="a folder that can be made and written, on a disk with free space",
            remedy="Choose another folder with --out.",
        ) from error
