"""Which samples of two tables belong together, where patients have several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from radassoc.base.errors import DesignError, IdentifierError, InputError, name_some

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Samples", "has_repeats", "pair_samples"]


@dataclass(frozen=True)
class Samples:
    """Two tables and the covariates over the same samples, sorted by patient."""

    left: pd.DataFrame
    right: pd.DataFrame
    covariates: pd.DataFrame
    patients: pd.Series
    notes: tuple[str, ...]

    @property
    def codes(self) -> np.ndarray:
        """Return a number per sample that tells its patient, in sorted order."""
        return np.cumsum(np.append(0, self.patients.to_numpy()[1:] != self.patients.to_numpy()[:-1]))


def has_repeats(cohort: Cohort, *sources: str | pd.DataFrame) -> bool:
    """Tell whether a table, a modality or a frame, has several samples of a patient."""
    return any(bool(_whose(cohort, source)[1].duplicated().any()) for source in sources)


def pair_samples(
    cohort: Cohort, left: str | pd.DataFrame, right: str | pd.DataFrame, covariates: Sequence[str] = ()
) -> Samples:
    """Return two tables and covariates over the samples that both have.

    Tables with the same sample names are joined by sample; a table of one row a patient gives that row to all samples
    of the patient. A covariate that is a column of a modality with these samples has its value of each sample, any
    other its value of the patient. Samples of no known patient, and those without a covariate, stay out.

    Raises
    ------
    InputError
        Both tables have several samples of a patient under different names.
    DesignError
        No sample is in both tables with all covariates.
    """
    from radassoc.cohort.align import code_covariates, refuse_repeats

    refuse_repeats({"covariates": tuple(covariates)})
    (one, of_one), (two, of_two) = _whose(cohort, left), _whose(cohort, right)
    repeated = [bool(of.duplicated().any()) for of in (of_one, of_two)]
    shared = one.index.intersection(two.index)
    notes = []
    if all(repeated) and not len(shared):
        raise InputError(
            f"Both tables have several samples of a patient, under different names ({name_some(one.index)}; "
            f"{name_some(two.index)}).",
            wanted="the same sample names, or one row a patient in one of the tables",
            remedy="Rename the samples, or average one table: frame.groupby(patients).mean().",
        )
    if all(repeated):
        samples = one.index[one.index.isin(shared)]
        patients = of_one.loc[samples]
    else:
        many, other, which = (of_one, of_two, "right") if repeated[0] else (of_two, of_one, "left")
        samples = many.index[many.isin(other).to_numpy()]
        patients = many.loc[samples]
        row = pd.Series(other.index, index=other.to_numpy())
        spread = (two if which == "right" else one).loc[row.loc[patients.to_numpy()].to_numpy()].set_axis(samples)
        one, two = (one, spread) if which == "right" else (spread, two)
        notes.append(f"The {which} table has one row a patient: it stands at each of the patient's samples.")
    known = {name: _covariate(cohort, name, samples, patients) for name in covariates}
    complete = np.logical_and.reduce([np.ones(len(samples), bool), *(column.notna() for column in known.values())])
    if complete.sum() < len(samples):
        notes.append(f"{int((~complete).sum())} samples lack a covariate and stay out.")
    chosen = patients[complete].sort_values(kind="stable")
    if not len(chosen):
        raise DesignError("No sample is in both tables and has all covariates.")
    coded = code_covariates({name: column.loc[chosen.index] for name, column in known.items()}, chosen.index)
    sizes = chosen.value_counts()
    notes.insert(
        0, f"{len(chosen)} samples of {len(sizes)} patients (1 to {sizes.max()} each; median {sizes.median():g})."
    )
    return Samples(one.loc[chosen.index], two.loc[chosen.index], coded, chosen, tuple(notes))


def _whose(cohort: Cohort, source: str | pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """Return a table by sample and the patient of each sample."""
    if isinstance(source, str):
        return cohort[source], cohort.sample_patients(source)
    if source.index.isin(cohort.patients).any():
        if source.index.has_duplicates:
            raise IdentifierError(
                f"Rows of the frame have the same name: {name_some(source.index[source.index.duplicated()])}.",
                wanted="samples of a modality, or one row a patient",
                remedy="cohort.with_modality(name, frame, patients=...) tells whose samples they are.",
            )
        return source, pd.Series(source.index.astype(str), index=source.index)
    for modality in cohort.modalities:
        known = cohort.sample_patients(modality)
        if source.index.isin(known.index).all():
            return source, known.loc[source.index]
    raise IdentifierError(
        f"The rows of the frame ({name_some(source.index)}) are neither patients nor samples of the cohort.",
        wanted=f"patients such as {name_some(cohort.patients)}",
    )


def _covariate(cohort: Cohort, reference: str, samples: pd.Index, patients: pd.Series) -> pd.Series:
    table, _, name = reference.rpartition(":")
    clinical = reference in cohort.clinical.columns
    for modality in () if clinical else cohort.modalities:
        if table in ("", modality) and samples.isin(cohort.sample_patients(modality).index).all():
            frame = cohort[modality]
            if name in frame.columns:
                return frame.loc[samples, name].rename(reference)
    by_patient = cohort.column(reference)
    return pd.Series(by_patient.reindex(patients.to_numpy()).to_numpy(), index=samples, name=reference)
