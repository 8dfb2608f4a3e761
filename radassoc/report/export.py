"""Everything of a run as files: tables as CSV, figures as PDF and PNG, fits as JSON, provenance."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from radassoc.base.results import PATIENT_FIELDS
from radassoc.report.cohort_part import exclusions
from radassoc.report.description import StudyDescription
from radassoc.report.families import family_table
from radassoc.report.key_table import key_table
from radassoc.report.kinds import kind_of, of_kind
from radassoc.report.pictures import Picture, file_stem

__all__ = ["export_all", "result_tables", "write_atomic"]

#: Frames too large to be read as a table; they stay in the saved result.
_LARGE = frozenset({"ranking", "walks", "resamples"})


def export_all(results: Mapping[str, Any], pictures: Sequence[Picture], folder: str | Path) -> None:
    """Write tables, figures, the fitted score and the provenance below ``folder``; no file names a patient.

    Files of an earlier run that this one does not write are removed from ``tables``, ``figures`` and ``models``.
    """
    folder = Path(folder)
    content: dict[str, bytes] = {}
    for name, frame in result_tables(results):
        content[f"tables/{file_stem(name)}.csv"] = frame.to_csv(index=False, lineterminator="\n").encode()
    for picture in pictures:
        content[f"figures/{picture.stem}.png"] = picture.png
        content[f"figures/{picture.stem}.pdf"] = picture.pdf
    for path, data in content.items():
        write_atomic(folder / path, data)
    for name, fit in of_kind(results, "risk_score", "cutpoint", "nomogram").items():
        fit.save(folder / "models" / f"{file_stem(name)}.json")
        content[f"models/{file_stem(name)}.json"] = b""
    write_atomic(folder / "provenance.json", _provenance(results))
    _remove_others(folder, set(content))


def result_tables(results: Mapping[str, Any]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield every table that can be passed on, by the name of its file."""
    for name, result in results.items():
        if kind_of(result) == "cohort":
            audit = result.audit
            yield f"{name}_audit", audit.table
            yield f"{name}_flow", audit.flow
            yield f"{name}_imaging_patients", exclusions(audit)
            continue
        if isinstance(result, StudyDescription):
            continue
        yield name, result.table
        if kind_of(result) == "cox_table":
            yield f"{name}_formatted", result.formatted
        for field in result.__dataclass_fields__:
            frame = getattr(result, field)
            if (
                field != "table"
                and field not in PATIENT_FIELDS | _LARGE
                and isinstance(frame, pd.DataFrame)
                and len(frame)
            ):
                indexed = not isinstance(frame.index, pd.RangeIndex)
                yield f"{name}_{field}", frame.reset_index() if indexed else frame
    yield "families", family_table(results)
    yield "key_results", key_table(results)


def _provenance(results: Mapping[str, Any]) -> str:
    told: dict[str, Any] = {}
    study = results.get("study")
    if isinstance(study, StudyDescription):
        told["study"] = {
            "title": study.title,
            "seed": study.seed,
            "primary": study.primary,
            "settings": study.settings,
            "files_sha256": study.files,
            "not_run": study.not_run,
        }
        told["versions"] = study.versions
    told["cohorts"] = {name: cohort.fingerprint for name, cohort in of_kind(results, "cohort").items()}
    told["results"] = {
        name: {
            "kind": kind_of(result),
            "status": result.status,
            "reason": result.reason,
            "seed": result.provenance.get("seed"),
            "data": result.provenance.get("data"),
            "counts": result.provenance.get("counts", {}),
        }
        for name, result in results.items()
        if hasattr(result, "provenance") and hasattr(result, "status")
    }
    return json.dumps(told, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: Any) -> Any:
    """Return what JSON can hold for read-only mappings and numpy's numbers."""
    if isinstance(value, Mapping):
        return dict(value)
    return value.item() if hasattr(value, "item") else str(value)


def _remove_others(folder: Path, written: set[str]) -> None:
    for part in ("tables", "figures", "models"):
        for path in sorted((folder / part).glob("*")):
            if path.is_file() and f"{part}/{path.name}" not in written:
                path.unlink()


def write_atomic(path: Path, content: str | bytes) -> Path:
    """Write a file so that a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, work = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(content.encode() if isinstance(content, str) else content)
    os.chmod(work, 0o644)
    os.replace(work, path)
    return path
