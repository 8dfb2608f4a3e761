"""The findings of a first look, each with its number and what it means."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.base.errors import name_some
from radassoc.exploration._centres import Centres
from radassoc.exploration._missingness import Missingness
from radassoc.exploration._redundancy import Redundancy
from radassoc.exploration.exploration import CHECK_COLUMNS

__all__ = ["OUTLIER_LEVEL", "RULED", "SIZE", "check_rows"]

#: Adjusted p of a patient's distance below which the patient is called an outlier.
OUTLIER_LEVEL = 0.01
#: One patient holds more of a feature's variation than all others together.
RULED = 0.5
#: Features that correlate more with the volume are mostly size.
SIZE = 0.7
_MUCH = 0.2
_LEVEL = 0.05


def check_rows(
    features: pd.DataFrame,
    samples: pd.DataFrame,
    *,
    found: Redundancy,
    gaps: Missingness,
    absence: pd.DataFrame,
    centres: Centres | None,
    limit: float,
    volume: str,
) -> pd.DataFrame:
    """Return one row a finding."""
    rows = [
        *_correlation(found, limit),
        *_missing(features, gaps, absence),
        *_outliers(features, samples),
        *_centre(centres),
        *_size(features, volume),
    ]
    return tidy(rows, CHECK_COLUMNS)


def _row(check: str, measure: str, value: float, verdict: str, p: float = np.nan) -> dict[str, Any]:
    return {"check": check, "measure": measure, "value": float(value), "p_value": p, "verdict": verdict}


def _correlation(found: Redundancy, limit: float) -> list[dict[str, Any]]:
    p, n_clusters = len(found.labels), int(found.labels.max()) + 1 if found.labels.size else 0
    if p < 2:
        return [_row("correlation", "features", p, "too few features that vary to correlate")]
    told = f"{n_clusters} groups at |rho| {limit:g} stand for {p} features"
    if len(found.clusters):
        first = found.clusters.iloc[0]
        told += f"; the largest holds {first['size']} (such as {first['representative']})"
    return [
        _row("correlation", "features", p, "features that vary and are known in enough patients"),
        _row(
            "correlation",
            f"share of pairs beyond {limit:g}",
            found.share,
            f"{100 * found.share:.1f}% of pairs say the same",
        ),
        _row("correlation", "groups", n_clusters, told),
        _row(
            "correlation",
            "effective number",
            found.effective,
            f"{p} features count as about {found.effective:.0f} independent ones (Galwey)",
        ),
        _row("correlation", "components for 95%", found.components, "principal components of the ranks"),
    ]


def _missing(features: pd.DataFrame, gaps: Missingness, absence: pd.DataFrame) -> list[dict[str, Any]]:
    cells = gaps.missing.size
    missing, absent = int(gaps.missing.to_numpy().sum()), int(gaps.absent.to_numpy().sum())
    much = features["missing_share"] > _MUCH
    poor = (gaps.missing | gaps.absent).mean(axis=1) > _MUCH
    rows = [
        _row("missing", "missing values", missing, f"{100 * missing / cells:.1f}% of all cells, for no known reason"),
        _row("missing", "absent values", absent, f"{100 * absent / cells:.1f}% of all cells: their region is absent"),
        _row(
            "missing",
            "features gone in over 20%",
            much.sum(),
            f"{int((features.loc[much, 'n_absent'] > features.loc[much, 'n_missing']).sum())} of them mostly because "
            "of absent regions",
        ),
        _row("missing", "patients lacking over 20%", poor.sum(), f"of {len(poor)} patients"),
    ]
    for region in gaps.regions.itertuples():
        tests = absence[absence["region"] == region.region].sort_values("p_value")
        best = tests[tests["p_adjusted"] < _LEVEL]
        told = f"{region.n_features} features are absent there, not missing"
        if len(best):
            told += f"; absence goes with {name_some(best['variable'])}: it is a finding, do not impute it away"
        elif tests.empty:
            told += "; too few patients to compare them"
        else:
            told += "; no evidence that absence goes with a clinical variable"
        rows.append(_row("missing", f"patients without {region.region}", region.n_patients, told))
    return rows


def _outliers(features: pd.DataFrame, samples: pd.DataFrame) -> list[dict[str, Any]]:
    n, ruled = int(samples["outlier"].sum()), int((features["ruled_share"] > RULED).sum())
    if samples["distance"].isna().all():
        return [_row("outliers", "patients far from all", np.nan, "too few patients or features to tell")]
    told = "no patient is far from all others" if not n else "look at their images before anything is learned"
    most = samples["n_ruled"].max() if len(samples) else 0
    by_one = "no feature is ruled by one patient"
    if ruled:
        by_one = f"features in which one patient holds over half of the variation; one patient rules {most} of them"
    return [
        _row("outliers", "patients far from all", n, told),
        _row("outliers", "features ruled by one patient", ruled, by_one),
    ]


def _centre(centres: Centres | None) -> list[dict[str, Any]]:
    if centres is None:
        return []
    rows = []
    tested = centres.columns["p_adjusted"].dropna()
    if len(tested):
        n = int((tested < _LEVEL).sum())
        told = f"{n} of {len(tested)} differ between {len(centres.sizes)} centres (adjusted p < {_LEVEL:g})"
        rows.append(_row("centre", "share of features that differ", n / len(tested), told))
    if np.isfinite(centres.r2):
        told = f"centre holds {100 * centres.r2:.0f}% of the variation, {100 * centres.expected:.0f}% by chance: "
        differ = "scanners, protocols or patients differ; stratify or harmonise"
        told += differ if centres.p_value < _LEVEL else "no evidence that centres differ"
        rows.append(_row("centre", "share of variation (PERMANOVA)", centres.r2, told, centres.p_value))
    if centres.reason:
        rows.append(_row("centre", "centres", len(centres.sizes), f"not tested: {centres.reason}"))
    return rows


def _size(features: pd.DataFrame, volume: str) -> list[dict[str, Any]]:
    rho = features["volume_correlation"].abs().dropna()
    if not volume or rho.empty:
        return []
    n = int((rho > SIZE).sum())
    told = f"{n} of {len(rho)} have |rho| > {SIZE:g} with {volume}"
    if n / len(rho) > _MUCH:
        told += ": show added value over volume alone"
    return [_row("size", "share of features that are size", n / len(rho), told)]
