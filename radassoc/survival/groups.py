"""Groups of patients whose survival is compared, and where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from radassoc.base.codec import register
from radassoc.base.results import Result

__all__ = ["COLUMNS", "RiskGroups", "Source"]

#: ``out_of_fold``: each patient's group comes from models that never saw this patient. ``training``: the score was
#: fitted on these very patients. ``test``: it was fitted on others. ``clinical``: a column of the cohort. ``given``:
#: values that the caller brought; whether they saw the outcome is not known.
Source = Literal["out_of_fold", "training", "test", "clinical", "given"]

COLUMNS = ("group", "n_patients", "n_events")


@register("risk_groups")
@dataclass(frozen=True, eq=False, kw_only=True)
class RiskGroups(Result):
    """Patients parted by a cut of their score.

    Attributes
    ----------
    table
        ``group``, ``n_patients``, ``n_events`` (of patients with known outcome).
    samples
        ``patient``, ``score``, ``group``; no rows where the score gives no groups.
    source
        ``"out_of_fold"``, ``"training"``, ``"test"``, ``"clinical"`` or ``"given"``.
    labels
        The groups from low to high risk.
    cut
        Patients with a score above it are ``"high"``; missing where each fold had its own cut.
    null_groups
        Patients x reruns: the groups of the same pipeline with imaging permuted, where they were computed.
    """

    default_figure: ClassVar[str] = ""

    source: Source = "given"
    labels: tuple[str, ...] = ("low", "high")
    cut: float = np.nan
    null_groups: pd.DataFrame | None = None
