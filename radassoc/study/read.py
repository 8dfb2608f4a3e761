"""A study file read and checked, with every misspelt key named beside the nearest known one."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from radassoc.base.errors import Problems, StudyError
from radassoc.study.schema import SOURCE_TAGS, StudyFile

__all__ = ["Study", "model_at", "read_content", "read_study"]


@dataclass(frozen=True)
class Study:
    """A study file: where it is, and what it says."""

    path: Path
    file: StudyFile

    @property
    def folder(self) -> Path:
        """The folder that relative paths start from."""
        return self.path.parent

    @property
    def seed(self) -> int:
        """The seed of all chance in the study."""
        return self.file.study.seed


def read_study(path: str | Path) -> Study:
    """Read a study file and check its keys and their types; no data file is opened.

    Parameters
    ----------
    path
        The ``.toml`` file.

    Returns
    -------
    Study

    Raises
    ------
    StudyError
        The file is missing, is not TOML, or has unknown or wrong keys; all problems at once, as ``.problems``.
    """
    path = Path(path).resolve()
    content = read_content(path)
    problems = Problems()
    try:
        return Study(path, StudyFile.model_validate(content))
    except ValidationError as error:
        for item in error.errors():
            problems.add(_told(item))
    problems.raise_if_any()
    raise AssertionError("a study file is either valid or has problems")


def read_content(path: Path) -> dict[str, Any]:
    """Return what a TOML file says, whether or not it is a study."""
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StudyError(
            f"{path.name} cannot be read: {reason}.", wanted="a study file (TOML)", remedy=f"Looked for {path}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(
            f"{path.name} is not a TOML file: {error}.",
            wanted='lines such as radiomics = "radiomics.csv" under a section such as [cohort]',
        ) from error


def _told(item: Any) -> StudyError:
    """Turn one of pydantic's findings into a message in the words of the file."""
    keys = [str(part) for part in item["loc"] if part not in SOURCE_TAGS]
    if item["type"] == "extra_forbidden":
        return _unknown(keys, model_at(keys[:-1]))
    if item["type"] == "missing":
        return _missing(keys)
    where = f"{keys[-1]} in {_section(keys[:-1])}" if len(keys) > 1 else _section(keys)
    wanted, remedy = "", ""
    if item["type"] == "literal_error":
        wanted = item["ctx"]["expected"]
        close = get_close_matches(str(item["input"]), wanted.replace("'", "").replace(" or ", ", ").split(", "), 1)
        remedy = f"Did you mean {close[0]!r}?" if close else ""
        return StudyError(f"{where} is {item['input']!r}.", wanted=wanted, remedy=remedy)
    message = item["msg"].removeprefix("Value error, ").removeprefix("Input should be ").rstrip(".")
    if item["type"] == "value_error":
        return StudyError(f"{_section(keys)}: {message}.")
    return StudyError(f"{where} is {_short(item['input'])}.", wanted=message)


def _unknown(keys: list[str], model: type[BaseModel]) -> StudyError:
    key, known = keys[-1], sorted(model.model_fields)
    close = get_close_matches(key.lower(), known, n=1, cutoff=0.6)
    remedy = f"Did you mean {close[0]!r}?" if close else ""
    if len(keys) == 1:
        return StudyError(f"Unknown section [{key}].", wanted="one of " + ", ".join(known), remedy=remedy)
    return StudyError(
        f"Unknown key {key!r} in {_section(keys[:-1])}.", wanted="one of " + ", ".join(known), remedy=remedy
    )


def _missing(keys: list[str]) -> StudyError:
    if len(keys) == 1:
        return StudyError(f"The section [{keys[0]}] is missing.", wanted=f"[{keys[0]}] with the files of the study")
    return StudyError(f"The key {keys[-1]!r} is missing in {_section(keys[:-1])}.")


def _section(keys: list[str]) -> str:
    return f"[{'.'.join(key for key in keys if not key.isdigit())}]"


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def model_at(keys: list[str]) -> type[BaseModel]:
    """Return the model whose keys the user meant at this place of the file."""
    model: type[BaseModel] = StudyFile
    for key in keys:
        if key in model.model_fields:
            model = _model_in(model.model_fields[key].annotation) or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None
