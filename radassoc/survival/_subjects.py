"""From a cohort to the arrays of the pipeline: who takes part, and under which names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from radassoc.base.errors import DesignError, InputError
from radassoc.base.provenance import provenance
from radassoc.cohort.align import align
from radassoc.resampling.folds import require_events
from radassoc.survival._coding import encode, learn_coding
from radassoc.survival._pipeline import Arrays
from radassoc.survival.volume import find_volume

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Subjects", "as_names", "check_choice", "gather"]


class Subjects(NamedTuple):
    """The patients of an analysis as arrays, with the names of everything."""

    data: Arrays
    patients: pd.Index
    features: list[str]
    coding: pd.DataFrame
    strata_labels: tuple[str, ...]
    dropped: pd.DataFrame
    volume: str
    n_samples: int

    def origin(self, cohort: Cohort, seed: int) -> dict[str, Any]:
        """Return the provenance: fingerprint, seed, counts of those who take part and of those who do not."""
        return dict(
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


def as_names(names: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return one name, several or none as a tuple."""
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(names)


def check_choice(name: str, value: object, choices: Sequence[str]) -> None:
    """Refuse a value that is not among the choices."""
    if value not in choices:
        raise InputError(f"{name}={value!r} is no choice.", wanted=" or ".join(repr(choice) for choice in choices))


def gather(
    cohort: Cohort,
    *,
    modality: str,
    covariates: tuple[str, ...],
    strata: tuple[str, ...],
    volume: str | None = "auto",
    what: str,
    force: bool,
) -> Subjects:
    """Return the patients who have imaging, outcome and every covariate; refuse too few events."""
    aligned = align(cohort, modalities=(modality,), covariates=covariates, strata=strata, outcome=True)
    event = np.asarray(aligned.event, dtype=bool)
    require_events(event, what=what, force=force)
    if event.size < 20 and not force:
        raise DesignError(
            f"{event.size} patients are too few for {what}.",
            wanted="at least 20 patients",
            remedy="force=True goes on with unreliable results.",
        )
    frame = aligned.frames[modality]
    coding = learn_coding(cohort, covariates, aligned.patients)
    features = [str(name) for name in frame.columns]
    size = find_volume(features, volume)
    X = np.ascontiguousarray(frame.to_numpy(dtype=float))
    data = Arrays(
        X,
        encode(cohort, coding, aligned.patients).to_numpy(dtype=float),
        np.asarray(aligned.time, dtype=float),
        event,
        np.asarray(aligned.strata, dtype=np.int64),
        X[:, features.index(size)] if size else np.full(event.size, np.nan),
        np.arange(event.size),
    )
    n_samples = int(cohort.sample_patients(modality).isin(aligned.patients).sum())
    labels = tuple(str(label) for label in aligned.strata_labels)
    return Subjects(data, aligned.patients, features, coding, labels, aligned.dropped, size, n_samples)
