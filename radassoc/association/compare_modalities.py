"""``compare_modalities``: whether two tables of the same patients tell the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from radassoc.association._paired_tables import PairedTables, paired_tables
from radassoc.association._similarity_null import similarities
from radassoc.association._sparse_cca import SparseCCA, sparse_cca
from radassoc.association.comparison import (
    LOADING_COLUMNS,
    MEASURES,
    NULL_COLUMNS,
    PENALTY_COLUMNS,
    TABLE_COLUMNS,
    ModalityComparison,
)
from radassoc.base.arguments import check_choice, check_number, check_whole, names_in
from radassoc.base.columns import tidy
from radassoc.base.errors import InputError
from radassoc.base.parallel import one_blas_thread
from radassoc.base.provenance import provenance
from radassoc.base.results import Family
from radassoc.base.seeds import generator
from radassoc.cohort.align import check_cohort
from radassoc.kernels.correction import benjamini_hochberg
from radassoc.kernels.permutation import permuted_rows
from radassoc.preparation.recipe import Preparation, as_recipe

if TYPE_CHECKING:
    from radassoc.cohort.cohort import Cohort

__all__ = ["ModalityComparison", "compare_modalities"]

_FEWEST_PERMUTATIONS = 19
_WORDS = {
    "mantel": "the distances between patients correlate by",
    "rv": "the RV coefficient is",
    "sparse_cca": "the sparse combinations correlate by",
}


def compare_modalities(
    cohort: Cohort,
    left: str,
    right: str,
    *,
    covariates: Sequence[str] = (),
    strata: Sequence[str] = (),
    scale: Literal["normal_scores", "standard"] = "normal_scores",
    method: Literal["spearman", "pearson"] = "spearman",
    penalties: Sequence[float] = (0.1, 0.2, 0.3, 0.5, 0.7),
    preparation: Preparation | None = None,
    n_permutations: int = 999,
    seed: int = 0,
) -> ModalityComparison:
    """Test whether two tables of the same patients have anything to do with each other, as wholes.

    Three measures. Mantel: the correlation of the distances between patients in one table and in the other. RV: the
    same idea for the patients' scalar products (a squared correlation of tables, between 0 and 1). Sparse CCA: the
    correlation of the best combination of a few columns of either side, found by penalised matrix decomposition.
    Null hypothesis of each: the rows of the right table are exchangeable given covariates and strata, that is, no
    column of one table goes with any of the other. Patients of the right table are permuted (within strata); with
    covariates, the residuals of both tables are used and the permuted ones are residualised again. p-values are
    one-sided, (1 + #{permuted >= observed}) / (1 + n_permutations).

    All three see only the permuted patients: RV and sparse CCA of unrelated tables are far above 0, the more so the
    fewer patients there are, so that each estimate is to be read beside ``expected``. No interval is given: the
    bootstrap is biased for all three, since a patient drawn twice is a perfect match of itself.

    Parameters
    ----------
    cohort
        The patients; several samples of a patient are averaged.
    left, right
        Names of two tables.
    covariates
        Column references, such as ``["grade", "radiomics:VOLUME_TC"]``.
    strata
        Columns within whose levels patients are permuted, such as the centre.
    scale
        ``"normal_scores"``: every column (and numeric covariate) is replaced by the normal quantiles of its ranks, so
        that no single patient rules; ``"standard"``: mean 0, variance 1. Every column has the same weight: forty copies
        of a feature count forty times (``find_modules(...).apply(cohort)`` gives tables of eigen-features, in which
        they count once).
    method
        Correlation of the distances in Mantel's test.
    penalties
        Candidates of the sparse CCA, as shares of the loosest bound on the sum of absolute weights: small ones keep
        few columns. The one with the largest standardised Fisher z is taken; the p-value compares this largest z with
        that of each permutation, so that the choice is paid for.
    preparation
        How gaps are filled; by default ``Preparation(max_correlation=None)``: columns missing in more than a fifth of
        the patients or nearly constant are left out.
    n_permutations, seed
        Number and seed of the permutations.

    Returns
    -------
    ModalityComparison
        ``.table`` (measure, estimate, expected, beyond_chance, detectable, statistic, p_value, p_adjusted, n),
        ``.loadings``, ``.penalties``, ``.null``, ``.samples``, ``.notes``. ``status`` is ``"no_signal"`` where no
        adjusted p-value is below 0.05.

    Raises
    ------
    DesignError
        Fewer than 10 patients have both tables, or no column is left.
    InputError
        The same table twice; penalties outside 0 to 1; fewer than 19 permutations.

    Notes
    -----
    Mantel's statistic equals that of R ``vegan::mantel(dist(x), dist(y))`` and RV that of ``FactoMineR::coeffRV``, to
    1e-10 (``scale="standard"``); the permutations' mean and variance of RV agree with its exact ones (Kazi-Aoual 1995).
    The sparse pair is that of ``PMA::CCA`` (standard penalty, algorithm 3 of Witten et al.), begun at the wider pair;
    with enough rounds it equals the algorithm written out in R to 1e-6.

    References
    ----------
    Mantel N (1967) Cancer Res 27:209.
    Robert P, Escoufier Y (1976) J R Stat Soc C 25:257. doi:10.2307/2347233
    Josse J, Pagès J, Husson F (2008) Comput Stat Data Anal 53:82. doi:10.1016/j.csda.2008.06.012
    Witten DM, Tibshirani R, Hastie T (2009) Biostatistics 10:515. doi:10.1093/biostatistics/kxp008

    Examples
    --------
    >>> import radassoc as ra
    >>> cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    >>> found = ra.compare_modalities(cohort, "radiomics", "expression", n_permutations=99)
    >>> found.table["measure"].tolist()
    ['mantel', 'rv', 'sparse_cca']
    """
    check_cohort(cohort)
    covariates, strata = names_in("covariates", covariates), names_in("strata", strata)
    penalties = tuple(penalties)
    _check(left, right, scale, method, penalties, n_permutations)
    recipe = as_recipe(preparation, Preparation(max_correlation=None))
    names = (left, right)
    tables = paired_tables(
        cohort, names, covariates=covariates, strata=strata, scored=scale == "normal_scores", recipe=recipe
    )
    n = len(tables.patients)
    rows = permuted_rows(tables.strata, n_permutations, generator(seed, "modalities", n))
    rows = np.vstack([np.arange(n), rows])
    with one_blas_thread():
        alike = similarities(tables, rows, ranked=method == "spearman")
        found = sparse_cca(tables, rows, penalties)
    table = _table(alike, found, n)
    reached = table["p_adjusted"] < 0.05
    return ModalityComparison(
        table=table,
        loadings=_loadings(tables, found, names),
        penalties=_penalties(found, penalties),
        null=_null(alike, found),
        left_name=left,
        right_name=right,
        notes=(*tables.notes, *_notes(table, found, penalties)),
        samples=_scores(tables, found),
        status="ok" if reached.any() else "no_signal",
        reason="" if reached.any() else "no measure is beyond chance",
        families=(_family(names, covariates),),
        params={
            "left": left,
            "right": right,
            "covariates": covariates,
            "strata": strata,
            "scale": scale,
            "method": method,
            "penalties": penalties,
            "preparation": recipe,
            "n_permutations": n_permutations,
            "seed": seed,
        },
        provenance=provenance(
            data=cohort.fingerprint,
            seed=seed,
            n_patients=n,
            n_left=tables.X.shape[1],
            n_right=tables.Y.shape[1],
        ),
    )


def _check(left: Any, right: Any, scale: str, method: str, penalties: tuple[float, ...], n_permutations: int) -> None:
    if not (isinstance(left, str) and isinstance(right, str)) or left == right:
        raise InputError(f"The tables are {left!r} and {right!r}.", wanted="the names of two different tables")
    check_choice("scale", scale, ("normal_scores", "standard"))
    check_choice("method", method, ("spearman", "pearson"))
    for penalty in penalties:
        check_number("penalties", penalty)
    if not penalties or not all(0 < penalty <= 1 for penalty in penalties) or len(set(penalties)) < len(penalties):
        raise InputError(f"penalties={penalties!r}.", wanted="different numbers above 0 and up to 1")
    check_whole("n_permutations", n_permutations)
    if n_permutations < _FEWEST_PERMUTATIONS:
        raise InputError(
            f"n_permutations={n_permutations}.", wanted=f"at least {_FEWEST_PERMUTATIONS}, for a p-value of 0.05"
        )


def _table(alike: np.ndarray, found: SparseCCA, n: int) -> pd.DataFrame:
    # each measure: what is reported, and what the test compares
    cca = found.correlation[:, found.chosen]
    measured = [(alike[:, 0], alike[:, 0]), (alike[:, 1], alike[:, 1]), (cca, found.largest)]
    rows = []
    for measure, (values, tested) in zip(MEASURES, measured, strict=True):
        null, compared = values[1:], tested[1:]
        expected, spread = float(null.mean()), float(compared.std())
        # a permutation that gives the observed order back must count, whatever the rounding
        beyond = int((compared >= tested[0] - 1e-12 * max(abs(tested[0]), 1.0)).sum())
        rows.append(
            {
                "measure": measure,
                "estimate": values[0],
                "expected": expected,
                "beyond_chance": (values[0] - expected) / (1 - expected) if expected < 1 else np.nan,
                "detectable": np.quantile(null, 0.95),
                "statistic": (tested[0] - compared.mean()) / spread if spread > 0 else np.nan,
                "p_value": (1 + beyond) / (1 + len(null)),
                "p_adjusted": np.nan,
                "n": n,
            }
        )
    table = tidy(rows, TABLE_COLUMNS)
    table["p_adjusted"] = benjamini_hochberg(table["p_value"].to_numpy())
    return table


def _loadings(tables: PairedTables, found: SparseCCA, names: tuple[str, str]) -> pd.DataFrame:
    rows: list[dict[str, Any]] = []
    for values, weights, columns, side in zip((tables.X, tables.Y), _signed(found), tables.columns, names, strict=True):
        score = values @ weights
        inside = np.flatnonzero(weights)
        r = values[:, inside].T @ score / (np.linalg.norm(values[:, inside], axis=0) * np.linalg.norm(score))
        order = np.argsort(-np.abs(weights[inside]), kind="stable")
        rows += [
            {"side": side, "name": columns[inside[i]], "loading": weights[inside[i]], "correlation": r[i]}
            for i in order
        ]
    return tidy(rows, LOADING_COLUMNS)


def _signed(found: SparseCCA) -> tuple[np.ndarray, np.ndarray]:
    """Return the chosen weights, the largest one of the left side positive."""
    u, v = found.weights[found.chosen]
    sign = np.sign(u[np.abs(u).argmax()]) or 1.0
    return sign * u, sign * v


def _penalties(found: SparseCCA, penalties: tuple[float, ...]) -> pd.DataFrame:
    rows = [
        {
            "penalty": penalty,
            "n_left": np.count_nonzero(found.weights[k][0]),
            "n_right": np.count_nonzero(found.weights[k][1]),
            "estimate": found.correlation[0, k],
            "expected": found.correlation[1:, k].mean(),
            "statistic": found.standardised[0, k],
            "chosen": k == found.chosen,
        }
        for k, penalty in enumerate(penalties)
    ]
    return tidy(rows, PENALTY_COLUMNS)


def _null(alike: np.ndarray, found: SparseCCA) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"mantel": alike[1:, 0], "rv": alike[1:, 1], "sparse_cca": found.correlation[1:, found.chosen]}
    )
    frame.insert(0, "permutation", np.arange(1, len(frame) + 1))
    return tidy(frame, NULL_COLUMNS)


def _scores(tables: PairedTables, found: SparseCCA) -> pd.DataFrame:
    u, v = _signed(found)
    return pd.DataFrame({"patient": tables.patients.to_numpy(), "left": tables.X @ u, "right": tables.Y @ v})


def _notes(table: pd.DataFrame, found: SparseCCA, penalties: tuple[float, ...]) -> list[str]:
    told = []
    for row in table.itertuples():
        numbers = f"{_WORDS[str(row.measure)]} {row.estimate:.2f}; by chance {row.expected:.2f}, and up to "
        numbers += f"{row.detectable:.2f} in 95% of permutations"
        evidence = "Beyond chance" if row.p_adjusted < 0.05 else "No evidence"
        told.append(f"{evidence} (p = {row.p_value:.3g}, adjusted {row.p_adjusted:.3g}): {numbers}.")
    if penalties[found.chosen] == max(penalties):
        told.append("The widest penalty was chosen: the combinations are hardly sparse, read them as a whole.")
    return told


def _family(names: tuple[str, str], covariates: tuple[str, ...]) -> Family:
    given = f" given {', '.join(covariates)}" if covariates else ""
    return Family(
        hypothesis=f"{names[0]} and {names[1]} have nothing to do with each other{given}",
        n_tests=len(MEASURES),
        correction="Benjamini-Hochberg",
    )
