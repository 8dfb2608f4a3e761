"""Gene sets as a study file writes them: bundled names, and files that stand beside it."""

from __future__ import annotations

from pathlib import Path

from radassoc.study.read import Study

__all__ = ["gene_set_files", "gene_set_source", "listed"]


def listed(value: str | list[str] | None) -> list[str]:
    """Return one name, several or none as a list."""
    return [value] if isinstance(value, str) else list(value or [])


def gene_set_files(written: str | list[str] | None) -> tuple[str, ...]:
    """Return those that are files, as they are written; all others are bundled names."""
    return tuple(name for name in listed(written) if name.lower().endswith((".gmt", ".gmt.gz")))


def gene_set_source(study: Study, name: str) -> str | Path:
    """Return what ``ra.gene_sets`` takes: a bundled name, or a path from the study's folder."""
    return study.folder / name if gene_set_files(name) else name
