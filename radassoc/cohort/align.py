"""The one way from a cohort to the arrays of an analysis: who is complete on everything asked, and who is not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from radassoc.base.arguments import names_in
from radassoc.base.columns import tidy
from radassoc.base.errors import ClinicalError, DesignError, InputError, name_some
from radassoc.tables.table import count

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = [
    "Aligned",
    "align",
    "check_cohort",
    "code_covariates",
    "outcome_references",
    "refuse_outcome",
    "refuse_repeats",
]


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Aligned:
    """Tables of the same patients in the same order.

    Attributes
    ----------
    patients
        Who has everything that was asked, in the order of the cohort.
    frames
        By modality: patients x columns; values inside may be missing.
    values
        By name: the given patient-indexed values.
    covariates
        Patients x numbers: a numeric covariate as it is, categories as indicators of all but the first sorted level.
    covariate_names
        Columns of ``covariates``, such as ``("age", "sex=male")``.
    strata
        Code of each patient's stratum; all zero without strata.
    strata_labels
        Name of each code.
    time, event
        The outcome, where asked.
    dropped
        ``reason, n_patients``: who lacks what, each patient counted once, at the first thing that is lacking.
    """

    patients: pd.Index
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    values: Mapping[str, pd.Series] = field(default_factory=dict)
    covariates: pd.DataFrame
    covariate_names: tuple[str, ...]
    strata: npt.NDArray[np.int64]
    strata_labels: tuple[str, ...]
    time: npt.NDArray[np.float64] | None = None
    event: npt.NDArray[np.bool_] | None = None
    dropped: pd.DataFrame

    @property
    def left_out(self) -> list[str]:
        """Who was dropped, one sentence a reason."""
        return [f"{count(row.n_patients, 'patient')} left out: {row.reason}." for row in self.dropped.itertuples()]

    def __repr__(self) -> str:
        frames = "".join(f", {name} x {frame.shape[1]}" for name, frame in self.frames.items())
        return f"<Aligned: {len(self.patients)} patients{frames}, {len(self.covariate_names)} covariates>"


def align(
    cohort: Cohort,
    *,
    modalities: Sequence[str] = (),
    values: Mapping[str, pd.Series] | None = None,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    outcome: bool = False,
) -> Aligned:
    """Return the patients who have everything that an analysis asks, as tables of the same order.

    Parameters
    ----------
    cohort
        The patients.
    modalities
        Tables that a patient must be in; several samples of a patient are averaged.
    values
        Patient-indexed values that must be known.
    covariates, strata
        References to columns that must be known (``"age"``, ``"radiomics:VOLUME_TC"``).
    outcome
        Whether time and event must be known.

    Returns
    -------
    Aligned

    Raises
    ------
    DesignError
        Nobody is complete, a covariate is constant over those who are, or it is the outcome itself.
    InputError
        What is given is no cohort, or a column is named twice.
    IdentifierError
        A reference that the cohort does not have.
    ClinicalError
        The cohort has no outcome.
    """
    check_cohort(cohort)
    modalities = names_in("modalities", modalities)
    covariates, strata = names_in("covariates", covariates), names_in("strata", strata)
    refuse_repeats({"covariates": covariates, "strata": strata})
    given = dict(values or {})
    frames = {name: cohort.patient_frame(name) for name in modalities}
    columns = {name: cohort.column(name) for name in (*covariates, *strata)}
    if outcome and cohort.outcome is None:
        raise ClinicalError(
            "The cohort has no outcome.", wanted="time and event", remedy="cohort.with_outcome(time, event, unit=...)"
        )
    survival = cohort.outcome.table if outcome and cohort.outcome is not None else None
    if survival is not None:
        refuse_outcome(cohort, (*covariates, *strata))
    patients, dropped = _complete(cohort.patients, _required(frames, given, columns, survival))
    coded = code_covariates({name: columns[name].reindex(patients) for name in covariates}, patients)
    codes, labels = _strata([columns[name].reindex(patients) for name in strata], patients)
    return Aligned(
        patients=patients,
        frames={name: frame.reindex(patients) for name, frame in frames.items()},
        values={name: series.reindex(patients) for name, series in given.items()},
        covariates=coded,
        covariate_names=tuple(coded.columns),
        strata=codes,
        strata_labels=labels,
        time=None if survival is None else survival["time"].reindex(patients).to_numpy(dtype=np.float64),
        event=None if survival is None else survival["event"].reindex(patients).to_numpy(dtype=np.bool_),
        dropped=dropped,
    )


def check_cohort(cohort: Any) -> None:
    """Refuse what is no cohort, such as the frame or the path of a table."""
    from radassoc.cohort.cohort import Cohort

    if not isinstance(cohort, Cohort):
        raise InputError(
            f"A cohort was expected, not {type(cohort).__name__}.",
            wanted="what ra.read_cohort or ra.Cohort.from_frames returns",
        )


def refuse_repeats(asked: Mapping[str, Sequence[str]]) -> None:
    """Refuse a column that is named twice, in the words of the argument that names it."""
    for what, names in asked.items():
        repeated = [name for i, name in enumerate(names) if name in names[:i]]
        if repeated:
            raise InputError(f"{what} names a column more than once: {name_some(repeated)}.", wanted="each once")


def outcome_references(cohort: Cohort) -> frozenset[str]:
    """Return every way to name the columns of time and event; empty without an outcome."""
    if cohort.outcome is None:
        return frozenset()
    own = (cohort.outcome.time_name, cohort.outcome.event_name)
    return frozenset((*own, *(f"clinical:{name}" for name in own)))


def refuse_outcome(cohort: Cohort, names: Sequence[str]) -> None:
    """Refuse time and event as covariates of a model of time and event."""
    own = outcome_references(cohort)
    used = [name for name in names if name in own]
    if used:
        raise DesignError(
            f"{name_some(used)} is the outcome itself.",
            wanted="covariates and strata that are known before the outcome",
            remedy="Leave it out.",
        )


# ---- who is complete
def _required(
    frames: Mapping[str, pd.DataFrame],
    values: Mapping[str, pd.Series],
    columns: Mapping[str, pd.Series],
    survival: pd.DataFrame | None,
) -> Iterator[tuple[str, pd.Index]]:
    """Yield each requirement in words and who meets it."""
    for name, frame in frames.items():
        yield f"without {name}", frame.index
    if survival is not None:
        yield "without known time and event", survival.index
    for name, series in values.items():
        if series.index.has_duplicates:
            raise InputError(f"The values of {name!r} name a patient more than once.", wanted="one value per patient")
        yield f"{name} unknown", series.index[series.notna().to_numpy()]
    for name, series in columns.items():
        yield f"{name} unknown", series.index[series.notna().to_numpy()]


def _complete(patients: pd.Index, required: Iterator[tuple[str, pd.Index]]) -> tuple[pd.Index, pd.DataFrame]:
    rows, counts = [], []
    left = patients
    for reason, having in required:
        stay = left[left.isin(having)]
        if len(stay) < len(left):
            rows.append({"reason": reason, "n_patients": len(left) - len(stay)})
        counts.append(f"{reason}: {int((~patients.isin(having)).sum())}")
        left = stay
    if left.empty:
        raise DesignError(
            f"None of {len(patients)} patients has everything that is asked ({'; '.join(counts) or 'no patients'}).",
            wanted="patients who are in all tables with all values known",
            remedy="See cohort.audit, and ask for fewer tables or covariates.",
        )
    return left, tidy(rows, ["reason", "n_patients"])


# ---- covariates and strata as numbers
def code_covariates(columns: Mapping[str, pd.Series], patients: pd.Index) -> pd.DataFrame:
    """Return complete covariates as numbers: categories as indicators of all levels but the first in sorted order.

    Raises
    ------
    DesignError
        A covariate is the same in all patients.
    """
    coded: dict[str, np.ndarray] = {}
    for name, column in columns.items():
        if column.nunique() < 2:
            raise DesignError(
                f"The covariate {name!r} is {name_some(column.unique())} in all {len(column)} patients.",
                wanted="a covariate that differs between patients",
                remedy="Leave it out.",
            )
        if pd.api.types.is_numeric_dtype(column.dtype):
            coded[name] = column.to_numpy(dtype=np.float64)
            continue
        texts = column.astype(str)
        coded.update({f"{name}={level}": (texts == level).to_numpy(np.float64) for level in sorted(texts.unique())[1:]})
    return pd.DataFrame(coded, index=patients, columns=pd.Index(list(coded), dtype=object), dtype=np.float64)


def _strata(columns: list[pd.Series], patients: pd.Index) -> tuple[npt.NDArray[np.int64], tuple[str, ...]]:
    if not columns:
        return np.zeros(len(patients), dtype=np.int64), ("all",)
    texts = [column.map(_label) for column in columns]
    joined = [", ".join(parts) for parts in zip(*texts, strict=True)]
    labels, codes = np.unique(np.array(joined, dtype=object), return_inverse=True)
    return codes.astype(np.int64), tuple(str(label) for label in labels)


def _label(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
