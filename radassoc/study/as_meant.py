"""A study file with mistakes, read as it was most likely meant: so that one mistake does not hide the others."""

from __future__ import annotations

from copy import deepcopy
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from radassoc.base.errors import StudyError
from radassoc.study.read import Study, model_at, read_content
from radassoc.study.schema import SOURCE_TAGS, StudyFile

__all__ = ["Guess", "read_as_meant"]


class Guess(NamedTuple):
    """A study as it was meant, if that can be told, and the sections that lost more than an unknown key."""

    study: Study | None
    lost: frozenset[str]


def read_as_meant(path: str | Path) -> Guess:
    """Read a study file that ``read_study`` refuses; only ``check`` may use it, never a run.

    A misspelt key is taken for the nearest known one, an unknown one is left out; a wrong value is left out, and with
    a missing key its section.
    """
    path = Path(path).resolve()
    lost: set[str] = set()
    try:
        content = deepcopy(read_content(path))
    except StudyError:
        return Guess(None, frozenset())
    while True:
        try:
            return Guess(Study(path, StudyFile.model_validate(content)), frozenset(lost))
        except ValidationError as error:
            item = error.errors()[0]
            if not _mend(content, item):
                return Guess(None, frozenset(lost))
            if item["type"] != "extra_forbidden":
                lost.add(str(item["loc"][0]))


def _mend(content: dict[str, Any], item: Any) -> bool:
    """Change or remove the innermost value that an error of pydantic points at; False where there is none."""
    keys = [part for part in item["loc"] if part not in SOURCE_TAGS]
    holder: Any = None
    key: Any = None
    inner: Any = content
    for part in keys:
        if not _has(inner, part):
            break
        holder, key, inner = inner, part, inner[part]
    if holder is None:
        return False
    value = holder.pop(key)
    if item["type"] == "extra_forbidden":
        known = model_at([str(part) for part in keys[:-1]]).model_fields
        close = get_close_matches(str(key).lower(), sorted(known), n=1, cutoff=0.6)
        if close and close[0] not in holder:
            holder[close[0]] = value
    return True


def _has(value: Any, part: Any) -> bool:
    if isinstance(value, dict):
        return part in value
    return isinstance(value, list) and isinstance(part, int) and part < len(value)
