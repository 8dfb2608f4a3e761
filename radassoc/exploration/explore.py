"""``explore``: the first look at a table of features, before any test."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from radassoc.base.arguments import check_number, check_whole, names_in
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.parallel import one_blas_thread
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.cohort.align import check_cohort, refuse_repeats
from radassoc.exploration._absence import ABSENCE_COLUMNS, absence_tests
from radassoc.exploration._centres import Centres, centre_effects, centre_of
from radassoc.exploration._checks import OUTLIER_LEVEL, RULED, check_rows
from radassoc.exploration._missingness import Missingness, missingness
from radassoc.exploration._outliers import robust_distances, ruled_shares
from radassoc.exploration._redundancy import Redundancy, redundancy
from radassoc.exploration._size import size_correlations
from radassoc.exploration.exploration import FEATURE_COLUMNS, SAMPLE_COLUMNS, Exploration
from radassoc.preparation.preparation import fit_preparation
from radassoc.preparation.recipe import Preparation, as_recipe
from radassoc.tables.volume import find_volume

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Exploration", "explore"]

FEWEST_PATIENTS = 10
MOST_COLUMNS = 25_000
_INFO = ("region", "sequence", "feature_class")


def explore(
    cohort: Cohort,
    modality: str = "radiomics",
    *,
    limit: float = 0.9,
    volume: str | None = "auto",
    centre: str | None = "auto",
    covariates: Sequence[str] = (),
    preparation: Preparation | None = None,
    n_permutations: int = 999,
    seed: int = 0,
) -> Exploration:
    """Look at a table before any test: redundancy, gaps and absent regions, outliers, centres, size.

    *Correlation*: rank correlation of all pairs of features over the patients who know both; the share beyond
    ``limit``; groups by average linkage at ``limit``; Galwey's effective number, (sum of square roots of the
    correlation's eigenvalues)^2 / their sum. *Missing*: values that are gone because their region is absent (its volume
    is 0) told apart from values gone for no known reason, and whether absence goes with clinical variables or survival.
    *Outliers*: patients far from all others over the principal components of robustly scaled features (adjusted
    p < 0.01), and features in which one patient holds over half of the variation. *Centre*: Kruskal-Wallis per column
    (Benjamini-Hochberg), and for all columns together the share of variation between centres with a permutation test
    (PERMANOVA on ranks). *Size*: rank correlation of each feature with the volume.

    Null hypothesis of the centre tests: the features of a patient do not depend on the centre given the covariates. No
    other number here is a test of a hypothesis of the study; the outcome is used for the absence of regions only.

    Parameters
    ----------
    cohort
        The patients; several samples of a patient are averaged.
    modality
        The table.
    limit
        Absolute correlation beyond which two features say the same.
    volume
        The feature that holds the tumour's volume; ``"auto"``: told by its name; None: none.
    centre
        The column that names the centre; ``"auto"``: the clinical column called centre, center, site, hospital or
        institution; None: none. Centres of fewer than 3 patients are left out.
    covariates
        What centres may differ in for good reason, such as ``["grade"]``: the tests between centres are then F tests of
        ranks and a permutation of residuals, given these.
    preparation
        Which features are looked at together, and how their gaps are filled for outliers and PERMANOVA; by default
        ``Preparation(max_correlation=None)``: those missing in at most a fifth of the patients, and not nearly
        constant. Gaps are counted in all features.
    n_permutations, seed
        Of the test between centres.

    Returns
    -------
    Exploration
        ``.table`` (check, measure, value, p_value, verdict), ``.features``, ``.clusters``, ``.correlation_counts``,
        ``.correlation_map``, ``.regions``, ``.absence``, ``.patterns``, ``.centres``, ``.samples``, ``.notes``.

    Raises
    ------
    DesignError
        Fewer than 10 patients have the table, or it has more than 25,000 usable columns.
    IdentifierError
        The cohort has no such table, centre or covariate.
    RadiomicsError
        The volume is not among the features.

    Notes
    -----
    Kruskal-Wallis equals R ``kruskal.test``, the F tests ``anova`` of rank regressions with and without centre, to
    1e-9; pseudo-F and R2 equal ``vegan::adonis2`` of the same distances, to 1e-10.

    References
    ----------
    Galwey NW (2009) Genet Epidemiol 33:559. doi:10.1002/gepi.20408
    Anderson MJ (2001) Austral Ecol 26:32. doi:10.1111/j.1442-9993.2001.01070.pp.x
    Filzmoser P, Maronna R, Werner M (2008) Comput Stat Data Anal 52:1694. doi:10.1016/j.csda.2007.05.018

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> ra.explore(cohort, n_permutations=99).table["check"].unique().tolist()[:3]
    ['correlation', 'missing', 'outliers']
    """
    check_cohort(cohort)
    covariates = names_in("covariates", covariates)
    _check(limit, n_permutations, covariates)
    frame = cohort.patient_frame(modality)
    if len(frame) < FEWEST_PATIENTS:
        raise DesignError(f"{len(frame)} patients have {modality!r}.", wanted=f"at least {FEWEST_PATIENTS} patients")
    recipe = as_recipe(preparation, Preparation(max_correlation=None))
    prepared = fit_preparation(cohort, modality, preparation=recipe)
    used = list(prepared.features)
    if len(used) > MOST_COLUMNS:
        raise DesignError(f"{modality!r} has {len(used)} usable columns.", wanted=f"at most {MOST_COLUMNS}")
    size = find_volume(list(frame.columns), volume)
    where, why = centre_of(cohort, centre)
    filled = prepared.transform(frame, features=used)
    with one_blas_thread():
        found = redundancy(frame[used], limit=limit)
        gaps = missingness(frame, cohort.features(modality))
        absence = absence_tests(cohort, gaps.lacking)
        centres = None
        if where and used:
            centres = centre_effects(
                cohort,
                frame[used],
                filled,
                centre=where,
                covariates=covariates,
                n_permutations=n_permutations,
                seed=seed,
            )
        rho = size_correlations(frame, size) if size else np.full(frame.shape[1], np.nan)
        far, ruling = robust_distances(filled.to_numpy()), ruled_shares(frame[used].to_numpy(float))
    features = _features(frame, cohort.features(modality), used, gaps, found, ruling[0], rho, centres)
    samples = _samples(gaps, far, ruling)
    table = check_rows(
        features, samples, found=found, gaps=gaps, absence=absence, centres=centres, limit=limit, volume=size
    )
    settings = {"limit": limit, "volume": volume, "centre": centre, "covariates": covariates, "preparation": recipe}
    return Exploration(
        table=table,
        features=features,
        clusters=found.clusters,
        correlation_counts=found.counts,
        correlation_map=found.picture,
        regions=gaps.regions,
        absence=absence if len(absence) else tidy([], ABSENCE_COLUMNS),
        patterns=gaps.patterns,
        centres=tidy([], ("centre", "n_patients")) if centres is None else centres.sizes,
        samples=samples,
        volume=size,
        centre=where,
        notes=_notes(cohort, modality, (len(used), frame.shape[1], far[2]), why, volume == "auto" and not size),
        families=_families(centres, absence),
        params={"modality": modality, **settings, "n_permutations": n_permutations, "seed": seed},
        provenance=provenance(
            data=cohort.fingerprint, seed=seed, n_patients=len(frame), n_features=frame.shape[1], n_usable=len(used)
        ),
    )


def _check(limit: float, n_permutations: int, covariates: tuple[str, ...]) -> None:
    check_number("limit", limit)
    if not 0 < limit < 1:
        raise InputError(f"limit={limit} is no correlation to cut at.", wanted="a number between 0 and 1, such as 0.9")
    check_whole("n_permutations", n_permutations)
    if n_permutations < 19:
        raise InputError(f"n_permutations={n_permutations}.", wanted="at least 19, for a p-value of 0.05")
    refuse_repeats({"covariates": covariates})


def _features(
    frame: pd.DataFrame,
    info: pd.DataFrame,
    used: list[str],
    gaps: Missingness,
    found: Redundancy,
    ruled: np.ndarray,
    rho: np.ndarray,
    centres: Centres | None,
) -> pd.DataFrame:
    known = info.reindex(index=frame.columns, columns=list(_INFO)).astype(object)
    table = known.where(known.notna(), "unknown").rename_axis("feature").reset_index()
    missing, absent = gaps.missing.sum().to_numpy(), gaps.absent.sum().to_numpy()
    table["n_missing"], table["n_absent"] = missing, absent
    table["missing_share"] = (missing + absent) / len(frame)
    table["volume_correlation"] = rho
    looked = pd.DataFrame({"cluster": found.labels, "n_partners": found.partners, "ruled_share": ruled}, index=used)
    alone = looked["cluster"].map(looked["cluster"].value_counts()) < 2
    looked.loc[alone, "cluster"] = -1
    table = table.join(looked, on="feature")
    table[["cluster", "n_partners"]] = table[["cluster", "n_partners"]].fillna({"cluster": -1, "n_partners": 0})
    names = {"explained": "centre_explained", "p_value": "centre_p", "p_adjusted": "centre_p_adjusted"}
    if centres is None or centres.columns.empty:
        return tidy(table.assign(**dict.fromkeys(names.values(), np.nan)), FEATURE_COLUMNS)
    told = centres.columns.set_index("feature")[list(names)].rename(columns=names)
    return tidy(table.join(told, on="feature"), FEATURE_COLUMNS)


def _samples(
    gaps: Missingness, far: tuple[np.ndarray, np.ndarray, int], ruling: tuple[np.ndarray, np.ndarray]
) -> pd.DataFrame:
    n = len(gaps.missing)
    ruled = ruling[1][ruling[0] > RULED]
    values: dict[str, Any] = {
        "patient": gaps.missing.index.to_numpy(),
        "n_missing": gaps.missing.sum(axis=1).to_numpy(),
        "n_absent": gaps.absent.sum(axis=1).to_numpy(),
        "distance": far[0],
        "p_adjusted": far[1],
        "outlier": far[1] < OUTLIER_LEVEL,
        "n_ruled": np.bincount(ruled, minlength=n),
    }
    return tidy(pd.DataFrame(values), SAMPLE_COLUMNS)


def _notes(cohort: Cohort, modality: str, counts: tuple[int, int, int], why: str, no_volume: bool) -> tuple[str, ...]:
    told = [
        f"{counts[0]} of {counts[1]} columns are looked at together; gaps are counted in all. Distances of patients "
        f"rest on {counts[2]} principal components."
    ]
    repeated = int(cohort.sample_patients(modality).duplicated(keep=False).sum())
    if repeated:
        told.append(f"{modality}: {repeated} samples of patients with several were averaged per patient.")
    if why:
        told.append(f"Centres were not compared: {why}.")
    if no_volume and modality == "radiomics":
        told.append("No feature is called a volume: name it (volume=...) to see which features are size.")
    return tuple(told)


def _families(centres: Centres | None, absence: pd.DataFrame) -> tuple[Family, ...]:
    families = []
    if centres is not None:
        n = int(centres.columns["p_value"].notna().sum())
        families += (
            [Family(hypothesis="a feature does not depend on the centre", n_tests=n, correction="bh")] if n else []
        )
        if np.isfinite(centres.p_value):
            families.append(Family(hypothesis="the features together do not depend on the centre", n_tests=1))
    if n := int(absence["p_value"].notna().sum()):
        families.append(
            Family(hypothesis="the absence of a region is independent of a variable", n_tests=n, correction="bh")
        )
    return tuple(families)
