"""Which feature is the tumour volume, told by its name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from radassoc.base.errors import RadiomicsError, name_some

__all__ = ["find_volume"]

#: Tried in turn; the first that matches wins. Ratios, densities and normalised volumes are no volume.
_NAMES = (
    r"(^|[^a-z])meshvolume([^a-z]|$)",
    r"(^|[^a-z])voxelvolume([^a-z]|$)",
    r"^(tumou?r_?volume|volume_(tumou?r|mm3|cm3|ml|cc)|volume)$",
    r"^volume_[a-z]{2,4}$",
)
_REGIONS = ("tc", "core", "gtv", "gtvp", "wt", "whole", "tumor", "tumour")
_OTHER = re.compile(r"wavelet|log-?sigma|brain|_over_|ratio|density|surface")


def find_volume(features: Sequence[str], volume: str | None = "auto") -> str:
    """Return the feature that holds the tumour's volume, or ``""``.

    Parameters
    ----------
    features
        Names of the features.
    volume
        ``"auto"``: PyRadiomics' mesh volume, then voxel volume, then a feature called volume; of several regions the
        tumour core, then the whole tumour, then the only one. A name: that feature. None: no volume.

    Raises
    ------
    RadiomicsError
        The feature asked for is not there.

    Examples
    --------
    >>> find_volume(["VOLUME_ET", "VOLUME_TC", "VOLUME_WT", "VOLUME_TC_OVER_WT"])
    'VOLUME_TC'
    >>> find_volume(["original_firstorder_Mean"])
    ''
    """
    if volume is None:
        return ""
    if volume != "auto":
        if volume not in features:
            raise RadiomicsError(
                f"The tumour volume {volume!r} is not among the {len(features)} features.",
                wanted=f"one of them, such as {name_some(features)}",
                remedy='volume="auto" finds it by its name; volume=None goes without.',
            )
        return volume
    for pattern in _NAMES:
        found = [name for name in features if re.search(pattern, name.lower()) and not _OTHER.search(name.lower())]
        if len(found) == 1:
            return found[0]
        for region in _REGIONS:
            for name in found:
                if region in re.split(r"[^a-z]+", name.lower()):
                    return name
    return ""
