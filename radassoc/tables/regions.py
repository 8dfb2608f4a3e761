"""Regions that a tumour does not have: their features are absent, which is a finding, not a missing value."""

from __future__ import annotations

import pandas as pd

from radassoc.tables.feature_names import UNKNOWN
from radassoc.tables.table import Note, note

__all__ = ["absence_mask", "absent_regions", "note_absent"]

_VOLUME_NAMES = ("Volume", "MeshVolume", "VoxelVolume")


def absent_regions(frame: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Return which sample lacks which region: its volume feature is exactly zero.

    Parameters
    ----------
    frame
        Samples x features.
    features
        Metadata of the features, as ``describe_features`` gives it.

    Returns
    -------
    DataFrame
        Columns ``sample`` and ``region``, in the order of the frame; no rows where every region is there.
    """
    found = []
    for region, name in _volume_features(frame, features).items():
        lacking = frame.index[(frame[name] == 0).to_numpy()]
        found += [(sample, region) for sample in lacking]
    return pd.DataFrame(found, columns=["sample", "region"], dtype=object)


def _volume_features(frame: pd.DataFrame, features: pd.DataFrame) -> dict[str, str]:
    told = features.loc[features.index.isin(frame.columns)]
    volumes = told[told["feature_class"].isin(["volume", "shape"]) & told["feature_name"].isin(_VOLUME_NAMES)]
    volumes = volumes[(volumes["region"] != UNKNOWN) & ~volumes["region"].str.contains("/")]
    return {str(row.region): str(name) for name, row in volumes.iloc[::-1].iterrows()}  # the first of a region wins


def absence_mask(frame: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Return True for each cell that holds no value because a region of the feature is absent in that sample."""
    mask = pd.DataFrame(False, index=frame.index, columns=frame.columns)
    missing = frame.isna()
    regions = features["region"].reindex(frame.columns).fillna(UNKNOWN).str.split("/")
    for region, group in absent_regions(frame, features).groupby("region", sort=False):
        columns = [name for name, parts in regions.items() if region in parts]
        rows = list(group["sample"])
        mask.loc[rows, columns] = mask.loc[rows, columns] | missing.loc[rows, columns]
    return mask


def note_absent(frame: pd.DataFrame, features: pd.DataFrame, *, scope: str) -> list[Note]:
    """Return one audit row per region that some samples lack."""
    mask = absence_mask(frame, features)
    regions = features["region"].reindex(frame.columns).fillna(UNKNOWN).str.split("/")
    notes = []
    for region, group in absent_regions(frame, features).groupby("region", sort=False):
        of_region = [region in parts for parts in regions]
        n_features = int(mask.loc[list(group["sample"]), of_region].any(axis=0).sum())
        detail = f"volume 0 in {len(group)} of {len(frame)} samples; {n_features} features absent there, not missing"
        notes.append(note(scope, str(region), "region absent", detail))
    return notes
