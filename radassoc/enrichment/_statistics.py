"""Which statistic ranks the genes along which value."""

from __future__ import annotations

from radassoc.base.errors import DesignError, InputError
from radassoc.enrichment._subjects import Subject

__all__ = ["STATISTICS", "statistic_of"]

STATISTICS = ("correlation", "rank_correlation", "t", "cox")


def statistic_of(subject: Subject, statistic: str | None, null: str) -> str:
    """Return what ranks the genes along a value; ``None`` leaves the choice to the value.

    Raises
    ------
    DesignError
        The statistic does not fit the value.
    """
    survival = subject.event is not None
    if survival and statistic not in {None, "cox"}:
        raise DesignError(
            f"statistic={statistic!r} of survival ignores who was censored.",
            wanted="statistic='cox', which is the default for survival",
        )
    if statistic == "cox" and not survival:
        raise DesignError(
            f"statistic='cox' ranks genes by survival, not by {subject.name!r}.",
            wanted="by='survival'",
            remedy="Use statistic='correlation' for a value, and give what should be adjusted for as covariates.",
        )
    if survival and null == "rotation":
        raise InputError("Survival has no residuals that could be rotated.", wanted="null='samples' for by='survival'")
    n_levels = subject.values.nunique()
    if statistic == "t" and n_levels > 2:
        raise DesignError(
            f"statistic='t' compares two groups, and {subject.name!r} has {n_levels} values.",
            wanted="a value with two levels",
            remedy="statistic='correlation' takes any number of levels.",
        )
    return statistic or ("cox" if survival else "correlation")
