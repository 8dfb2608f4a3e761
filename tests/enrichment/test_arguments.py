import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.enrichment._arguments import as_names, check_settings, check_sizes, half_known, size_settings


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ((0, 1.0, 0.05), "n_permutations=0"),
        ((2.5, 1.0, 0.05), "n_permutations=2.5 is no whole number"),
        ((None, float("nan"), 0.05), "weight is no finite number"),
        ((None, float("inf"), 0.05), "weight is no finite number"),
        ((None, 1.0, 1.0), "level=1.0 is no level"),
    ],
)
def test_settings_that_cannot_be(settings, message):
    with pytest.raises(InputError, match=message):
        check_settings(*settings)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        (("a", 500, 0.3), "min_size='a' is no whole number"),
        ((50, 10, 0.3), "min_size=50 and max_size=10"),
        ((-1, 10, 0.3), "min_size=-1"),
        ((1, 10, 3), "min_coverage=3 is no share"),
    ],
)
def test_sizes_that_no_set_could_meet(sizes, message):
    with pytest.raises(InputError, match=message):
        check_sizes(*sizes)


def test_one_kept_set_is_a_name_and_no_letters():
    assert size_settings(10, 500, 0.3, "RB1")["keep_small"] == ("RB1",)
    assert size_settings(10, 500, 0.3, True)["keep_small"] is True


def test_names_of_columns():
    assert as_names("covariates", ["a", "b"]) == ("a", "b")
    for wrong in (5, pd.Series([1.0])):
        with pytest.raises(InputError, match="names no columns"):
            as_names("covariates", wrong)


def test_a_patient_without_genes_is_none():
    frame = pd.DataFrame(np.ones((3, 4)), index=["a", "b", "c"])
    assert half_known(frame) == {}
    frame.loc["b", :2] = np.nan
    assert half_known(frame)["half of the genes"].index.tolist() == ["a", "c"]
