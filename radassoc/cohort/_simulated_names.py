"""Which features and genes a simulated study has, and what each looks like: a property of its name, not of a seed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

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
    rows = [row for row, _ in zip(_rows(), range(n_features), strict=False)]
    if not rows or len(rows) < n_features:
        raise InputError(
            f"n_features={n_features} cannot be simulated.", wanted=f"a number from 1 to {sum(1 for _ in _rows())}"
        )
    columns = ["feature", "sequence", "block", "loading", "transform", "center", "spread"]
    return pd.DataFrame(rows, columns=columns).set_index("feature")


@cache
def _known() -> tuple[tuple[str, str, str, str, float, float], ...]:
    """Return class, block, feature, transform, center and spread (both transformed) of each PyRadiomics feature."""
    table = pd.read_csv(data_path("simulated", "features.csv"))
    found = []
    for row in table.itertuples(index=False):
        center = _transformed(float(row.median), row.scale)
        found.append((row.feature_class, row.block, row.feature, row.scale, center, float(row.spread)))
    return tuple(found)


def _transformed(value: float, scale: str) -> float:
    if scale == "log":
        return float(np.log(value))
    return float(np.log(value / (1 - value))) if scale == "logit" else value


def _rows() -> Iterator[tuple[str, str, str, float, str, float, float]]:
    yield from _of_image("TC_original", "TC", shape=True)
    for image in _IMAGES:
        for sequence in _SEQUENCES:
            yield from _of_image(f"{sequence}_{image}", sequence, shape=False)


def _of_image(prefix: str, sequence: str, *, shape: bool) -> Iterator[tuple[str, str, str, float, str, float, float]]:
    for cls, block, short, transform, center, spread in _known():
        if (cls == "shape") == shape:
            name = f"{prefix}_{cls}_{short}"
            # two sequences never have quite the same distribution
            moved = center if shape else center + 0.5 * spread * generator(0, "center", name).uniform(-1, 1)
            yield name, sequence, f"{prefix}_{cls}_{block}", _loading(name, block), transform, float(moved), spread


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
