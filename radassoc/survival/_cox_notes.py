"""What a reader of a Cox table must know besides its numbers, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from radassoc.survival._cox_terms import Term, why_withheld

__all__ = ["notes_of"]

_ENOUGH_EVENTS = 10.0
_ENOUGH_SHRINKAGE = 0.9


def notes_of(terms: Sequence[Term], models: pd.DataFrame, n_candidates: int) -> tuple[str, ...]:
    """Return the notes of a table: missing values, events per candidate parameter, shrinkage, withheld p-values."""
    last = models.iloc[-1]
    notes = []
    if last["n_missing"]:
        notes.append(
            f"{last['n_missing']} patients with a known outcome lack a value: the "
            f"{'multivariable model' if last['model'] == 'multivariable' else 'model'} takes "
            f"{last['n_patients']} patients with {last['n_events']} events."
        )
    ratio = last["n_events"] / n_candidates
    parameters = "parameter" if n_candidates == 1 else "parameters"
    told = f"{last['n_events']} events for {n_candidates} candidate {parameters}: {ratio:.1f} events each"
    few = " (fewer than 10: expect overfitting; see radassoc.survival.sample_size)" if ratio < _ENOUGH_EVENTS else ""
    notes.append(f"{told}{few}.")
    if np.isfinite(last["shrinkage"]) and last["shrinkage"] < _ENOUGH_SHRINKAGE:
        rounded = np.floor(100 * max(last["shrinkage"], 0.0)) / 100  # 0.898 is no 0.90
        notes.append(
            f"Expected shrinkage {rounded:.2f} (Riley's criterion: 0.90 or more): predictions "
            "from these coefficients are too extreme."
        )
    if reason := why_withheld(terms):
        notes.append(f"No p-values where {reason}.")
    return tuple(notes)
