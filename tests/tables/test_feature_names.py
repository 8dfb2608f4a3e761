"""What names of features tell, and where they are silent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from radassoc.tables.feature_names import COLUMNS, describe_features, parse_feature

U = "unknown"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        # PyRadiomics
        ("original_shape_MeshVolume", ("original", U, U, "shape", "MeshVolume")),
        ("original_shape2D_Perimeter", ("original", U, U, "shape2D", "Perimeter")),
        ("wavelet-HLL_firstorder_Mean", ("wavelet-HLL", U, U, "firstorder", "Mean")),
        ("wavelet2-LH_glcm_Idm", ("wavelet2-LH", U, U, "glcm", "Idm")),
        ("log-sigma-3-0-mm-3D_glszm_ZoneEntropy", ("log-sigma-3-0-mm-3D", U, U, "glszm", "ZoneEntropy")),
        ("log-sigma-1-5-mm-2D_gldm_DependenceEntropy", ("log-sigma-1-5-mm-2D", U, U, "gldm", "DependenceEntropy")),
        ("lbp-3D-m1_ngtdm_Busyness", ("lbp-3D-m1", U, U, "ngtdm", "Busyness")),
        ("squareroot_glrlm_RunEntropy", ("squareroot", U, U, "glrlm", "RunEntropy")),
        ("original_firstorder_10Percentile", ("original", U, U, "firstorder", "10Percentile")),
        # with a prefix, as joined tables have it
        ("T1Gd_ET_original_glcm_Contrast", ("original", "ET", "T1Gd", "glcm", "Contrast")),
        ("FLAIR_wavelet-HHH_glcm_Contrast", ("wavelet-HHH", U, "FLAIR", "glcm", "Contrast")),
        ("original_glcm_Contrast_ED_T2", ("original", "ED", "T2", "glcm", "Contrast")),
        # as R writes them
        ("wavelet.HLL_firstorder_Mean", ("wavelet-HLL", U, U, "firstorder", "Mean")),
        ("log.sigma.3.0.mm.3D_glcm_Contrast", ("log-sigma-3-0-mm-3D", U, U, "glcm", "Contrast")),
        # turned round
        ("Sphericity.original", ("original", U, U, "shape", "Sphericity")),
        ("JointEntropy.wavelet-LLH", ("wavelet-LLH", U, U, "glcm", "JointEntropy")),
        ("10Percentile.wavelet.LLH", ("wavelet-LLH", U, U, "firstorder", "10Percentile")),
        ("Contrast.original", ("original", U, U, U, "Contrast")),  # glcm or ngtdm
        ("GrayLevelNonUniformity.original", ("original", U, U, U, "GrayLevelNonUniformity")),
        # words in capitals
        ("VOLUME_ET", (U, "ET", U, "volume", "Volume")),
        ("VOLUME_ET_OVER_ED", (U, "ET/ED", U, "volume", "Volume")),
        ("VOLUME_NET_over_TC", (U, "NET/TC", U, "volume", "Volume")),
        ("INTENSITY_Mean_ET_T1Gd", (U, "ET", "T1Gd", "firstorder", "Mean")),
        ("HISTO_NET_FLAIR_Bin10", (U, "NET", "FLAIR", "histogram", "Bin10")),
        ("TEXTURE_GLCM_ET_T1Gd_Contrast", (U, "ET", "T1Gd", "glcm", "Contrast")),
        ("TEXTURE_GLOBAL_ED_T2_Skewness", (U, "ED", "T2", "firstorder", "Skewness")),
        ("DIST_Vent_TC", (U, "TC", U, "distance", "Vent")),
        ("SPATIAL_Frontal", (U, U, U, "location", "Frontal")),
        ("TGM_Cog_X_1", (U, U, U, "growth_model", "Cog_X_1")),
        ("ECCENTRICITY_ET", (U, "ET", U, "shape", "Eccentricity")),
        ("T1CE_ET_GLRLM_ShortRunEmphasis", (U, "ET", "T1CE", "glrlm", "ShortRunEmphasis")),
        ("T2.Raw_Mean", (U, U, "T2", U, "Raw_Mean")),
        # silent, or a code that only looks like one
        ("Contrast (T1)", (U, U, U, U, "Contrast (T1)")),
        ("Size/Lesion volume (S1)", (U, U, U, U, "Size/Lesion volume (S1)")),
        ("deep_feature_17", (U, U, U, U, "deep_feature_17")),
        ("V1", (U, U, U, U, "V1")),
    ],
)
def test_names(name: str, told: tuple[str, ...]) -> None:
    assert parse_feature(name) == told


@pytest.mark.slow
@given(st.text(max_size=40))
def test_any_text_is_described(name: str) -> None:
    told = parse_feature(name)
    assert len(told) == len(COLUMNS)
    assert all(isinstance(part, str) for part in told)


def test_the_frame_of_descriptions() -> None:
    described = describe_features(["VOLUME_ET", "x"])
    assert list(described.columns) == ["image_type", "region", "sequence", "feature_class", "feature_name"]
    assert described.index.name == "feature"
    assert described.loc["VOLUME_ET", "region"] == "ET"
    assert list(describe_features([]).columns) == list(COLUMNS)
