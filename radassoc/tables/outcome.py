"""Survival time and event of each patient, from whatever a clinical table calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from radassoc.base.codec import register
from radassoc.base.errors import ClinicalError, Problems, name_some
from radassoc.base.results import Record
from radassoc.tables.identifiers import check_known
from radassoc.tables.numbers import looks_like_date

__all__ = ["Outcome", "Unit", "code_outcome"]

Unit = Literal["days", "weeks", "months", "years"]
_PER_YEAR = {"days": 365.25, "weeks": 52.18, "months": 12.0, "years": 1.0}

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


@register("outcome")
@dataclass(frozen=True, eq=False, kw_only=True)
class Outcome(Record):
    """Time to event of the patients in whom both time and event are known.

    Attributes
    ----------
    table
        Indexed by patient: ``time`` (float, above zero) and ``event`` (True: observed, False: censored).
    unit
        Unit of time.
    time_name, event_name
        The columns that it came from.
    coding
        What each value of the event column was taken for.
    """

    table: pd.DataFrame
    unit: str
    time_name: str
    event_name: str
    coding: Mapping[str, bool] = field(default_factory=dict)

    @property
    def time(self) -> pd.Series:
        """Return the time of each patient."""
        return self.table["time"]

    @property
    def event(self) -> pd.Series:
        """Return whether the event of each patient was observed."""
        return self.table["event"]

    def __repr__(self) -> str:
        events = int(self.table["event"].sum())
        return f"<Outcome {self.time_name} in {self.unit}: {len(self.table)} patients, {events} events>"


def code_outcome(
    clinical: pd.DataFrame,
    time: str,
    event: str,
    unit: Unit | None,
    *,
    event_coding: Mapping[Any, bool] | None = None,
    invert: bool = False,
) -> Outcome:
    """Return the outcome that two columns of a clinical table describe.

    Understood without help: 0/1, 1/2 (2 is the event, as in R's survival package), True/False, words such as
    Dead/Alive, Deceased/Living, yes/no, and cBioPortal's ``"1:DECEASED"``. Anything else needs ``event_coding``.

    Parameters
    ----------
    clinical
        One row per patient.
    time, event
        Names of columns.
    unit
        ``"days"``, ``"weeks"``, ``"months"`` or ``"years"``; it must be stated.
    event_coding
        Every value of the event column: True where it is the event, False where the patient is censored.
    invert
        The column tells who is censored: exchange both.

    Returns
    -------
    Outcome
        Patients whose time or event is missing are not in it.

    Raises
    ------
    ClinicalError
        Unknown column or unit, times that are text, zero, negative or infinite, a coding that can be read in two ways,
        or no event at all. All problems are told at once.
    """
    problems = Problems()
    _collect(problems, _check_unit, unit)
    _collect(problems, check_known, [time, event], clinical.columns, what="column", source="The clinical table",
             error=ClinicalError)  # fmt: skip
    problems.raise_if_any()
    if time == event:
        raise ClinicalError(f"Column {time!r} is given as both time and event.", wanted="two columns")
    times = _collect(problems, _times, clinical[time], time, unit)
    coded = _collect(problems, _events, clinical[event], event, event_coding, invert)
    problems.raise_if_any()
    observed, coding = coded
    known = times.notna() & observed.notna()
    table = pd.DataFrame({"time": times[known].astype("float64"), "event": observed[known].astype(bool)})
    table.index = pd.Index(table.index, name="patient", dtype=object)
    _check_table(table, time, event)
    return Outcome(table=table, unit=str(unit), time_name=time, event_name=event, coding=coding)


def _collect(problems: Problems, step: Any, *args: Any, **settings: Any) -> Any:
    try:
        return step(*args, **settings)
    except ClinicalError as error:
        problems.add(error)
        return None


def _check_unit(unit: str | None) -> None:
    if unit not in get_args(Unit):
        found = "The unit of survival time is not stated." if unit is None else f"unit={unit!r} is no unit of time."
        raise ClinicalError(found, wanted='unit="days" | "weeks" | "months" | "years"')


def _check_table(table: pd.DataFrame, time: str, event: str) -> None:
    if table.empty:
        raise ClinicalError(f"No patient has both {time!r} and {event!r}.", wanted="patients with known time and event")
    if not table["event"].any():
        raise ClinicalError(
            f"All {len(table)} patients are censored: column {event!r} holds no event.",
            wanted="at least one observed event",
            remedy="If the column tells who is censored, say invert_event=True; otherwise check its coding.",
        )


# ---- time
def _times(column: pd.Series, name: str, unit: str) -> pd.Series:
    if column.dtype == object:
        texts = column.dropna().astype(str)
        bad = texts[pd.to_numeric(texts, errors="coerce").isna()]
        if len(bad):
            shown = ", ".join(f"{text!r} ({who})" for who, text in bad.iloc[:3].items())
            dates = all(looks_like_date(text) for text in bad)
            raise ClinicalError(
                f"Time column {name!r} holds {len(bad)} texts: {shown}.",
                wanted=f"numbers of {unit}",
                remedy="Dates must be turned into a length of time first." if dates else "Correct or empty the cells.",
            )
    times = pd.to_numeric(column).astype("float64")
    _refuse_times(times, np.isinf(times), name, "infinite")
    _refuse_times(times, times < 0, name, "negative")
    _refuse_times(times, times == 0, name, "zero")
    longest = times.max() / _PER_YEAR[unit]
    if longest > 120:
        raise ClinicalError(
            f"Time column {name!r} reaches {times.max():g} {unit}, which is {longest:.0f} years.",
            wanted="times that a patient can live",
            remedy="Check the unit.",
        )
    return times


def _refuse_times(times: pd.Series, wrong: pd.Series, name: str, what: str) -> None:
    if wrong.any():
        raise ClinicalError(
            f"Time column {name!r} holds {int(wrong.sum())} {what} times (first: {name_some(times.index[wrong])}).",
            wanted="times above zero",
            remedy="A patient without follow-up has no outcome: correct the value, or leave the cell empty.",
        )


# ---- event
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


def _events(
    column: pd.Series, name: str, coding: Mapping[Any, bool] | None, invert: bool
) -> tuple[pd.Series, dict[str, bool]]:
    """Return True, False or missing per patient, and what each value was taken for."""
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
    if len(found) > 2 and not (set(words.values()) <= {True, False}):
        raise ClinicalError(
            f"Event column {name!r} holds {len(found)} codes: {name_some(found, most=6)}.",
            wanted="two: event and censored",
            remedy=_competing(found),
        )
    if set(found) <= {"0", "1"} and found != ["1"]:
        return _by_digits({value: value == "1" for value in found}, name, invert)
    if found == ["1", "2"]:
        return _by_digits({"1": False, "2": True}, name, invert)
    unknown = [value for value, is_event in words.items() if is_event is None]
    if unknown:
        raise ClinicalError(
            f"Event column {name!r} holds {name_some(found, most=6)}: which is the event cannot be told.",
            wanted="0/1, 1/2, True/False, Dead/Alive or the like",
            remedy=f"Say it: event_coding={{{found[0]!r}: False, {found[-1]!r}: True}}.",
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


def _competing(found: list[str]) -> str:
    """Return the two questions that several codes can answer, as what the user would write."""
    first = found[0]
    composite = {value: value != first for value in found}
    cause = {value: value == found[1] for value in found}
    return (
        f"If {first!r} is censored: event_coding={composite} makes any event count (composite); "
        f"event_coding={cause} makes {found[1]!r} alone count and censors the rest (cause-specific)."
    )
