"""From a cohort to the arrays of the pipeline: who takes part, and under which names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.errors import DesignError
from radassoc.base.provenance import provenance
from radassoc.cohort.align import Aligned, align
from radassoc.resampling.folds import require_events
from radassoc.survival._centre import Centre, find_centre
from radassoc.survival._coding import encode, learn_coding
from radassoc.survival._modalities import (
    Modalities,
    Table,
    as_modalities,
    label_features,
    locate_volume,
    refuse_learned,
    refuse_unpenalised,
)
from radassoc.survival._pipeline import Arrays

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Subjects", "as_names", "as_strata", "gather"]


class Subjects(NamedTuple):
    """The patients of an analysis as arrays, with the names of everything.

    ``features`` are the columns of ``data.X`` under unique names, table after table as in ``tables``; ``strata`` are
    the columns that stratify, chosen by the user or as the centre (``notes`` says so).
    """

    data: Arrays
    patients: pd.Index
    features: list[str]
    coding: pd.DataFrame
    strata_labels: tuple[str, ...]
    dropped: pd.DataFrame
    volume: str
    n_samples: int
    tables: tuple[Table, ...]
    strata: tuple[str, ...]
    volume_modality: str = ""
    notes: tuple[str, ...] = ()

    @property
    def modalities(self) -> list[str]:
        """The table of each feature."""
        return [table.name for table in self.tables for _ in table.features]

    def origin(self, cohort: Cohort, seed: int) -> dict[str, Any]:
        """Return the provenance: fingerprint, seed, counts of those who take part and of those who do not, notes."""
        told = dict(
            provenance(
                data=cohort.fingerprint,
                seed=seed,
                n_patients=len(self.patients),
                n_events=int(self.data.event.sum()),
                n_features=len(self.features),
                n_samples=self.n_samples,
                n_excluded=int(self.dropped["n_patients"].sum()) if len(self.dropped) else 0,
            )
        )
        return {**told, "notes": self.notes}


def as_names(names: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return one name, several or none as a tuple."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(names)


def as_strata(strata: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Return the strata as a tuple; None stays None, which asks for the centre."""
    return None if strata is None else as_names(strata)


def gather(
    cohort: Cohort,
    *,
    modality: Modalities,
    covariates: tuple[str, ...],
    strata: tuple[str, ...] | None,
    volume: str | None = "auto",
    what: str,
    force: bool,
) -> Subjects:
    """Return the patients who have every table, outcome and every covariate; refuse too few events.

    ``strata=None`` takes the centre as a stratum where ``find_centre`` allows it; ``()`` goes without.
    """
    factors = as_modalities(modality)
    aligned, centre = _align(cohort, tuple(factors), covariates, strata)
    event = np.asarray(aligned.event, dtype=bool)
    require_events(event, what=what, force=force)
    if event.size < 20 and not force:
        raise DesignError(
            f"{event.size} patients are too few for {what}.",
            wanted="at least 20 patients",
            remedy="force=True goes on with unreliable results.",
        )
    for name in factors:
        refuse_learned(cohort, name)
    tables = label_features(aligned.frames, factors)
    refuse_unpenalised(tables, int(event.sum()))
    coding = learn_coding(cohort, covariates, aligned.patients)
    holder, size = locate_volume(tables, volume)
    X = np.ascontiguousarray(np.hstack([frame.to_numpy(dtype=float) for frame in aligned.frames.values()]))
    data = Arrays(
        X,
        encode(cohort, coding, aligned.patients).to_numpy(dtype=float),
        np.asarray(aligned.time, dtype=float),
        event,
        np.asarray(aligned.strata, dtype=np.int64),
        aligned.frames[holder][size].to_numpy(dtype=float) if size else np.full(event.size, np.nan),
        np.arange(event.size),
    )
    return Subjects(
        data,
        aligned.patients,
        [label for table in tables for label in table.labels],
        coding,
        tuple(str(label) for label in aligned.strata_labels),
        aligned.dropped,
        size,
        sum(int(cohort.sample_patients(name).isin(aligned.patients).sum()) for name in factors),
        tables,
        centre.strata,
        holder,
        (centre.note,) if centre.note else (),
    )


def _align(
    cohort: Cohort, names: tuple[str, ...], covariates: tuple[str, ...], strata: tuple[str, ...] | None
) -> tuple[Aligned, Centre]:
    """Return the complete patients, and the strata with what is to be said of them."""
    asked: dict[str, Any] = {"modalities": names, "covariates": covariates, "outcome": True}
    if strata is not None:
        return align(cohort, strata=strata, **asked), Centre(strata, "")
    aligned = align(cohort, **asked)
    centre = find_centre(cohort, aligned.patients, np.asarray(aligned.event, dtype=bool), covariates)
    if centre.strata:
        aligned = align(cohort, strata=centre.strata, **asked)
    return aligned, centre
