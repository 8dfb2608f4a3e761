from __future__ import annotations

import pandas as pd

import radassoc as ra
from radassoc.cohort.centre import CENTRE_NAMES, centre_columns


def test_centres_are_told_by_their_name_alone():
    names = [name.upper() for name in CENTRE_NAMES]
    clinical = pd.DataFrame({name: ["a", "b"] for name in [*names, "site_of_disease"]}, index=["P1", "P2"])
    assert centre_columns(ra.Cohort.from_frames(clinical=clinical)) == names
