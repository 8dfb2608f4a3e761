"""Learning a preparation from a labelled frame."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.base.parallel import one_blas_thread
from radassoc.preparation.arrays import CONSTANT, CORRELATED, KEPT, MISSING, Learned, learn_arrays
from radassoc.preparation.fitted import COLUMNS, FittedPreparation
from radassoc.preparation.recipe import Preparation

__all__ = ["describe", "learn"]


def learn(
    recipe: Preparation,
    frame: pd.DataFrame,
    *,
    modality: str = "radiomics",
    provenance: Mapping[str, Any] | None = None,
) -> FittedPreparation:
    """Learn ``recipe`` from ``frame`` (training rows x features)."""
    with one_blas_thread():  # the same bits whatever the number of cores
        learned = learn_arrays(frame.to_numpy(dtype=float), recipe)
    return describe(learned, recipe, list(frame.columns), len(frame), modality=modality, provenance=provenance)


def describe(
    learned: Learned,
    recipe: Preparation,
    features: list[str],
    n: int,
    *,
    modality: str,
    provenance: Mapping[str, Any] | None = None,
) -> FittedPreparation:
    """Put names to what ``learn_arrays`` learned from ``n`` rows."""
    names = np.array(features, dtype=object)
    kept = learned.outcome == KEPT
    columns: dict[str, Any] = {"feature": names, "kept": kept, "n_missing": learned.n_missing}
    columns["missing_share"] = learned.n_missing / n
    columns["reason"] = [_reason(learned, recipe, names, n, j) for j in range(len(names))]
    pruned = learned.outcome == CORRELATED
    columns["representative"] = np.where(pruned, names[learned.representative], "") if len(names) else []
    columns["correlation"] = learned.correlation
    for name in ("fill", "center", "scale"):
        values = np.full(len(names), np.nan)
        values[learned.columns] = getattr(learned, name)
        columns[name] = values
    empty = not kept.any()
    return FittedPreparation(
        table=tidy(pd.DataFrame(columns), COLUMNS),
        status="not_estimable" if empty else "ok",
        reason="no feature is left" if empty else "",
        recipe=recipe,
        modality=modality,
        params={"modality": modality},
        provenance=dict(provenance or {}),
    )


def _reason(learned: Learned, recipe: Preparation, names: np.ndarray, n: int, j: int) -> str:
    why = learned.outcome[j]
    if why == MISSING:
        share = learned.n_missing[j] / n
        return f"missing in {learned.n_missing[j]} of {n} ({share:.0%}), more than {recipe.max_missing:.0%}"
    if why == CONSTANT:
        return f"the same value in more than {recipe.near_constant:.0%}"
    if why == CORRELATED:
        other = names[learned.representative[j]]
        return f"|r| = {abs(learned.correlation[j]):.3f} with {other}, which is kept"
    return ""
