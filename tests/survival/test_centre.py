"""When a centre is a stratum without being asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.cohort import Cohort
from radassoc.survival._centre import find_centre


def make_cohort(site: Sequence[object], name: str = "site", **more: Sequence[object]) -> Cohort:
    n = len(site)
    index = [f"P{i:03d}" for i in range(n)]
    clinical = pd.DataFrame(
        {name: site, **more, "age": np.arange(n), "t": 1.0 + np.arange(n), "e": np.arange(n) % 2}, index=index
    )
    imaging = pd.DataFrame({"a": np.arange(n) * 1.0}, index=index)
    return Cohort.from_frames(radiomics=imaging, clinical=clinical, time="t", event="e", unit="months")


def decide(cohort: Cohort, event: np.ndarray | None = None, covariates: tuple[str, ...] = ()) -> tuple[object, str]:
    event = np.ones(len(cohort.patients), dtype=bool) if event is None else event
    return find_centre(cohort, cohort.patients[: len(event)], event, covariates)


@pytest.mark.parametrize("name", ["site", "Centre", "CENTER", "hospital", "Institution"])
def test_a_centre_of_two_large_levels_is_a_stratum(name: str) -> None:
    strata, note = decide(make_cohort(["a"] * 10 + ["b"] * 10, name))
    assert strata == (name,)
    assert note == f"stratified by {name!r} (2 levels), as a centre is by default (strata=() goes without)"


def test_no_column_no_word() -> None:
    assert decide(make_cohort(["a"] * 10 + ["b"] * 10, "ward")) == ((), "")


def test_two_columns_that_could_be_it() -> None:
    strata, note = decide(make_cohort(["a"] * 10 + ["b"] * 10, hospital=["c"] * 20))
    assert strata == ()
    assert "could each be it (name one in strata)" in note
    assert "site" in note
    assert "hospital" in note


@pytest.mark.parametrize("reference", ["site", "clinical:site"])
def test_a_covariate_is_no_stratum(reference: str) -> None:
    cohort = make_cohort(["a"] * 10 + ["b"] * 10)
    assert decide(cohort, covariates=("age", reference)) == ((), "not stratified by 'site': it is a covariate")


@pytest.mark.parametrize(
    ("site", "why"),
    [
        (["a"] * 20 + [None], "it is unknown for 1 of 21 patients"),
        (["a"] * 20, "it has one level only"),
        (["a"] * 20 + ["b"] * 9, "1 of its 2 levels have 10 patients and 3 events"),
        (["a"] * 10 + ["b"] * 10 + ["c"] * 2 + ["d"], "3 of 23 patients are in its 2 small levels"),
    ],
)
def test_what_speaks_against_it(site: list[object], why: str) -> None:
    assert decide(make_cohort(site)) == ((), f"not stratified by 'site': {why}")


def test_a_tenth_of_the_patients_may_be_in_small_levels() -> None:
    site = ["a"] * 10 + ["b"] * 17 + ["c"] * 3
    assert decide(make_cohort(site))[0] == ("site",)  # 3 of 30
    assert decide(make_cohort(site[1:]))[0] == ()  # a has 9 patients


def test_events_count_not_only_patients() -> None:
    cohort = make_cohort(["a"] * 10 + ["b"] * 10)
    event = np.ones(20, dtype=bool)
    event[12:] = False
    assert decide(cohort, event)[0] == ()
    event[12] = True
    assert decide(cohort, event)[0] == ("site",)


def test_only_the_patients_of_the_analysis_count() -> None:
    """The last patient has no centre, and takes no part."""
    cohort = make_cohort(["a"] * 10 + ["b"] * 10 + [None])
    assert decide(cohort)[0] == ()
    assert decide(cohort, np.ones(20, dtype=bool))[0] == ("site",)
