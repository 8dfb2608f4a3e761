"""Which values of an event column are the event, which are censored, and which cannot be told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from radassoc.base.errors import ClinicalError, name_some

__all__ = ["code_events"]

_EVENT_WORDS = frozenset(
    {
        "dead",
        "deceased",
        "died",
        "death",
        "dead of disease",
        "event",
        "observed",
        "uncensored",
        "failure",
        "yes",
        "true",
    }
    | {"recurred", "recurrence", "relapse", "relapsed", "progressed", "progression", "recurred/progressed", "t", "y"}
)
_CENSORED_WORDS = frozenset(
    {"alive", "living", "censored", "survived", "lost to follow-up", "no event", "event free", "no", "false", "f", "n"}
    | {"diseasefree", "disease-free", "disease free", "progression-free", "not recurred", "no recurrence"}
    | {"no progression"}
)
#: Words that answer whatever question the column's name asks, as digits do.
_ANSWERS = frozenset({"yes", "no", "true", "false", "t", "f", "y", "n"})
_CENSOR_NAME = re.compile(r"censor|alive|living|survived", re.IGNORECASE)


def _key(value: Any) -> str:
    """Write a value of the event column in one way: 1, 1.0, True and "1" alike as far as they are numbers."""
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    text = str(value).strip()
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else text


def code_events(
    column: pd.Series, name: str, coding: Mapping[Any, bool] | None, invert: bool
) -> tuple[pd.Series, dict[str, bool]]:
    """Return True (event), False (censored) or missing per patient, and what each value was taken for.

    Parameters
    ----------
    column
        The event column of a clinical table.
    name
        What it is called; a name such as ``censored`` makes digits ambiguous.
    coding
        Every value and whether it is the event; None: understood from the values.
    invert
        Exchange event and censored.
    """
    keys = column.map(_key, na_action="ignore").astype(object)
    found = sorted(keys.dropna().unique())
    if not found:
        raise ClinicalError(f"Event column {name!r} is empty.", wanted="an event or a censoring for each patient")
    if coding is not None:
        if invert:
            raise ClinicalError("Both event_coding and invert_event are given.", wanted="one of them")
        meaning = _given_coding(coding, found, name)
    else:
        meaning = _understand(found, name, invert)
        meaning = {value: is_event != invert for value, is_event in meaning.items()}
    return keys.map(meaning, na_action="ignore"), meaning


def _given_coding(coding: Mapping[Any, bool], found: list[str], name: str) -> dict[str, bool]:
    if not isinstance(coding, Mapping):
        raise ClinicalError(
            f"event_coding={coding!r} is no mapping.", wanted="what each value means, such as {0: False, 1: True}"
        )
    given = {_key(value): is_event for value, is_event in coding.items()}
    wrong = [value for value, is_event in given.items() if is_event not in (True, False, 0, 1)]
    if wrong:
        found_ = f"event_coding says {given[wrong[0]]!r} for {wrong[0]!r}."
        raise ClinicalError(found_, wanted="True (event) or False (censored)")
    unsaid = [value for value in found if value not in given]
    if unsaid:
        raise ClinicalError(
            f"event_coding does not say what {name_some(unsaid)} in column {name!r} means.",
            wanted="True (event) or False (censored) for every value",
        )
    return {value: bool(given[value]) for value in found}


def _understand(found: list[str], name: str, invert: bool) -> dict[str, bool]:
    words = {value: _word(value, name) for value in found}
    unknown = [value for value, is_event in words.items() if is_event is None]
    if len(found) > 2 and unknown and not {True, False} <= set(words.values()):
        raise ClinicalError(
            f"Event column {name!r} holds {len(found)} codes: {name_some(found, most=6)}.",
            wanted="two: event and censored",
            remedy=_competing(words),
        )
    if set(found) <= {"0", "1"} and found != ["1"]:
        return _by_digits({value: value == "1" for value in found}, name, invert)
    if found == ["1", "2"]:
        return _by_digits({"1": False, "2": True}, name, invert)
    if unknown:
        raise ClinicalError(
            f"Event column {name!r} holds {name_some(found, most=6)}: "
            f"the meaning of {name_some(unknown)} cannot be told.",
            wanted="0/1, 1/2, True/False, Dead/Alive or the like",
            remedy=_ask(words),
        )
    meaning = {value: bool(is_event) for value, is_event in words.items()}
    return _by_digits(meaning, name, invert) if {value.lower() for value in found} <= _ANSWERS else meaning


def _by_digits(meaning: dict[str, bool], name: str, invert: bool) -> dict[str, bool]:
    """Refuse digits (or yes and no) whose column name says the opposite of what they usually mean."""
    if _CENSOR_NAME.search(name) and not invert:
        raise ClinicalError(
            f"Event column {name!r} is named after the censored: which of its values is the event cannot be told.",
            wanted="an event column, or a word on its coding",
            remedy="Say invert_event=True if 1 means censored, or event_coding={0: False, 1: True} if 1 means event.",
        )
    return meaning


def _word(value: str, name: str) -> bool | None:
    """Return what a word says: event, censored, or nothing known."""
    text = value.lower()
    digit, colon, rest = text.partition(":")
    if colon and digit in {"0", "1"}:
        said = _word(rest.strip(), name)
        if said is not None and said != (digit == "1"):
            raise ClinicalError(
                f"Event column {name!r} contradicts itself: {value!r} has the digit of one outcome and the word of "
                "the other.",
                wanted="'0:' before what is censored and '1:' before what is an event",
                remedy="Say what it means: event_coding={...}.",
            )
        return digit == "1"
    if text in _EVENT_WORDS:
        return True
    return False if text in _CENSORED_WORDS else None


def _ask(words: dict[str, bool | None]) -> str:
    """Return what the user would write: all values, True where it may be the event."""
    if len(words) == 1:
        value = next(iter(words))
        return f"Say event_coding={{{value!r}: True}} if all had the event, {{{value!r}: False}} if none had."
    guess = {value: bool(is_event) for value, is_event in words.items()}
    if not any(guess.values()):
        guess[list(guess)[-1]] = True
    return f"Say it, such as event_coding={guess}, or empty the cells of which nothing is known."


def _competing(words: dict[str, bool | None]) -> str:
    """Return the two questions that several codes can answer, as what the user would write."""
    censored = [value for value, is_event in words.items() if is_event is False] or list(words)[:1]
    causes = [value for value in words if value not in censored]
    composite = {value: value in causes for value in words}
    one_cause = {value: value == causes[0] for value in words}
    return (
        f"If {name_some(censored)} is censored: event_coding={composite} makes any event count (composite); "
        f"event_coding={one_cause} makes {causes[0]!r} alone count and censors the rest (cause-specific)."
    )
