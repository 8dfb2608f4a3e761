"""Results told apart by their kind, so that the report needs no analysis room."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["kind_of", "of_kind"]


def kind_of(value: Any) -> str:
    """Return the codec's kind of a result or fit, and ``"cohort"`` for a cohort."""
    if hasattr(value, "audit") and hasattr(value, "modalities"):
        return "cohort"
    return str(getattr(type(value), "kind", ""))


def of_kind(results: Mapping[str, Any], *kinds: str) -> dict[str, Any]:
    """Return the results of these kinds, in their order."""
    return {name: value for name, value in results.items() if kind_of(value) in kinds}
