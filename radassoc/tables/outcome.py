"""Survival time and event of each patient, from whatever a clinical table calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from radassoc.base.codec import register
from radassoc.base.errors import ClinicalError, Problems, name_some
from radassoc.base.results import Record
from radassoc.tables.event_coding import code_events
from radassoc.tables.identifiers import check_known
from radassoc.tables.numbers import looks_like_date

__all__ = ["Outcome", "Unit", "code_outcome"]

Unit = Literal["days", "weeks", "months", "years"]
_PER_YEAR = {"days": 365.25, "weeks": 52.18, "months": 12.0, "years": 1.0}


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
    coded = _collect(problems, code_events, clinical[event], event, event_coding, invert)
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
