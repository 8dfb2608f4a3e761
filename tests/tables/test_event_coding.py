"""What each value of an event column means."""

from __future__ import annotations

import pandas as pd
import pytest

from radassoc.base.errors import ClinicalError
from radassoc.tables.event_coding import code_events


def code(
    values: list[object], name: str = "event", coding: dict[object, bool] | None = None, invert: bool = False
) -> list[object]:
    return code_events(pd.Series(values), name, coding, invert)[0].tolist()


@pytest.mark.parametrize(
    "values",
    [
        [0, 1],
        [0.0, 1.0],
        ["0", "1"],
        ["0.0", "1.0"],
        [1, 2],
        [False, True],
        ["False", "True"],
        ["FALSE", "TRUE"],
        ["Alive", "Dead"],
        ["LIVING", "DECEASED"],
        ["0:LIVING", "1:DECEASED"],
        ["0:DiseaseFree", "1:Recurred/Progressed"],
        ["0:CENSORED", "1:PROGRESSION"],
        ["no", "yes"],
        [" alive ", "dead "],
    ],
)
def test_codings_that_are_understood(values: list[object]) -> None:
    assert code(values) == [False, True]
    assert code(values, invert=True) == [True, False]


def test_missing_events_stay_missing() -> None:
    coded = code([0.0, None, 1.0])
    assert coded[0] is False
    assert coded[2] is True
    assert pd.isna(coded[1])


def test_what_was_understood_is_told() -> None:
    assert code_events(pd.Series([1, 2, 2]), "status", None, False)[1] == {"1": False, "2": True}


def test_more_words_of_one_meaning_are_no_third_code() -> None:
    assert code(["alive", "dead", "deceased", "lost to follow-up"]) == [False, True, True, False]


def test_a_given_coding_decides() -> None:
    coding = {0: False, 1: True, 2: False}
    assert code([0, 1, 2], coding=coding) == [False, True, False]
    assert code(["A", "B"], coding={"A": True, "B": False}) == [True, False]


def test_three_codes_name_both_questions() -> None:
    with pytest.raises(ClinicalError) as caught:
        code([0, 1, 2])
    assert "{'0': False, '1': True, '2': True} makes any event count (composite)" in str(caught.value)
    assert "{'0': False, '1': True, '2': False}" in str(caught.value)


@pytest.mark.parametrize("name", ["censored", "os_censor", "Alive", "CENSORING"])
@pytest.mark.parametrize("values", [[0, 1], [1, 2], ["yes", "no"], ["True", "False"]])
def test_a_name_that_turns_the_meaning_is_refused(name: str, values: list[object]) -> None:
    with pytest.raises(ClinicalError, match="named after the censored"):
        code(values, name=name)


def test_the_same_name_with_a_word_on_it_is_read() -> None:
    assert code([0, 1], name="censored", invert=True) == [True, False]
    assert code([0, 1], name="censored", coding={0: False, 1: True}) == [False, True]
    assert code(["alive", "dead"], name="alive_or_dead") == [False, True]


@pytest.mark.parametrize("values", [[1], [2], [1, 3], [0, 2], ["A", "B"], ["dead", "unknown"], [-1, 1]])
def test_what_cannot_be_told_is_refused(values: list[object]) -> None:
    with pytest.raises(ClinicalError, match="cannot be told"):
        code(values)


def test_digit_and_word_must_agree() -> None:
    with pytest.raises(ClinicalError, match="contradicts itself"):
        code(["1:LIVING", "0:DECEASED"])
