import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.association._traits import trait_frame
from radassoc.base.errors import DesignError, InputError


@pytest.fixture
def cohort():
    clinical = pd.DataFrame(
        {
            "age": [50.0, 60, np.nan, 70],
            "sex": ["m", "f", "m", None],
            "grade": ["2", "3", "4", "4"],
            "ward": list("abcd"),
            "time": [1.0, 2, 3, 4],
            "event": [1.0, 0, 1, 0],
        },
        index=list("ABCD"),
    )
    return ra.Cohort.from_frames(clinical=clinical, time="time", event="event", unit="months")


def test_numbers_stay_and_categories_become_indicators(cohort):
    found = trait_frame(cohort, ["age", "sex", "grade"])
    assert found.columns.tolist() == ["age", "sex=m", "grade=2", "grade=3", "grade=4"]
    np.testing.assert_array_equal(found["sex=m"], [1, 0, 1, np.nan])
    np.testing.assert_array_equal(found["grade=4"], [0, 0, 1, 1])
    assert found.columns.name == "trait"


def test_traps(cohort):
    with pytest.raises(DesignError, match="the outcome"):
        trait_frame(cohort, ["age", "time"])
    with pytest.raises(InputError, match="more than once"):
        trait_frame(cohort, ["age", "age"])


def test_text_with_many_levels_is_no_trait():
    names = [f"P{i}" for i in range(12)]
    cohort = ra.Cohort.from_frames(clinical=pd.DataFrame({"ward": [f"w{i}" for i in range(12)]}, index=names))
    with pytest.raises(DesignError, match="has 12 levels"):
        trait_frame(cohort, ["ward"])
