"""Where the bundled example and gene sets are: beside the modules in a wheel, beside the package in a checkout."""

from __future__ import annotations

from pathlib import Path

__all__ = ["data_path"]


def data_path(*parts: str) -> Path:
    """Return the path of a bundled file or folder, in a wheel and in an editable checkout alike."""
    package = Path(__file__).resolve().parent.parent
    for root in (package / "data", package.parent / "data"):
        candidate = root.joinpath(*parts)
        if candidate.exists():
            return candidate
    raise FileNotFoundError(f"Bundled data {'/'.join(parts)!r} is missing: the installation is incomplete.")
