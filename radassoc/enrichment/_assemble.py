"""From scores to the result: tables, notes, status, family of tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from radassoc.base.provenance import provenance
from radassoc.base.results import Family, Status
from radassoc.enrichment._frames import make_rankings, make_subjects, make_table, make_walks, most_telling
from radassoc.enrichment._score import Scored, Settings
from radassoc.enrichment._subjects import Subject
from radassoc.enrichment.overlap import Overlap
from radassoc.enrichment.result import Enrichment
from radassoc.kernels.correction import permutations_needed

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["assemble", "correction_of"]

#: Rankings and walks of more values than this are not kept: they would outweigh the answer.
_MOST_WALKS = 20


def assemble(
    cohort: Cohort,
    subjects: list[Subject],
    scored: list[Scored],
    *,
    overlap: Overlap,
    genes: pd.Index,
    how: Settings,
    params: Mapping[str, Any],
    notes: tuple[str, ...],
) -> Enrichment:
    """Return the result of scored values; ``notes`` tell what was done to the table of genes."""
    table = make_table(scored, overlap, genes, weight=how.weight, level=how.level)
    shown = most_telling(scored, _MOST_WALKS)
    told = [*overlap.notes, *notes, *_sample_note(cohort, params["modality"])]
    told += [note for item in scored for note in item.notes]
    told += _resolution_note(table, subjects, how)
    if len(shown) < sum(item.tested for item in scored):
        told.append(f"Rankings and walks are kept for the {_MOST_WALKS} values with the smallest p-values.")
    status, reason = _overall(scored)
    return Enrichment(
        table=table,
        subjects=make_subjects(scored, n_genes=len(genes), level=how.level),
        ranking=make_rankings(shown, genes),
        walks=make_walks(shown, overlap, genes, weight=how.weight),
        dropped=overlap.dropped,
        notes=tuple(dict.fromkeys(told)),
        status=status,
        reason=reason,
        families=(_family(subjects, table, params["covariates"]),),
        params=params,
        provenance=provenance(
            data=cohort.fingerprint,
            seed=how.seed,
            n_patients=max((item.n_patients for item in scored), default=0),
            n_genes=len(genes),
            n_gene_sets=len(overlap.members),
        ),
    )


def _sample_note(cohort: Cohort, modality: str) -> list[str]:
    patients = cohort.sample_patients(modality)
    repeated = int(patients.duplicated(keep=False).sum())
    return [f"{repeated} samples of patients with several were averaged per patient."] if repeated else []


def _resolution_note(answer: pd.DataFrame, subjects: list[Subject], how: Settings) -> list[str]:
    tested = answer["p_value"].notna()
    if not tested.any():
        return []
    n_tests = int(tested.sum())
    reruns = [subject.null.shape[1] for subject in subjects if subject.null is not None and how.null == "samples"]
    available = min([how.n_permutations, *reruns])
    if 2.0 / available <= how.level / n_tests:
        return []
    needed = permutations_needed(n_tests, how.level, usable=0.5)
    return [
        f"{available} permutations are too few for Benjamini-Hochberg to find one of {n_tests} tests alone: "
        f"that takes about {needed}."
    ]


def _overall(scored: list[Scored]) -> tuple[Status, str]:
    if any(item.tested for item in scored):
        reasons = dict.fromkeys(item.reason for item in scored if item.tested and item.reason)
        return "ok", "; ".join(reasons)
    status: Status = "no_signal" if all(item.status == "no_signal" for item in scored) else "not_estimable"
    return status, "; ".join(dict.fromkeys(item.reason for item in scored))


def correction_of(n_values: int) -> str:
    """Name the correction of p-values along so many values."""
    return "Benjamini-Hochberg" if n_values == 1 else "two levels (Simes per value, then its sets)"


def _family(subjects: list[Subject], answer: pd.DataFrame, covariates: tuple[str, ...]) -> Family:
    what = subjects[0].name if len(subjects) == 1 else f"any of {len(subjects)} values"
    given = f" given {', '.join(covariates)}" if covariates else ""
    return Family(
        hypothesis=f"No gene of the table is associated with {what}{given}",
        n_tests=int(answer["p_value"].notna().sum()),
        correction=correction_of(len(subjects)),
    )
