"""One value's ranking of the genes, and the scores and p-values of all sets along it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.results import Status
from radassoc.base.seeds import generator
from radassoc.enrichment._null import (
    Design,
    NullScores,
    gene_null,
    permuted_orders,
    permuted_values,
    sample_null,
    unit_values,
)
from radassoc.enrichment._rankings import Correlations, CoxScores, ModeratedT, Ranking
from radassoc.enrichment._subjects import PSource, Subject
from radassoc.kernels.camera import camera, inter_gene_correlation
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.enrichment import Sets, familywise_p, gsea_q, normalise, same_sign_p, walk_scores
from radassoc.kernels.maxmean import maxmean
from radassoc.kernels.rotation import rotated_units, rotated_within

__all__ = ["LARGE_SHARE", "MIN_DF", "MIN_EVENTS", "Scored", "Settings", "score_subject", "set_p_values"]

#: Fewer degrees of freedom than this cannot carry a correlation.
MIN_DF = 3
#: Fewer events than this cannot carry a Cox score.
MIN_EVENTS = 10
#: Above this share of associated genes, an unrelated set stands out for no reason of its own.
LARGE_SHARE = 0.3
_NO_MODEL = "the value is constant, or the covariates explain it fully"
#: Two means that differ by less are the same mean computed twice, once in single precision.
_SAME = 1e-6


@dataclass(frozen=True)
class Settings:
    """How to score."""

    null: str
    n_permutations: int
    weight: float
    level: float
    seed: int
    statistic: str | None = None
    inter_gene_correlation: float | None = None
    maxmean: bool = False


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
    ranking, reason = _rank(subject, values, design, how)
    if ranking is None:
        return Scored(subject.name, n, status="not_estimable", reason=reason, notes=notes)
    null, source, told = _null(subject, values, ranking, design, sets, how)
    share = float(np.mean(benjamini_hochberg(ranking.p) < how.level))
    if share > LARGE_SHARE:
        told += (
            f"{share:.0%} of all genes are associated with {subject.name}: a set can stand out against permuted "
            "samples without being special among genes.",
        )
    es = walk_scores(ranking.statistic[None, :], sets, weight=how.weight, stable=True)[0]
    arrays = set_p_values(es, ranking.means(sets), null, known=source != "none")
    if source == "permutation":
        told += _few_note(n, _n_arrangements(values, ranking, design), how)
    if source == "rotation" and type(ranking) is Correlations and not design.stratified:
        arrays["self_contained_p"] = ranking.rotation_p(sets)
    if null.maxmean is not None and source != "none":
        own = maxmean(ranking.statistic[None, :], sets)[0]
        arrays["maxmean_p"] = same_sign_p(own, null.maxmean)
    arrays |= _camera(ranking, design.df, sets, how, known=source in {"permutation", "rotation"})
    return Scored(
        subject.name,
        n,
        reason=subject.reason if source == "none" else "",
        source=source,
        notes=notes + told,
        share=share,
        statistic=ranking.statistic,
        arrays=arrays,
    )


def _rank(subject: Subject, values: pd.Series, design: Design, how: Settings) -> tuple[Ranking | None, str]:
    if subject.event is not None:
        event = subject.event.reindex(values.index).to_numpy(dtype=bool)
        if event.sum() < MIN_EVENTS:
            return None, f"{event.sum()} events are too few for a Cox score: at least {MIN_EVENTS} are needed"
        return CoxScores(values.to_numpy(), event, design), ""
    unit = unit_values(values.to_numpy()[:, None], design)
    if np.isnan(unit).any():
        return None, _NO_MODEL
    return (ModeratedT if how.statistic == "t" else Correlations)(unit[:, 0], design), ""


def _null(
    subject: Subject, values: pd.Series, ranking: Ranking, design: Design, sets: Sets, how: Settings
) -> tuple[NullScores, PSource, tuple[str, ...]]:
    """Return the scores where the value means nothing, where they come from, and what to tell."""
    if how.null == "genes":
        ordered = np.sort(ranking.statistic)[None, ::-1]
        null = gene_null(ordered, sets.sizes, n_permutations=how.n_permutations, weight=how.weight, seed=how.seed)
        told = f"{subject.name}: p-values from random sets of genes take genes as independent, which they are not"
        return null[0], "genes", (f"{told}; exploratory only.", *tie_note(subject.name, ordered[0]))
    told_reruns: tuple[str, ...] = ()
    source = subject.source
    if subject.source == "rerun" and subject.null is not None:
        reruns, told_reruns = _usable_reruns(subject.null.loc[values.index])
        vectors = np.ascontiguousarray(np.nan_to_num(unit_values(reruns, design).T))
    elif isinstance(ranking, CoxScores):
        vectors = permuted_orders(design.strata, n_permutations=how.n_permutations, seed=how.seed)
    elif how.null == "rotation":
        vectors = _rotations(values, design, how)
        source = "rotation" if source == "permutation" else source
    else:
        unit = unit_values(values.to_numpy()[:, None], design)[:, 0]
        vectors = permuted_values(unit, design, n_permutations=how.n_permutations, seed=how.seed)
    return sample_null(ranking, vectors, sets, weight=how.weight, with_maxmean=how.maxmean), source, told_reruns


def _n_arrangements(values: pd.Series, ranking: Ranking, design: Design) -> float:
    """Return how many different arrangements the permutations of the value within strata have."""
    total = 0.0
    for stratum in np.unique(design.strata):
        inside = values.to_numpy()[design.strata == stratum]
        alike = [1] if isinstance(ranking, CoxScores) else np.unique(inside, return_counts=True)[1]
        total += special.gammaln(len(inside) + 1) - np.sum(special.gammaln(np.asarray(alike) + 1))
    return float(np.exp(min(total, 700.0)))


def _few_note(n: int, arrangements: float, how: Settings) -> tuple[str, ...]:
    """Say where patients are so few, or so alike, that more permutations only repeat the same arrangements."""
    if arrangements > how.n_permutations:
        return ()
    return (
        f"The values of {n} patients have only {arrangements:.0f} different arrangements within their strata: no "
        f"p-value can be much below {1 / arrangements:.2g}. null='rotation' knows no such limit; it takes the genes as "
        "normal.",
    )


def _rotations(values: pd.Series, design: Design, how: Settings) -> np.ndarray:
    rng = generator(how.seed, "enrichment", "rotations")
    if not design.stratified:
        return rotated_units(how.n_permutations, design.Q, rng)
    unit = unit_values(values.to_numpy()[:, None], design)[:, 0]
    return rotated_within(how.n_permutations, unit, design.strata, design.Q, rng)


def _usable_reruns(null: pd.DataFrame) -> tuple[np.ndarray, tuple[str, ...]]:
    """Leave out reruns whose score is constant: with those of the other sign they are outside the compared family."""
    values = null.to_numpy(dtype=float)
    varies = np.isfinite(values).all(axis=0) & (np.ptp(values, axis=0) > 0)
    lost = int((~varies).sum())
    told = f"{lost} of {null.shape[1]} reruns gave a constant score; p-values compare with the others."
    return values[:, varies], (told,) if lost else ()


def tie_note(name: str, ranking: np.ndarray) -> tuple[str, ...]:
    """Say how many genes of an ordered ranking share their statistic with another."""
    tied = float(np.mean(np.isin(ranking, ranking[1:][np.diff(ranking) == 0])))
    if not tied:
        return ()
    return (f"{name}: {tied:.1%} of the genes share their statistic with another; their order is arbitrary.",)


def set_p_values(es: np.ndarray, means: np.ndarray, null: NullScores, *, known: bool) -> dict[str, np.ndarray]:
    """Return the columns of a table that come from the null scores; without valid ones, p-values are missing."""
    nes, null_nes = normalise(es, null.es)
    missing = np.full(len(es), np.nan)
    own = missing
    if known and null.means is not None:
        beyond = (np.abs(null.means) >= np.abs(means) * (1 - _SAME)).sum(axis=0)
        own = (1 + beyond) / (1 + len(null.means))
    return {
        "es": es,
        "nes": nes,
        "p_value": same_sign_p(es, null.es) if known else missing,
        "q_value": gsea_q(nes, null_nes) if known else missing,
        "familywise_p": familywise_p(nes, null_nes) if known else missing,
        "mean_statistic": means,
        "self_contained_p": own,
        "maxmean_p": missing,
    }


def _camera(ranking: Ranking, df: int, sets: Sets, how: Settings, *, known: bool) -> dict[str, np.ndarray]:
    """Return the competitive test; missing where the value has seen the outcome, or genes were taken as independent."""
    missing = np.full(len(sets.sizes), np.nan)
    if not known or sets.n_genes < 3:
        return {"camera_p": missing, "inter_gene_correlation": missing}
    most = sets.n_genes - 2
    if how.inter_gene_correlation is not None:
        given = np.full(len(sets.sizes), how.inter_gene_correlation)
        found = camera(ranking.normal, given, sets, most)
    else:
        own = inter_gene_correlation(ranking.residual_sums(sets), sets)
        found = camera(ranking.normal, own, sets, min(df, most))
    return {"camera_p": found.p, "inter_gene_correlation": found.correlation}
