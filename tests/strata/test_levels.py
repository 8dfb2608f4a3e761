import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import DesignError, IdentifierError, InputError
from radassoc.strata._levels import read_levels


def test_sorted_and_counted(parted):
    levels = read_levels(parted, "idh")
    assert levels.names == ("Mutant", "WT")
    assert levels.n_missing == int(parted.column("idh").isna().sum()) > 0
    assert len(levels.labels) == 90 - levels.n_missing
    assert set(levels.patients("WT")) == set(parted.column("idh").index[parted.column("idh") == "WT"])


def test_some_levels_in_the_order_asked(parted):
    levels = read_levels(parted, "centre", ["c", "a"])
    assert levels.names == ("c", "a")
    assert set(levels.labels) == {"a", "c"}
    assert levels.n_missing == 0


def test_whole_numbers_are_levels(parted):
    cohort = parted.with_clinical(pd.DataFrame({"stage": np.tile([1.0, 2.0, 3.0], 30)}, index=parted.patients))
    assert read_levels(cohort, "stage").names == ("1", "2", "3")


def test_refusals(parted):
    with pytest.raises(DesignError, match=r"is a number with .* different values") as told:
        read_levels(parted, "age")
    assert "Derive groups" in told.value.remedy
    with pytest.raises(DesignError, match="outcome itself"):
        read_levels(parted, "dead")
    with pytest.raises(IdentifierError):
        read_levels(parted, "sx")
    with pytest.raises(InputError, match="no strata of 'centre'"):
        read_levels(parted, "centre", ["a", "z"])
    with pytest.raises(InputError, match="no strata of 'centre'"):
        read_levels(parted, "centre", ["a", "a"])
    with pytest.raises(InputError, match="names no strata"):
        read_levels(parted, ["sex"])
    with pytest.raises(DesignError, match="two strata"):
        read_levels(parted.subset(parted.patients[:10]), "sex")
    names = parted.with_clinical(pd.DataFrame({"name": [f"n{i}" for i in range(90)]}, index=parted.patients))
    with pytest.raises(DesignError, match="90 different values"):
        read_levels(names, "name")
