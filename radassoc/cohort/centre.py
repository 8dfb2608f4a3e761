"""Which clinical columns name where a patient was treated."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["CENTRE_NAMES", "centre_columns"]

#: Names of clinical columns that tell the centre.
CENTRE_NAMES = ("centre", "center", "site", "hospital", "institution")


def centre_columns(cohort: Cohort) -> list[str]:
    """Return the clinical columns that are called as a centre is.

    Examples
    --------
    >>> import pandas as pd, radassoc as ra
    >>> clinical = pd.DataFrame({"Site": ["a", "b"], "age": [50.0, 60.0]}, index=["P1", "P2"])
    >>> centre_columns(ra.Cohort.from_frames(clinical=clinical))
    ['Site']
    """
    return [str(name) for name in cohort.clinical.columns if str(name).lower() in CENTRE_NAMES]
