"""Checks of arguments: a slip is told in words, not by what breaks on its account further down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any

from radassoc.base.errors import InputError

__all__ = ["check_choice", "check_number", "check_whole", "names_in"]


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Refuse a value that is not among the choices.

    Examples
    --------
    >>> check_choice("ties", "efron", ("efron", "breslow"))
    """
    if value not in choices:
        raise InputError(f"{name}={value!r} is no choice.", wanted=" or ".join(repr(choice) for choice in choices))


def check_whole(name: str, value: Any) -> None:
    """Refuse what is no whole number: a text, a fraction, True.

    Examples
    --------
    >>> check_whole("n_folds", 5)
    """
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise InputError(f"{name}={value!r} is no whole number.", wanted="a whole number, such as 5")


def check_number(name: str, value: Any) -> None:
    """Refuse what is no number: a text, None, True.

    Examples
    --------
    >>> check_number("level", 0.05)
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise InputError(f"{name}={value!r} is no number.", wanted="a number, such as 0.5")


def names_in(argument: str, value: Any) -> tuple[str, ...]:
    """Return one name or several as a tuple; refuse what holds no names.

    Examples
    --------
    >>> names_in("covariates", "age"), names_in("covariates", ["age", "sex"])
    (('age',), ('age', 'sex'))
    """
    if isinstance(value, str):
        return (value,)
    if value is None or not isinstance(value, Iterable):
        raise InputError(f"{argument}={value!r} holds no names.", wanted='names such as ["age", "sex"], or none: ()')
    return tuple(value)
