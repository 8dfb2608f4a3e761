"""How a cohort shows itself: counts, never an identifier."""

from __future__ import annotations

from html import escape

from radassoc.cohort.parts import Parts

__all__ = ["as_html", "as_text"]


def as_text(parts: Parts) -> str:
    """Return the counts as lines."""
    (_, total), *rows = _counts(parts)
    return "\n".join([f"<Cohort of {total} patients", *(f"  {name}: {told}" for name, told in rows)]) + ">"


def as_html(parts: Parts) -> str:
    """Return the counts as a table."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(told)}</td></tr>" for name, told in _counts(parts))
    return f"<div><p><b>Cohort</b></p><table>{rows}</table></div>"


def _counts(parts: Parts) -> list[tuple[str, str]]:
    rows = [("patients", str(len(parts.patients)))]
    for name, part in parts.modalities.items():
        told = f"{part.patients.nunique()} patients x {part.frame.shape[1]} columns"
        if not part.patients.is_unique:
            told += f" ({len(part.frame)} samples)"
        rows.append((name, told))
    if len(parts.clinical):
        rows.append(("clinical", f"{len(parts.clinical)} patients x {parts.clinical.shape[1]} columns"))
    outcome = parts.outcome
    if outcome is not None:
        events = int(outcome.table["event"].sum())
        rows.append(
            ("outcome", f"{outcome.time_name} ({outcome.unit}): {len(outcome.table)} patients, {events} events")
        )
    return rows
