"""What the name of an imaging feature tells: image type, region, sequence, class; "unknown" where it is silent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

__all__ = ["COLUMNS", "UNKNOWN", "describe_features", "parse_feature"]

COLUMNS = ("image_type", "region", "sequence", "feature_class", "feature_name")
UNKNOWN = "unknown"

_CLASSES = "shape2D|shape|firstorder|glcm|glrlm|glszm|gldm|ngtdm"
_IMAGE = (
    r"original|wavelet\d*[-.][LH]{2,3}|log[-.]sigma[-.][\d.-]+?[-.]mm(?:[-.][23]D)?|squareroot|square|logarithm|exponential"
    r"|gradient|lbp[-.]2D|lbp[-.]3D[-.](?:m1|m2|k)"
)
#: PyRadiomics: [anything_]image_class_Feature; R writes the hyphens as points.
_PYRADIOMICS = re.compile(
    rf"(?:(?P<rest>.+)_)?(?P<image>{_IMAGE})_(?P<cls>{_CLASSES})_(?P<name>[A-Za-z0-9]+)(?:_(?P<after>.+))?"
)
#: Tables that turned the name round: Feature.image.
_TURNED = re.compile(rf"(?P<name>\d*[A-Za-z0-9]+)\.(?P<image>{_IMAGE})")

#: The class of a PyRadiomics feature whose name alone tells it; names that two classes share are left out on purpose.
_CLASS_OF = {
    name: cls
    for cls, names in {
        "shape": "Elongation Flatness LeastAxisLength MajorAxisLength Maximum2DDiameterColumn Maximum2DDiameterRow "
        "Maximum2DDiameterSlice Maximum3DDiameter MeshVolume MinorAxisLength Sphericity SurfaceArea SurfaceVolumeRatio "
        "VoxelVolume Compactness1 Compactness2 SphericalDisproportion",
        "firstorder": "10Percentile 90Percentile Energy Entropy InterquartileRange Kurtosis Maximum "
        "MeanAbsoluteDeviation Mean Median Minimum Range RobustMeanAbsoluteDeviation RootMeanSquared Skewness "
        "TotalEnergy Uniformity Variance StandardDeviation",
        "glcm": "Autocorrelation ClusterProminence ClusterShade ClusterTendency Correlation DifferenceAverage "
        "DifferenceEntropy DifferenceVariance Id Idm Idmn Idn Imc1 Imc2 InverseVariance JointAverage JointEnergy "
        "JointEntropy MCC MaximumProbability SumAverage SumEntropy SumSquares",
        "glrlm": "HighGrayLevelRunEmphasis LongRunEmphasis LongRunHighGrayLevelEmphasis LongRunLowGrayLevelEmphasis "
        "LowGrayLevelRunEmphasis RunEntropy RunLengthNonUniformity RunLengthNonUniformityNormalized RunPercentage "
        "RunVariance ShortRunEmphasis ShortRunHighGrayLevelEmphasis ShortRunLowGrayLevelEmphasis",
        "glszm": "HighGrayLevelZoneEmphasis LargeAreaEmphasis LargeAreaHighGrayLevelEmphasis "
        "LargeAreaLowGrayLevelEmphasis LowGrayLevelZoneEmphasis SizeZoneNonUniformity SizeZoneNonUniformityNormalized "
        "SmallAreaEmphasis SmallAreaHighGrayLevelEmphasis SmallAreaLowGrayLevelEmphasis ZoneEntropy ZonePercentage "
        "ZoneVariance",
        "gldm": "DependenceEntropy DependenceNonUniformity DependenceNonUniformityNormalized DependenceVariance "
        "HighGrayLevelEmphasis LargeDependenceEmphasis LargeDependenceHighGrayLevelEmphasis "
        "LargeDependenceLowGrayLevelEmphasis LowGrayLevelEmphasis SmallDependenceEmphasis "
        "SmallDependenceHighGrayLevelEmphasis SmallDependenceLowGrayLevelEmphasis",
        "ngtdm": "Busyness Coarseness Complexity Strength",
    }.items()
    for name in names.split()
}

_REGION_WORDS = "ET NET ED TC WT NCR NEC NC CE GTV GTV1 CTV PTV BRAIN CORE EDEMA OEDEMA TUMOR TUMOUR LESION"
_SEQUENCE_WORDS = (
    "T1 T1GD T1CE T1C T1POST T1W T1KM T2 T2W FLAIR T2FLAIR T2F T1N ADC DWI CBV RCBV CBF RCBF MTT DCE KTRANS DSC PSR PH "
    "FA MD AD RD TR EPI SWI QSM PET FDG FET MET CT"
)
_REGIONS = frozenset(_REGION_WORDS.split())
_SEQUENCES = frozenset(_SEQUENCE_WORDS.split())
#: What CaPTk, UPenn and others write for the class, and the one word for it here.
_CLASS_WORDS = {
    "GLCM": "glcm", "GLRLM": "glrlm", "GLSZM": "glszm", "GLDM": "gldm", "NGTDM": "ngtdm", "NGLDM": "gldm", "LBP": "lbp",
    "GLOBAL": "firstorder", "FIRSTORDER": "firstorder", "INTENSITY": "firstorder", "HISTO": "histogram",
    "HISTOGRAM": "histogram", "VOLUME": "volume", "VOLUMETRIC": "volume", "MORPHOLOGIC": "shape", "SHAPE": "shape",
    "ECCENTRICITY": "shape", "SOLIDITY": "shape", "DIST": "distance", "SPATIAL": "location", "TGM": "growth_model",
}  # fmt: skip


def parse_feature(name: str) -> tuple[str, str, str, str, str]:
    """Return image type, region, sequence, class and feature of one name.

    A ratio of two regions names both, as in ``"ET/ED"``.

    Examples
    --------
    >>> parse_feature("wavelet-HLL_glcm_Contrast")
    ('wavelet-HLL', 'unknown', 'unknown', 'glcm', 'Contrast')
    >>> parse_feature("TEXTURE_GLCM_ET_T1Gd_Contrast")
    ('unknown', 'ET', 'T1Gd', 'glcm', 'Contrast')
    >>> parse_feature("Contrast.original")
    ('original', 'unknown', 'unknown', 'unknown', 'Contrast')
    """
    match = _PYRADIOMICS.fullmatch(name)
    if match:
        tokens = re.split(r"[_.\s]+", f"{match['rest'] or ''}_{match['after'] or ''}")
        region, sequence = _region(tokens), _sequence(tokens)
        return _image(match["image"]), region, sequence, match["cls"], match["name"]
    match = _TURNED.fullmatch(name)
    if match:
        cls = _CLASS_OF.get(match["name"], UNKNOWN)
        return _image(match["image"]), UNKNOWN, UNKNOWN, cls, match["name"]
    if re.search(r"[\s()]", name):  # prose, not a code: "Contrast (T1)" is no sequence
        return UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, name
    return _parse_tokens(name)


def _parse_tokens(name: str) -> tuple[str, str, str, str, str]:
    """Read names that are words in capitals joined by underscores (CaPTk, BraTS-TCGA, UPenn-GBM)."""
    tokens = [token for token in re.split(r"[_.]+", name) if token]
    region, sequence = _region(tokens), _sequence(tokens)
    classes = [_CLASS_WORDS[token.upper()] for token in tokens if token.upper() in _CLASS_WORDS]
    cls = classes[-1] if classes else UNKNOWN
    if cls == "location" or cls == "growth_model":
        return UNKNOWN, UNKNOWN, UNKNOWN, cls, "_".join(tokens[1:])
    said = {*region.upper().split("/"), sequence.upper(), "TEXTURE", "OVER"}
    left = [token for token in tokens if token.upper() not in said and token.upper() not in _CLASS_WORDS]
    if region == sequence == cls == UNKNOWN:
        return UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, name
    own = next((token for token in tokens if token.upper() in _CLASS_WORDS), name).capitalize()
    return UNKNOWN, region, sequence, cls, "_".join(left) or own


def _region(tokens: Sequence[str]) -> str:
    found = [token.upper() for token in tokens if token.upper() in _REGIONS]
    if len(found) == 2 and "OVER" in {token.upper() for token in tokens}:
        return "/".join(found)
    return found[0] if len(found) == 1 else UNKNOWN


def _sequence(tokens: Sequence[str]) -> str:
    found = [token for token in tokens if token.upper() in _SEQUENCES]
    return found[0] if len(found) == 1 else UNKNOWN


def _image(text: str) -> str:
    """Write the hyphens back that R made points, but keep the point of a number."""
    if "." not in text:
        return text
    sigma = re.fullmatch(r"log[-.]sigma[-.](\d+)[-.](\d+)[-.]mm(?:[-.]([23]D))?", text)
    if sigma:
        return f"log-sigma-{sigma[1]}-{sigma[2]}-mm" + (f"-{sigma[3]}" if sigma[3] else "")
    return text.replace(".", "-")


def describe_features(names: Iterable[str]) -> pd.DataFrame:
    """Return one row per feature with the columns ``image_type, region, sequence, feature_class, feature_name``."""
    labels = [str(name) for name in names]
    rows = [parse_feature(label) for label in labels]
    return pd.DataFrame(rows, columns=list(COLUMNS), index=pd.Index(labels, name="feature", dtype=object), dtype=object)
