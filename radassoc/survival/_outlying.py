"""Features of which a single value, far from all others, decides the cross-validation: told, because nobody sees it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from radassoc.base.errors import name_some
from radassoc.survival._pipeline import Arrays, Model, Settings, prepare

__all__ = ["note_outlying", "outlying_columns"]

#: The head of the path, where few features are in, with small coefficients.
_EARLY = 10
#: What one feature adds to a left-out patient's log hazard there; exp(10) is a relative hazard of 22,000.
_FAR = 10.0
#: So many patients are looked at; more would tell nothing new.
_MOST = 20


def note_outlying(model: Model, data: Arrays, settings: Settings, features: Sequence[str]) -> tuple[str, ...]:
    """Return a note that names the features, or none."""
    columns = outlying_columns(model, data, settings)
    if not columns.size:
        return ()
    named = name_some([features[j] for j in columns])
    return (
        f"the cross-validation is decided by values of single patients that lie far outside all others' in {named} "
        "(transform these features, or leave them out)",
    )


def outlying_columns(model: Model, data: Arrays, settings: Settings) -> np.ndarray:
    """Return the columns of ``data.X`` that give a left-out patient an absurd hazard at the head of the path."""
    far = np.abs(model.curve.scores[:, :, :_EARLY]).max(axis=2) > _FAR
    found = set()
    for i in np.flatnonzero(far.any(axis=0))[:_MOST]:
        r = int(np.argmax(far[:, i]))
        found |= _columns_of(int(i), r, model, data, settings)
    return np.array(sorted(found), dtype=np.int64)


def _columns_of(i: int, r: int, model: Model, data: Arrays, settings: Settings) -> set[int]:
    """Return the columns by which patient ``i``, left out in repeat ``r``, has an absurd score."""
    fold = model.curve.folds[r]
    learned = prepare(data.take(np.flatnonzero(fold != fold[i])), settings).learned
    refit = model.curve.refits[r * model.n_folds + int(fold[i])]
    early = refit.place < _EARLY
    column = refit.column[early]
    unit = learned.transform(data.X[i : i + 1])[0][np.searchsorted(learned.columns, column)]
    return set(column[np.abs(refit.value[early] * unit) > _FAR].tolist())
