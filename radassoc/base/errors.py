"""Errors that say what was wanted, what was found and what to try."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

__all__ = [
    "ClinicalError",
    "DesignError",
    "ExpressionError",
    "FormatError",
    "IdentifierError",
    "InputError",
    "MissingDependencyError",
    "NumericalError",
    "Problems",
    "RadassocError",
    "RadiomicsError",
    "StudyError",
    "name_some",
]


class RadassocError(Exception):
    """Any error that radassoc raises on purpose.

    Parameters
    ----------
    found
        What is wrong, in one sentence that names the file, column or value.
    wanted
        What would have been right.
    remedy
        What to try.
    """

    exit_code = 1

    def __init__(self, found: str, *, wanted: str = "", remedy: str = "") -> None:
        self.found, self.wanted, self.remedy = found, wanted, remedy
        parts = [found]
        if wanted:
            parts.append(f"Wanted {wanted}.")
        if remedy:
            parts.append(remedy)
        super().__init__("\n".join(parts))

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the three parts when a worker process hands the error back."""
        return _rebuild, (type(self), self.found, self.wanted, self.remedy)


def _rebuild(kind: type[RadassocError], found: str, wanted: str, remedy: str) -> RadassocError:
    return kind(found, wanted=wanted, remedy=remedy)


class InputError(RadassocError):
    """A table or an argument is not what the method needs."""

    exit_code = 3


class RadiomicsError(InputError):
    """A table of imaging features cannot be used as it is."""


class ExpressionError(InputError):
    """A gene expression table or a gene set cannot be used as it is."""


class ClinicalError(InputError):
    """Clinical columns, survival time or event cannot be used as they are."""


class IdentifierError(InputError):
    """Patients or samples cannot be matched between tables."""


class StudyError(InputError):
    """A study file or a run's folder cannot be used as it is."""


class DesignError(RadassocError):
    """The data cannot answer this question: too few events, groups or patients, or a confounded design."""

    exit_code = 4


class NumericalError(RadassocError):
    """A computation did not reach its stated accuracy."""

    exit_code = 4


class FormatError(InputError):
    """A saved object is damaged, of another kind or of a newer format."""


class MissingDependencyError(RadassocError):
    """An optional package is needed; the message names the extra that installs it."""

    exit_code = 3


class Problems:
    """Collects every problem of an input, so that a user meets them all at once.

    Examples
    --------
    >>> problems = Problems()
    >>> problems.add(ClinicalError("No column 'os'."))
    >>> len(problems)
    1
    """

    def __init__(self) -> None:
        self._errors: list[RadassocError] = []

    def add(self, error: RadassocError) -> None:
        """Remember one problem; a collected error is spread into its parts."""
        self._errors.extend(getattr(error, "problems", (error,)))

    def __len__(self) -> int:
        return len(self._errors)

    def __iter__(self) -> Iterator[RadassocError]:
        return iter(self._errors)

    def raise_if_any(self) -> None:
        """Raise nothing, the one problem, or one error that lists them all as ``.problems``."""
        if not self._errors:
            return
        if len(self._errors) == 1:
            raise self._errors[0]
        kinds = {type(error) for error in self._errors}
        kind = kinds.pop() if len(kinds) == 1 else InputError
        lines = [f"{len(self._errors)} problems:"]
        lines += [f"{i}. {str(error).replace(chr(10), ' ')}" for i, error in enumerate(self._errors, 1)]
        combined = kind("\n".join(lines))
        combined.problems = tuple(self._errors)  # type: ignore[attr-defined]
        raise combined


def name_some(names: Iterable[object], *, most: int = 3) -> str:
    """Quote the first few names and count the rest, for messages.

    Examples
    --------
    >>> name_some(["a", "b", "c", "d"], most=2)
    "'a', 'b' and 2 more"
    """
    listed = list(names)
    head = ", ".join(repr(str(name)) for name in listed[:most])
    rest = len(listed) - most
    return f"{head} and {rest} more" if rest > 0 else head
