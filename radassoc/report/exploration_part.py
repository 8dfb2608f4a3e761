"""The section on the first look at the tables, before any test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from radassoc.report.blocks import Section, figures, filled, heading, listing, table
from radassoc.report.kinds import of_kind
from radassoc.report.pictures import Picture, pictures_of

__all__ = ["exploration_section"]


def exploration_section(results: Mapping[str, Any], pictures: Sequence[Picture]) -> Section | None:
    """Return the section with what was seen before any test."""
    found = of_kind(results, "exploration")
    if not found:
        return None
    section = Section("first-look", "First look")
    for name, result in found.items():
        section.add(
            heading(str(result.params["modality"])),
            table(filled(result.table), "What the table looks like", most=40, more=f"tables/{name}.csv"),
            figures(pictures_of(pictures, [name])),
            table(
                result.absence.sort_values("p_value", kind="stable"),
                "Absent regions and clinical columns",
                most=15,
                more=f"tables/{name}_absence.csv",
            ),
            listing(result.notes),
        )
    return section
