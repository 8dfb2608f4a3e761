import numpy as np
import pandas as pd

from radassoc.exploration._missingness import missingness
from radassoc.tables.feature_names import describe_features

NAMES = ["VOLUME_ET", "TEXTURE_GLCM_ET_T1Gd_Contrast", "TEXTURE_GLCM_ED_T2_Contrast", "VOLUME_ED"]


def make():
    frame = pd.DataFrame(1.0, index=list("ABCDEF"), columns=NAMES)
    frame.loc[["A", "B"], NAMES[0]] = 0.0
    frame.loc[["A", "B"], NAMES[1]] = np.nan
    frame.loc["C", NAMES[1]] = np.nan
    frame.loc["D", NAMES[2]] = np.nan
    return frame, describe_features(NAMES)


def test_absent_is_told_apart_from_missing():
    found = missingness(*make())
    assert found.absent.sum().sum() == 2
    assert found.missing.sum().sum() == 2
    assert found.regions.to_dict("records") == [{"region": "ET", "n_patients": 2, "n_features": 1}]
    assert found.lacking["ET"].sum() == 2


def test_patterns_count_patients():
    patterns = missingness(*make()).patterns
    sizes = patterns.groupby("pattern")["n_patients"].first()
    assert sizes.tolist() == [2, 2, 1, 1]
    gone = patterns[patterns["state"] == "absent"]
    assert gone["group"].tolist() == ["ET glcm"]
    assert gone["n_patients"].tolist() == [2]
    assert (gone["missing_share"] == 1).all()


def test_a_table_without_gaps_and_without_known_names():
    frame = pd.DataFrame(np.ones((4, 2)), index=list("ABCD"), columns=["g1", "g2"])
    found = missingness(frame, pd.DataFrame(index=["g1", "g2"]))
    assert found.regions.empty
    assert found.patterns[["n_patients", "group", "state"]].to_numpy().tolist() == [[4, "unknown", "present"]]
