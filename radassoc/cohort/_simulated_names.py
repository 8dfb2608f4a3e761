"""Which features and genes a simulated study has, and what each looks like: a property of its name, not of a seed."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.data import data_path
from radassoc.base.errors import InputError
from radassoc.base.seeds import generator

__all__ = ["feature_catalogue", "gene_symbols"]

_SEQUENCES = ("T1c_TC", "FLAIR_WT", "T2_WT", "T1_TC")
_IMAGES = (
    "original",
    *(f"wavelet-{x}{y}{z}" for x in "LH" for y in "LH" for z in "LH"),
    *(f"log-sigma-{sigma}-0-mm-3D" for sigma in (1, 2, 3)),
)


def feature_catalogue(n_features: int) -> pd.DataFrame:
    """Return the first features of a simulated table, indexed by name as PyRadiomics writes it.

    Columns: ``sequence`` and ``block`` (which features move together), ``loading`` (correlation with the block's
    factor), ``transform`` (``"log"``, ``"logit"``, ``"none"``: to the scale on which it is normal), ``center``,
    ``spread``.
    """
    names = _names()
    if not 1 <= n_features <= len(names):
        raise InputError(f"n_features={n_features} cannot be simulated.", wanted=f"a number from 1 to {len(names)}")
    rows = [_described(*told) for told in names[:n_features]]
    columns = ["feature", "sequence", "block", "loading", "transform", "center", "spread"]
    return pd.DataFrame(rows, columns=columns).set_index("feature")


class _Known(NamedTuple):
    """One feature of PyRadiomics; median and spread on the scale on which it is normal."""

    feature_class: str
    block: str
    name: str
    transform: str
    center: float
    spread: float


@cache
def _known() -> tuple[_Known, ...]:
    table = pd.read_csv(data_path("simulated", "features.csv"))
    return tuple(
        _Known(row.feature_class, row.block, row.feature, row.scale, _transformed(row.median, row.scale), row.spread)
        for row in table.itertuples(index=False)
    )


def _transformed(value: float, scale: str) -> float:
    if scale == "log":
        return float(np.log(value))
    return float(np.log(value / (1 - value))) if scale == "logit" else float(value)


@cache
def _names() -> tuple[tuple[str, str, _Known], ...]:
    """Return prefix, sequence and feature: shape once, then each image of each sequence."""
    shape = [("TC_original", "TC", known) for known in _known() if known.feature_class == "shape"]
    texture = [
        (f"{sequence}_{image}", sequence, known)
        for image in _IMAGES
        for sequence in _SEQUENCES
        for known in _known()
        if known.feature_class != "shape"
    ]
    return (*shape, *texture)


def _described(prefix: str, sequence: str, known: _Known) -> tuple[str, str, str, float, str, float, float]:
    name, block = (f"{prefix}_{known.feature_class}_{part}" for part in (known.name, known.block))
    center = known.center
    if known.feature_class != "shape":  # two sequences never have quite the same distribution
        center += 0.5 * known.spread * float(generator(0, "center", name).uniform(-1, 1))
    return name, sequence, block, _loading(name, known.block), known.transform, center, known.spread


def _loading(name: str, block: str) -> float:
    draw = generator(0, "loading", name)
    if block == "size":
        return float(draw.uniform(0.95, 0.995))
    sign = -1.0 if draw.random() < 0.2 else 1.0
    return sign * float(draw.uniform(0.6, 0.95))


@cache
def gene_symbols() -> tuple[str, ...]:
    """Return the human gene symbols that a simulated table of expression can have, by alphabet."""
    return tuple(data_path("simulated", "genes.txt").read_text(encoding="utf-8").split())
