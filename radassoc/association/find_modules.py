"""``find_modules``: groups of correlated columns with a stated cut, found without any outcome."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from radassoc.association.modules import COLUMNS, COMPOSITION_COLUMNS, MODULE_COLUMNS, Modules
from radassoc.base.arguments import check_choice, check_number, check_whole
from radassoc.base.columns import tidy
from radassoc.base.errors import DesignError, InputError
from radassoc.base.parallel import one_blas_thread
from radassoc.base.provenance import provenance
from radassoc.cohort.align import check_cohort
from radassoc.kernels.clusters import Linkage, correlation_clusters, eigen_feature, known_ranks, pairwise_correlation
from radassoc.kernels.quantile_map import LEVELS, learn_quantiles, quantile_levels
from radassoc.preparation.fitted import FittedPreparation
from radassoc.preparation.preparation import fit_preparation
from radassoc.preparation.recipe import Preparation, as_recipe

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["Modules", "find_modules"]

#: All pairs of more columns do not fit into the memory of a laptop.
MOST_COLUMNS = 25_000
FEWEST_PATIENTS = 10
_TOP = 3
#: How many patients miss a column: differs from column to column.
_COUNTS = r" in \d+ of \d+ \(\d+%\),"


def find_modules(
    cohort: Cohort,
    modality: str = "radiomics",
    *,
    correlation: Literal["spearman", "pearson"] = "spearman",
    linkage: Linkage = "average",
    cut: float = 0.7,
    min_size: int = 3,
    preparation: Preparation | None = None,
) -> Modules:
    """Group the columns of a table by their correlation, and learn one eigen-feature for each group.

    The distance of two columns is 1 less the size of their correlation. Hierarchical clustering joins two groups
    while the average (or, with ``linkage="complete"``, the smallest) absolute correlation between them is at least
    ``cut``. A group of at least ``min_size`` columns is a module. Its eigen-feature is the first principal component
    of its columns (their ranks with ``"spearman"``, their standardised values with ``"pearson"``), turned so that it
    goes along with their mean. No outcome is used: association with the eigen-features is an ordinary test.
    Nothing is tested here.

    Parameters
    ----------
    cohort
        The training patients; several samples of a patient are averaged, so that each counts once.
    modality
        Which table.
    correlation
        ``"spearman"``: ranks, which no single patient rules; a later patient's value gets the rank that it has among
        the quantiles of the training patients. ``"pearson"``: values as they are, as WGCNA.
    linkage
        How the correlation of two groups is told.
    cut
        Smallest absolute correlation at which groups are joined. 0.7 suits imaging features, half of whose variance
        is then shared; genes correlate less (0.3 to 0.5).
    min_size
        Smallest module.
    preparation
        How gaps are filled and columns scaled; by default ``Preparation(max_correlation=None)``: columns missing in
        more than a fifth of the patients or nearly constant belong to no module, nothing is pruned.

    Returns
    -------
    Modules
        ``.table`` (feature, module, membership, loading, feature_class, region, n_missing, reason), ``.modules``,
        ``.composition``, ``.apply(cohort)``. ``status`` is ``"no_signal"`` where no group is large enough.

    Raises
    ------
    DesignError
        Fewer than 10 patients, or more than 25,000 columns.
    InputError
        A cut outside 0 to 1, an unknown correlation or linkage.

    Notes
    -----
    Missing values: a correlation uses the patients who know both columns (ranks are taken once a column, among its
    known values); the eigen-feature sees the training median in their place. Clusters equal R's
    ``cutree(hclust(as.dist(1 - abs(cor(x))), method), h = 1 - cut)``; eigen-features equal those of WGCNA's
    ``moduleEigengenes`` times sqrt(n - 1), and memberships ``signedKME``, to 1e-10 with ``correlation="pearson"``
    where nothing is missing. The ranks of a member are read off 25 quantiles, so that no patient's row is kept; they
    differ from exact ranks by less than 0.01 of the range as a rule.

    References
    ----------
    Langfelder P, Horvath S (2007) BMC Syst Biol 1:54. doi:10.1186/1752-0509-1-54
    Langfelder P, Horvath S (2008) BMC Bioinformatics 9:559. doi:10.1186/1471-2105-9-559

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> found = ra.find_modules(cohort)
    >>> list(found.modules.columns)
    ['module', 'size', 'explained', 'mean_correlation', 'top_members']
    >>> "radiomics_modules" in found.apply(cohort).modalities
    True
    """
    check_cohort(cohort)
    _check(correlation, linkage, cut, min_size)
    frame = cohort.patient_frame(modality)
    if len(frame) < FEWEST_PATIENTS:
        raise DesignError(f"{len(frame)} patients have {modality!r}.", wanted=f"at least {FEWEST_PATIENTS} patients")
    recipe = as_recipe(preparation, Preparation(max_correlation=None))
    prepared = fit_preparation(cohort, modality, preparation=recipe)
    kept = list(prepared.features)
    if len(kept) > MOST_COLUMNS:
        raise DesignError(
            f"{modality!r} has {len(kept)} usable columns.",
            wanted=f"at most {MOST_COLUMNS}, whose correlations fit into memory",
            remedy="Take the most variable ones: cohort.with_modality(name, frame[chosen]).",
        )
    with one_blas_thread():
        values = frame[kept].to_numpy(dtype=float)
        r, _ = pairwise_correlation(known_ranks(values) if correlation == "spearman" else values)
        labels, _ = correlation_clusters(r, cut=cut, linkage=linkage)
        Z = prepared.transform(frame, features=kept).to_numpy()
        knots = learn_quantiles(Z) if correlation == "spearman" else None
        learned = _learn(Z if knots is None else quantile_levels(Z, knots), labels, min_size)
    table = _table(cohort.features(modality), prepared, kept, learned, min_size)
    modules = _modules(table, kept, r, learned)
    settings = {"modality": modality, "correlation": correlation, "linkage": linkage, "cut": cut, "min_size": min_size}
    found = bool(len(modules))
    return Modules(
        table=table,
        modules=modules,
        composition=_composition(table),
        preparation=prepared,
        quantiles=_quantiles(kept, knots, learned),
        modality=modality,
        notes=_notes(cohort, modality, table, frame),
        status="ok" if found else "no_signal",
        reason="" if found else f"no {min_size} columns correlate by {cut:g} or more",
        params={**settings, "preparation": recipe},
        provenance=provenance(
            data=cohort.fingerprint, n_patients=len(frame), n_features=len(table), n_modules=len(modules)
        ),
    )


def _check(correlation: str, linkage: str, cut: float, min_size: int) -> None:
    check_choice("correlation", correlation, ("spearman", "pearson"))
    check_choice("linkage", linkage, ("average", "complete"))
    check_number("cut", cut)
    if not 0 < cut < 1:
        raise InputError(f"cut={cut} is no correlation to cut at.", wanted="a number between 0 and 1, such as 0.7")
    check_whole("min_size", min_size)
    if min_size < 2:
        raise InputError(f"min_size={min_size}.", wanted="2 or more columns")


class _Module(NamedTuple):
    """One module: its columns, what centres and scales them, their weights and memberships."""

    members: np.ndarray
    center: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    membership: np.ndarray
    explained: float


def _learn(Z: np.ndarray, labels: np.ndarray, min_size: int) -> dict[str, _Module]:
    learned: dict[str, _Module] = {}
    for label in np.unique(labels):  # by size already
        members = np.flatnonzero(labels == label)
        if members.size < min_size:
            continue
        center, scale = Z[:, members].mean(axis=0), Z[:, members].std(axis=0, ddof=1)
        part = (Z[:, members] - center) / scale
        weights, explained = eigen_feature(part)
        membership = part.T @ (part @ weights) / (len(Z) - 1)  # both have variance 1
        learned[f"M{len(learned) + 1}"] = _Module(members, center, scale, weights, membership, explained)
    return learned


def _quantiles(kept: list[str], knots: np.ndarray | None, learned: dict[str, _Module]) -> pd.DataFrame:
    columns = [f"q{100 * level:g}" for level in LEVELS]
    members = np.sort(np.concatenate([module.members for module in learned.values()])) if learned else np.empty(0, int)
    if knots is None or not members.size:
        return pd.DataFrame({"feature": pd.Series(dtype=object), **{name: pd.Series(dtype=float) for name in columns}})
    frame = pd.DataFrame(knots[:, members].T, columns=columns)
    frame.insert(0, "feature", np.array([kept[i] for i in members], dtype=object))
    return frame


def _table(
    known: pd.DataFrame, prepared: FittedPreparation, kept: list[str], learned: dict[str, _Module], min_size: int
) -> pd.DataFrame:
    table = prepared.table
    info = known.reindex(index=table["feature"], columns=["feature_class", "region"]).astype(object)
    rows: dict[str, Any] = {
        "feature": table["feature"],
        "module": "",
        "membership": np.nan,
        "loading": np.nan,
        "center": np.nan,
        "scale": np.nan,
        "feature_class": info["feature_class"].where(info["feature_class"].notna(), "unknown").to_numpy(),
        "region": info["region"].where(info["region"].notna(), "unknown").to_numpy(),
        "n_missing": table["n_missing"],
        "reason": table["reason"].where(~table["kept"], f"no group of {min_size} columns at this cut"),
    }
    frame = pd.DataFrame(rows)
    place = {name: position for position, name in enumerate(frame["feature"])}
    for name, module in learned.items():
        where = [place[kept[i]] for i in module.members]
        frame.loc[where, ["module", "reason"]] = [name, ""]
        frame.loc[where, ["membership", "loading", "center", "scale"]] = np.column_stack(
            [module.membership, module.weights, module.center, module.scale]
        )
    return tidy(frame, COLUMNS)


def _modules(table: pd.DataFrame, kept: list[str], r: np.ndarray, learned: dict[str, _Module]) -> pd.DataFrame:
    rows = []
    for name, module in learned.items():
        members = module.members
        between = np.abs(r[np.ix_(members, members)])[np.triu_indices(members.size, 1)]
        top = [kept[members[i]] for i in np.argsort(-np.abs(module.membership), kind="stable")[:_TOP]]
        told = {"module": name, "size": members.size, "explained": module.explained, "top_members": ", ".join(top)}
        rows.append({**told, "mean_correlation": float(np.nanmean(between))})
    return tidy(rows, MODULE_COLUMNS)


def _composition(table: pd.DataFrame) -> pd.DataFrame:
    members = table[table["module"] != ""]
    counts = members.groupby(["module", "feature_class"], sort=False).size().rename("size").reset_index()
    return tidy(counts, COMPOSITION_COLUMNS)


def _notes(cohort: Cohort, modality: str, table: pd.DataFrame, frame: pd.DataFrame) -> tuple[str, ...]:
    told = []
    repeated = int(cohort.sample_patients(modality).duplicated(keep=False).sum())
    if repeated:
        told.append(f"{modality}: {repeated} samples of patients with several were averaged per patient.")
    out = table.loc[table["module"] == "", "reason"].str.replace(_COUNTS, "", regex=True).value_counts()
    if out.sum():
        why = "; ".join(f"{count} {reason}" for reason, count in out.items())
        told.append(f"{int(out.sum())} of {len(table)} columns are in no module: {why}.")
    inside = table[(table["module"] != "") & (table["n_missing"] > 0)]
    if len(inside):
        cells = int(inside["n_missing"].sum())
        told.append(
            f"{cells} missing values of {len(inside)} members were filled with the median for the eigen-features "
            f"({100 * cells / (len(frame) * len(inside)):.1f}% of theirs); correlations use known values only."
        )
    return tuple(told)
