"""Every pair of columns over several samples of a patient."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from scipy import special

from radassoc.association._clustered import cluster_robust
from radassoc.association._columns import BINARY, CATEGORICAL, CONTINUOUS, FEWEST_IN_CLASS, Columns
from radassoc.association._mixed import mixed
from radassoc.association._pair_scan import PairScan, Settings, empty_scan, patterns
from radassoc.base.errors import InputError, name_some
from radassoc.kernels.correlation import basis, midranks, residual_units
from radassoc.kernels.tails import t_tails

__all__ = ["Repeats", "Scale", "repeats_notes", "scan_repeats"]

Repeats = Literal["cluster_robust", "mixed"]
Scale = Literal["rank", "standardized", "raw"]
#: With fewer patients there is no telling how much they differ.
FEWEST_PATIENTS = 5
_MIN_DF = 3


def scan_repeats(
    left: Columns, right: Columns, Z: np.ndarray, codes: np.ndarray, *, how: Repeats, scale: Scale, settings: Settings
) -> PairScan:
    """Regress each column of the right on each of the left over samples, given covariates, patients being clusters.

    Parameters
    ----------
    left, right
        Columns over samples sorted by patient; each pair uses the samples that have both.
    Z, codes
        Complete covariates (n, k) and the patient of each sample.
    how
        ``"cluster_robust"``: CR2 with Satterthwaite's degrees of freedom, and a wild cluster bootstrap for p with fewer
        than 20 patients. ``"mixed"``: random intercept of the patient, REML, Satterthwaite.
    scale
        ``"rank"``: columns of numbers and covariates are ranked over all samples, then scaled to standard deviation 1;
        ``"standardized"``: scaled only; ``"raw"``: as they are. Where one of the two holds classes it is the predictor:
        the estimate is then the difference between its classes.

    Raises
    ------
    InputError
        A column of categories.
    """
    several = [str(name) for side in (left, right) for name in side.names[side.kinds == CATEGORICAL]]
    if several:
        raise InputError(
            f"{name_some(several)} holds several categories, and patients have several samples.",
            wanted="numbers or two classes",
            remedy="One column a category (pd.get_dummies), or one row a patient.",
        )
    answer = empty_scan(left.kinds.size, right.kinds.size)
    for of_left in (CONTINUOUS, BINARY):
        for of_right in (CONTINUOUS, BINARY):
            turned = of_right == BINARY and of_left == CONTINUOUS
            i, j = left.where(of_left), right.where(of_right)
            for rows_i, at_i in patterns(left.values[:, i]):
                for rows_j, at_j in patterns(right.values[:, j]):
                    rows = np.flatnonzero(rows_i & rows_j)
                    x, y = left.values[np.ix_(rows, i[at_i])], right.values[np.ix_(rows, j[at_j])]
                    kinds = (of_right, of_left) if turned else (of_left, of_right)
                    part = _block(
                        y if turned else x, x if turned else y, Z[rows], codes[rows], kinds, how, scale, settings
                    )
                    answer.put_scan(i[at_i], j[at_j], part, turned=turned)
    return answer


def _block(
    x: np.ndarray,
    y: np.ndarray,
    z: np.ndarray,
    codes: np.ndarray,
    kinds: tuple[str, str],
    how: Repeats,
    scale: Scale,
    settings: Settings,
) -> PairScan:
    """Regress columns y on columns x that miss nothing."""
    part = empty_scan(x.shape[1], y.shape[1])
    n_patients = int(np.unique(codes).size)
    part.n[:], part.n_patients[:] = len(x), n_patients
    if n_patients < FEWEST_PATIENTS:
        return part
    Q = basis(midranks(z) if scale == "rank" and z.shape[1] else z)
    allowed = [
        _enough(values, kind, codes) & np.isfinite(residual_units(values, Q)).all(axis=0)
        for values, kind in zip((x, y), kinds, strict=True)
    ]
    if len(x) - Q.shape[1] - 1 < _MIN_DF or not (allowed[0].any() and allowed[1].any()):
        return part
    i, j = np.flatnonzero(allowed[0]), np.flatnonzero(allowed[1])
    X, Y = _scaled(x[:, i], kinds[0], scale), _scaled(y[:, j], kinds[1], scale)
    fit = cluster_robust(X, Y, Q, codes, settings) if how == "cluster_robust" else mixed(X, Y, Q, codes)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = fit.slope / fit.std_error
    p, log10_p = t_tails(t, fit.df)
    taken = np.isfinite(fit.p)
    p, log10_p = np.where(taken, fit.p, p), np.where(taken, np.log10(fit.p), log10_p)
    half = special.stdtrit(fit.df, 0.5 + settings.confidence / 2) * fit.std_error
    usable = np.isfinite(t)
    part.put(i, j, estimate=fit.slope, std_error=fit.std_error, ci_low=fit.slope - half, ci_high=fit.slope + half)
    part.put(i, j, statistic=t, df=fit.df, p=p, log10_p=log10_p)
    part.put(i, j, estimate_kind=np.where(usable, _kind(kinds, scale), "").astype(object))
    source = "cr2" if how == "cluster_robust" else "mixed"
    part.put(i, j, p_value_from=np.where(usable, np.where(taken, "wild-bootstrap", source), "").astype(object))
    return part


def _kind(kinds: tuple[str, str], scale: Scale) -> str:
    if kinds == (BINARY, BINARY):
        return "risk_difference"
    what = "difference" if kinds[0] == BINARY else "slope"
    return what if scale == "raw" else f"{scale}_{what}"


def _enough(values: np.ndarray, kind: str, codes: np.ndarray) -> np.ndarray:
    """Tell which columns vary, and have both classes in at least five patients."""
    if kind == CONTINUOUS:
        return np.ones(values.shape[1], dtype=bool)
    counts = np.diff(np.append(starts := np.flatnonzero(np.append(True, np.diff(codes) != 0)), len(codes)))
    with_one = np.add.reduceat(values, starts, axis=0)
    having = ((with_one > 0).sum(axis=0), (with_one < counts[:, None]).sum(axis=0))
    return np.asarray(np.minimum(*having) >= FEWEST_IN_CLASS)


def _scaled(values: np.ndarray, kind: str, scale: Scale) -> np.ndarray:
    if kind == BINARY or scale == "raw":
        return values
    numbers = midranks(values) if scale == "rank" else values
    return np.asarray((numbers - numbers.mean(axis=0)) / numbers.std(axis=0))


def repeats_notes(found: PairScan, how: Repeats, settings: Settings, scale: Scale) -> tuple[str, ...]:
    """Tell how the samples of a patient were handled."""
    ranks = " of ranks taken over all samples" if scale == "rank" else ""
    words: dict[str, Any] = {
        "cr2": f"Regression{ranks} over samples with patients as clusters: CR2 standard errors, Satterthwaite's "
        "degrees of freedom.",
        "mixed": f"Linear mixed model{ranks} with a random intercept of the patient (REML), Satterthwaite's degrees of "
        "freedom.",
        "wild-bootstrap": f"p-values of {int((found.p_value_from == 'wild-bootstrap').sum())} pairs with few patients "
        f"come from a restricted wild cluster bootstrap ({settings.n_permutations} draws, Webb's weights); their "
        "intervals are CR2's.",
    }
    told = [text for source, text in words.items() if (found.p_value_from == source).any()]
    differences = np.char.endswith(found.estimate_kind.astype(str), "_difference") | (
        found.estimate_kind == "difference"
    )
    if (differences & (found.estimate_kind != "risk_difference")).any():
        unit = {"rank": ", in standard deviations of ranks", "standardized": ", in standard deviations", "raw": ""}[
            scale
        ]
        told.append(
            "Where one of two columns holds classes, the estimate is how much higher the other one is in samples of "
            f"the class that is asked about{unit}."
        )
    return tuple(told)
