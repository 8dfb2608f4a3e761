"""One value's ranking of the genes, and the scores and p-values of all sets along it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from radassoc.base.results import Status
from radassoc.enrichment._null import Design, NullScores, gene_null, permuted_values, sample_null, unit_values
from radassoc.enrichment._subjects import PSource, Subject
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.correlation import correlate
from radassoc.kernels.enrichment import Sets, gsea_q, normalise, same_sign_p, walk_scores
from radassoc.kernels.tails import correlation_p

__all__ = ["Scored", "Settings", "score_subject"]

#: Fewer degrees of freedom than this cannot carry a correlation.
MIN_DF = 3
#: Above this share of associated genes, an unrelated set stands out for no reason of its own.
LARGE_SHARE = 0.3
_NO_MODEL = "the value is constant, or the covariates explain it fully"


@dataclass(frozen=True)
class Settings:
    """How to score."""

    null: str
    n_permutations: int
    weight: float
    level: float
    seed: int


@dataclass(frozen=True)
class Scored:
    """Everything about one value: ``statistic`` over genes, ``arrays`` over sets; both empty where it was untested."""

    name: str
    n_patients: int
    status: Status = "ok"
    reason: str = ""
    source: PSource = "none"
    notes: tuple[str, ...] = ()
    share: float = float("nan")
    statistic: np.ndarray = field(default_factory=lambda: np.empty(0))
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def tested(self) -> bool:
        """Whether the value could rank the genes."""
        return bool(self.arrays)


def score_subject(subject: Subject, values: pd.Series, design: Design | None, sets: Sets, how: Settings) -> Scored:
    """Score all sets along one value; ``values`` are its values among the design's patients, in their order."""
    n = len(values)
    notes = (f"{subject.note}.",) if subject.note else ()
    if design is None:
        reason = f"{n} patients with the value leave too few degrees of freedom"
        return Scored(subject.name, n, status="not_estimable", reason=reason, notes=notes)
    if values.nunique() < 2:
        return Scored(subject.name, n, status="no_signal", reason="the value is the same in all patients", notes=notes)
    unit = unit_values(values.to_numpy()[:, None], design)
    if np.isnan(unit).any():
        return Scored(subject.name, n, status="not_estimable", reason=_NO_MODEL, notes=notes)
    statistic = correlate(unit, design.genes)[0]
    es = walk_scores(statistic[None, :], sets, weight=how.weight, stable=True)[0]
    null, told = _null(subject, values, unit, statistic, design, sets, how)
    share = float(np.mean(benjamini_hochberg(correlation_p(statistic, float(design.df))) < how.level))
    if share > LARGE_SHARE:
        told += (
            f"{share:.0%} of all genes are associated with {subject.name}: a set can stand out against permuted "
            "samples without being special among genes.",
        )
    source: PSource = "genes" if how.null == "genes" else subject.source
    arrays = _p_values(es, _means(statistic, sets), null, how, known=source != "none")
    reason = subject.reason if source == "none" else ""
    return Scored(
        subject.name,
        n,
        reason=reason,
        source=source,
        notes=notes + told,
        share=share,
        statistic=statistic,
        arrays=arrays,
    )


def _null(
    subject: Subject,
    values: pd.Series,
    unit: np.ndarray,
    statistic: np.ndarray,
    design: Design,
    sets: Sets,
    how: Settings,
) -> tuple[NullScores, tuple[str, ...]]:
    if how.null == "genes":
        ranking = np.sort(statistic)[::-1]
        scores = gene_null(ranking, sets.sizes, n_permutations=how.n_permutations, weight=how.weight, seed=how.seed)
        return scores, _tie_note(subject.name, ranking)
    if subject.source == "rerun" and subject.null is not None:
        reruns, told = _usable_reruns(subject.null.loc[values.index])
        vectors = unit_values(reruns, design).T
        return sample_null(np.ascontiguousarray(np.nan_to_num(vectors)), design, sets, weight=how.weight), told
    vectors = permuted_values(unit[:, 0], design, n_permutations=how.n_permutations, seed=how.seed)
    return sample_null(vectors, design, sets, weight=how.weight), ()


def _usable_reruns(null: pd.DataFrame) -> tuple[np.ndarray, tuple[str, ...]]:
    """Leave out reruns whose score is constant: with those of the other sign they are outside the compared family."""
    values = null.to_numpy(dtype=float)
    varies = np.isfinite(values).all(axis=0) & (np.ptp(values, axis=0) > 0)
    lost = int((~varies).sum())
    told = f"{lost} of {null.shape[1]} reruns gave a constant score; p-values compare with the others."
    return values[:, varies], (told,) if lost else ()


def _tie_note(name: str, ranking: np.ndarray) -> tuple[str, ...]:
    told = [
        f"{name}: p-values from random sets of genes take genes as independent, which they are not; exploratory only."
    ]
    tied = float(np.mean(np.isin(ranking, ranking[1:][np.diff(ranking) == 0])))
    if tied > 0:
        told.append(f"{name}: {tied:.1%} of the genes share their statistic with another; their order is arbitrary.")
    return tuple(told)


def _means(statistic: np.ndarray, sets: Sets) -> np.ndarray:
    owner = np.repeat(np.arange(len(sets.sizes)), sets.sizes)
    return np.bincount(owner, weights=statistic[sets.genes], minlength=len(sets.sizes)) / sets.sizes


def _p_values(
    es: np.ndarray, means: np.ndarray, null: NullScores, how: Settings, *, known: bool
) -> dict[str, np.ndarray]:
    nes, null_nes = normalise(es, null.es)
    missing = np.full(len(es), np.nan)
    own = missing
    if known and null.means is not None:
        beyond = (np.abs(null.means) >= np.abs(means) - 1e-12).sum(axis=0)
        own = (1 + beyond) / (1 + len(null.means))
    return {
        "es": es,
        "nes": nes,
        "p_value": same_sign_p(es, null.es) if known else missing,
        "q_value": gsea_q(nes, null_nes) if known else missing,
        "mean_statistic": means,
        "self_contained_p": own,
    }
