"""Folds, permutations and bootstrap intervals of whole pipelines, and the measures that they are about."""

from __future__ import annotations

from radassoc.resampling.folds import allowed_folds, make_folds, repeated_folds, require_events
from radassoc.resampling.intervals import percentile_interval, shifted_interval
from radassoc.resampling.metrics import harrell_c, nested_c
from radassoc.resampling.permute import ResidualBlocks, permutation_p, permute_rows, resample_rows

__all__ = [
    "ResidualBlocks",
    "allowed_folds",
    "harrell_c",
    "make_folds",
    "nested_c",
    "percentile_interval",
    "permutation_p",
    "permute_rows",
    "repeated_folds",
    "require_events",
    "resample_rows",
    "shifted_interval",
]
