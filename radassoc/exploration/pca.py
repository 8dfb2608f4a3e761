"""``pca``: the main directions in which the features of patients differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_whole
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.parallel import one_blas_thread
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.exploration._components import component_associations
from radassoc.exploration.results import ASSOCIATION_COLUMNS, PCA, PCA_COLUMNS, SKIPPED_COLUMNS
from radassoc.preparation.preparation import fit_preparation
from radassoc.preparation.recipe import Preparation, as_recipe

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["PCA", "pca", "principal_components"]

_METADATA = ("image_type", "region", "sequence", "feature_class", "feature_name")


def pca(
    cohort: Cohort,
    modality: str = "radiomics",
    *,
    n_components: int = 10,
    preparation: Preparation | None = None,
) -> PCA:
    """Find the principal components of a table of features, and what they go along with.

    The features are prepared first (missing filter, imputation, near-constant filter, scaling), then centred and
    decomposed by singular values. Patients with several samples are averaged for learning, so that each counts once,
    and each sample is then projected. Signs are fixed: the largest absolute loading of a component is positive.

    Each component is compared with every clinical variable that describes patients: Spearman correlation with numbers,
    Kruskal-Wallis test between categories, and the Cox score test with the outcome. Null hypothesis: component and
    variable are independent. No outcome was used to find the components, so these are ordinary tests; p-values are
    corrected together (Benjamini-Hochberg over components and variables).

    Parameters
    ----------
    cohort
        The patients.
    modality
        The table of features.
    n_components
        At most this many components; there are never more than patients less one, or features.
    preparation
        How features are prepared; by default ``Preparation(max_correlation=None)``: correlated features are what
        components are made of, so that none is pruned.

    Returns
    -------
    PCA
        ``.table`` (component, variance, explained, cumulative), ``.loadings``, ``.samples``, ``.associations``.
        ``status`` is ``"not_estimable"`` where fewer than three patients or no feature is left.

    Raises
    ------
    IdentifierError
        The cohort has no such table.
    DesignError
        Fewer than two patients have the table.

    Notes
    -----
    Equals R's ``prcomp`` on the prepared table up to signs, to 1e-10 relative to the largest component: variances have
    the divisor n - 1. Components are descriptive; a component alone predicts nothing about new patients.

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> ra.pca(cohort, n_components=3).table["component"].tolist()
    ['PC1', 'PC2', 'PC3']
    """
    check_whole("n_components", n_components)
    if n_components < 1:
        raise InputError(f"n_components={n_components} asks for nothing.", wanted="1 or more")
    recipe = as_recipe(preparation, Preparation(max_correlation=None))
    fitted = fit_preparation(cohort, modality, preparation=recipe)
    told: dict[str, Any] = {
        "params": {"modality": modality, "n_components": n_components, "preparation": recipe},
        "preparation": fitted,
    }
    if not fitted.features or len(cohort.patient_frame(modality)) < 3:
        return _not_estimable(cohort, fitted.reason or "fewer than three patients", told)
    learned = fitted.transform(cohort.patient_frame(modality))
    samples = fitted.transform(cohort[modality])
    with one_blas_thread():
        variance, vectors, center = principal_components(learned.to_numpy(), n_components)
        by_patient = (learned.to_numpy() - center) @ vectors
        by_sample = (samples.to_numpy() - center) @ vectors
    names = [f"PC{k + 1}" for k in range(len(variance))]
    total = float(learned.to_numpy().var(axis=0, ddof=1).sum())
    scores = pd.DataFrame(by_patient, index=learned.index, columns=names)
    associations, skipped = component_associations(cohort, scores)
    n_tests = int(associations["p_value"].notna().sum())
    family = Family(hypothesis="a component is independent of a clinical variable", n_tests=n_tests, correction="bh")
    whose = cohort.sample_patients(modality).reindex(samples.index)
    return PCA(
        table=_table(names, variance, total),
        provenance=provenance(
            data=cohort.fingerprint,
            n_patients=len(learned),
            n_samples=len(samples),
            n_features=len(fitted.features),
        ),
        families=(family,) if n_tests else (),
        samples=_samples(samples.index, whose, by_sample, names),
        loadings=_loadings(cohort, modality, list(learned.columns), vectors, names),
        associations=associations,
        skipped=skipped,
        **told,
    )


def principal_components(X: np.ndarray, n_components: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the variances, the loadings (p, k) with the largest absolute entry positive, and the centre of ``X``.

    Components without variance (relative to the first: 1e-12) are left out.
    """
    center = X.mean(axis=0)
    _, singular, right = np.linalg.svd(X - center, full_matrices=False)
    variance = singular**2 / (len(X) - 1)
    kept = min(n_components, int((singular > 1e-6 * max(singular[0], 1e-300)).sum()))
    vectors = right[:kept].T
    largest = np.abs(vectors).argmax(axis=0)
    signs = np.sign(vectors[largest, np.arange(kept)])
    return variance[:kept], vectors * signs, center


def _table(names: list[str], variance: np.ndarray, total: float) -> pd.DataFrame:
    explained = variance / total if total > 0 else np.full(len(variance), np.nan)
    columns = {"component": names, "variance": variance, "explained": explained, "cumulative": explained.cumsum()}
    return tidy(pd.DataFrame(columns), PCA_COLUMNS)


def _loadings(
    cohort: Cohort, modality: str, features: list[str], vectors: np.ndarray, names: list[str]
) -> pd.DataFrame:
    known = cohort.features(modality).reindex(index=features, columns=list(_METADATA))
    told = known.astype(object).where(known.notna(), "unknown").reset_index(drop=True)
    told.insert(0, "feature", features)
    return pd.concat([told, pd.DataFrame(vectors, columns=names)], axis=1)


def _samples(index: pd.Index, whose: pd.Series, scores: np.ndarray, names: list[str]) -> pd.DataFrame:
    ids = {"patient": whose.to_numpy(dtype=object), "sample": index.to_numpy(dtype=object)}
    return pd.concat([pd.DataFrame(ids), pd.DataFrame(scores, columns=names)], axis=1)


def _not_estimable(cohort: Cohort, reason: str, told: dict[str, Any]) -> PCA:
    return PCA(
        table=tidy([], PCA_COLUMNS),
        status="not_estimable",
        reason=reason,
        provenance=provenance(data=cohort.fingerprint, n_patients=0),
        samples=pd.DataFrame({"patient": pd.Series(dtype=object), "sample": pd.Series(dtype=object)}),
        loadings=tidy([], ("feature", *_METADATA)),
        associations=tidy([], ASSOCIATION_COLUMNS),
        skipped=tidy([], SKIPPED_COLUMNS),
        **told,
    )
