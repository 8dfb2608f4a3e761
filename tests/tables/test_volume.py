"""Which feature is the tumour volume."""

from __future__ import annotations

import pytest

from radassoc.base.errors import RadiomicsError
from radassoc.tables.volume import find_volume


@pytest.mark.parametrize(
    ("features", "found"),
    [
        (["original_shape_VoxelVolume", "original_shape_MeshVolume"], "original_shape_MeshVolume"),
        (["MeshVolume.original", "SurfaceVolumeRatio.original", "VoxelVolume.original"], "MeshVolume.original"),
        (["original_shape_SurfaceVolumeRatio", "original_shape_VoxelVolume"], "original_shape_VoxelVolume"),
        (["VOLUME_ET", "VOLUME_WT", "VOLUME_BRAIN", "VOLUME_WT_OVER_BRAIN"], "VOLUME_WT"),
        (["VOLUME_ET", "VOLUME_TC", "VOLUME_WT"], "VOLUME_TC"),
        (["ed_original_shape_MeshVolume", "tc_original_shape_MeshVolume"], "tc_original_shape_MeshVolume"),
        (["tumor_volume", "age"], "tumor_volume"),
        (["original_firstorder_Mean", "volume_density"], ""),
        ([], ""),
    ],
)
def test_by_name(features: list[str], found: str) -> None:
    assert find_volume(features) == found


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(RadiomicsError, match="'size' is not among the 1 features"):
        find_volume(["a"], "size")
    assert find_volume(["a"], "a") == "a"
    assert find_volume(["volume"], None) == ""
