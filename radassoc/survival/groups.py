"""Groups of patients whose survival is compared, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
import pandas as pd

from radassoc.base.codec import register
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError, name_some
from radassoc.base.provenance import provenance
from radassoc.base.results import Result
from radassoc.survival._cuts import group_labels

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort
    from radassoc.survival.validation import RiskValidation

__all__ = ["COLUMNS", "RiskGroups", "Source", "make_groups", "parts_of", "patient_values"]

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
    score_of
        What the score is made of: ``"imaging"``, or ``"imaging + age + idh"`` where covariates are part of it; empty
        where that is not known.
    cut
        Patients with a score above it are ``"high"``; missing where each fold had its own cut, or there are several.
    cuts
        All cuts in increasing order; a score above a cut is in the higher group.
    cut_method
        How the cuts were learned: ``"median"``, ``"quantiles"``, ``"maxstat"``, ``"value"``; ``"nested median"`` where
        each outer model learned its own from its training patients.
    optimised
        Whether the cut was chosen by the outcome of these very patients: differences between the groups are then too
        large, and an ordinary test of them is invalid.
    searched
        Of an optimised cut on exactly the patients it was learned from: ``statistic``, ``p_value`` (corrected for the
        search) and ``method`` of ``maxstat``.
    null_groups
        Patients x reruns: the groups of the same pipeline with imaging permuted, where they were computed.
    """

    default_figure: ClassVar[str] = ""

    source: Source = "given"
    labels: tuple[str, ...] = ("low", "high")
    score_of: str = ""
    cut: float = np.nan
    cuts: tuple[float, ...] = ()
    cut_method: str = ""
    optimised: bool = False
    searched: Mapping[str, Any] = field(default_factory=dict)
    null_groups: pd.DataFrame | None = None

    @classmethod
    def from_validation(cls, cohort: Cohort, validation: RiskValidation) -> RiskGroups:
        """Return the out-of-fold groups of a validation: each by the cut of the outer model that never saw the patient.

        Parameters
        ----------
        cohort
            The patients of the validation.
        validation
            What ``validate_risk_score`` returned, with its ``samples``.

        Returns
        -------
        RiskGroups
            With ``source="out_of_fold"`` and the groups of the reruns, from which p-values come.
        """
        samples = patient_values(validation, "group")[["patient", "score", "group"]]
        if validation.status == "no_signal":
            samples["group"] = None  # what covariates alone would part are no radiomic risk groups
        return make_groups(
            cohort,
            samples,
            source="out_of_fold",
            score_of=parts_of(validation.params),
            reason=validation.reason if samples["group"].isna().all() else "",
            null_groups=validation.null_groups,
            labels=group_labels(int(validation.params.get("n_groups", 2))),
            cut_method=f"nested {validation.params.get('cut', 'median')}",
        )


def parts_of(params: Mapping[str, Any]) -> str:
    """Name what a fitted score is made of: its imaging and its covariates."""
    imaging = "imaging" if params["modality"] == "radiomics" else str(params["modality"])
    return " + ".join([imaging, *params["covariates"]])


def patient_values(result: Any, *columns: str) -> pd.DataFrame:
    """Return ``result.samples``; refuse a result that was saved without the values of single patients."""
    samples: pd.DataFrame | None = result.samples
    if samples is None or not {"patient", *columns} <= set(samples.columns):
        raise InputError(
            f"This {type(result).__name__} holds no patients.",
            wanted=f"its .samples with {name_some(['patient', *columns])}",
            remedy="Compute it again, or save it with patient_level=True.",
        )
    return samples


def make_groups(
    cohort: Cohort,
    samples: pd.DataFrame,
    *,
    source: Source,
    score_of: str = "",
    labels: tuple[str, ...] = ("low", "high"),
    cuts: tuple[float, ...] = (),
    cut_method: str = "",
    optimised: bool = False,
    searched: Mapping[str, Any] | None = None,
    reason: str = "",
    null_groups: pd.DataFrame | None = None,
    params: Mapping[str, Any] | None = None,
) -> RiskGroups:
    """Count the patients and events of each group; without any group the status is ``no_signal``."""
    kept = samples.dropna(subset=["group"]).reset_index(drop=True)
    events = pd.Series(dtype=bool) if cohort.outcome is None else cohort.outcome.event
    rows: list[dict[str, Any]] = []
    for label in labels:
        patients = kept.loc[kept["group"] == label, "patient"]
        n_events = int(events.reindex(patients, fill_value=False).astype(bool).sum())
        rows.append({"group": label, "n_patients": len(patients), "n_events": n_events})
    nothing = kept.empty
    return RiskGroups(
        table=tidy([] if nothing else rows, COLUMNS),
        status="no_signal" if nothing else "ok",
        reason=(reason or "the score is empty or constant: it parts nobody") if nothing else "",
        params={"method": cut_method} | dict(params or {}),
        provenance=provenance(
            data=cohort.fingerprint,
            n_patients=len(kept),
            n_events=sum(row["n_events"] for row in rows),
            n_without_group=len(samples) - len(kept),
        ),
        samples=kept.astype({"patient": object, "score": float, "group": object}),
        source=source,
        labels=labels,
        score_of=score_of,
        cut=cuts[0] if len(cuts) == 1 else np.nan,
        cuts=cuts,
        cut_method=cut_method,
        optimised=optimised,
        searched=dict(searched or {}),
        null_groups=null_groups,
    )
