import pandas as pd
import pytest

from radassoc.base.errors import DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.enrichment._two_groups import as_two_groups, check_sizes, read_groups


def cohort_with(values):
    frame = pd.DataFrame({"g": values}, index=[f"P{i}" for i in range(len(values))])
    return Cohort.from_frames(expression=pd.DataFrame(1.0, frame.index, ["A"]), clinical=frame)


def test_labels_are_text_and_numbers_are_written_as_such():
    name, labels = read_groups(cohort_with([1.0, 2.0, None]), "g")
    assert name == "g"
    assert labels.tolist() == ["1", "2", None]


def test_groups_are_sorted_or_as_asked():
    labels = pd.Series(["b", "a", "c", None])
    assert as_two_groups("g", labels[:2], None) == ("a", "b")
    assert as_two_groups("g", labels, ("c", "a")) == ("c", "a")


def test_refusals():
    labels = pd.Series(["b", "a", "c", None])
    with pytest.raises(DesignError, match=r"'g' has 3 groups: a \(1\), b \(1\), c \(1\)") as caught:
        as_two_groups("g", labels, None)
    assert "levels=" in caught.value.remedy
    with pytest.raises(InputError, match="no two groups"):
        as_two_groups("g", labels, ("a",))
    with pytest.raises(InputError, match="names a patient more than once"):
        read_groups(cohort_with(["a", "b"]), pd.Series(["a", "b"], index=["P0", "P0"]))
    check_sizes("g", ("a", "b"), (10, 12), (1, 3))
    with pytest.raises(DesignError, match="a: 10 patients, 4 degrees of freedom"):
        check_sizes("g", ("a", "b"), (10, 12), (5, 3))
