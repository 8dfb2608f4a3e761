"""The same question in men and women, or any other groups: per stratum, crossed over, and tested for a difference."""

from __future__ import annotations

__all__: list[str] = []
