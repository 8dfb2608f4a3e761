"""What a report tells of the study itself, beside its results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from radassoc.base.codec import register
from radassoc.base.results import Record

__all__ = ["StudyDescription"]


@register("study_description")
@dataclass(frozen=True, eq=False, kw_only=True)
class StudyDescription(Record):
    """The study file in the report.

    Attributes
    ----------
    title, seed, primary
        Of the ``[study]`` section.
    settings
        Everything that the file says.
    files
        SHA-256 of each data file, by the name that the study gives it.
    not_run
        Sections that were left out, and why.
    versions
        Of radassoc, Python and the packages that computed.
    """

    title: str
    seed: int = 0
    primary: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    not_run: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
