"""One Cox model of clinical variables: estimates, likelihood-ratio tests, proportional hazards, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from radassoc.base.errors import DesignError, name_some
from radassoc.kernels.cox_fit import CoxMaximum, cox_maximum
from radassoc.survival._cox_terms import Term, design
from radassoc.survival.hazards import CoxFit, hazard_ratio, proportional_hazards

__all__ = ["ClinicalModel", "Test", "chi_square_p", "fit_model", "refuse_collinear"]


@dataclass(frozen=True)
class Test:
    """A chi-square test; missing values where it cannot be computed."""

    statistic: float = np.nan
    df: float = np.nan
    p_value: float = np.nan

    __test__ = False  # no case for pytest


def chi_square_p(statistic: float, df: float) -> float:
    """Return the upper tail of the chi-square distribution; missing without degrees of freedom."""
    if not np.isfinite(statistic) or not df > 0:
        return float("nan")
    return float(special.gammaincc(df / 2, max(statistic, 0.0) / 2))


@dataclass(frozen=True, eq=False)
class ClinicalModel:
    """A fitted model with the arrays that its tests need; it lives only while a verb runs."""

    terms: Sequence[Term]
    patients: pd.Index
    X: np.ndarray
    owner: np.ndarray
    time: np.ndarray
    event: np.ndarray
    strata: np.ndarray
    found: CoxMaximum

    def ratio(self, column: int, level: float) -> dict[str, float]:
        """Return hazard ratio, interval, z and p of a column."""
        fit = CoxFit(self.found.coefficients, self.found.covariance)
        told = hazard_ratio(fit, column, level=level)
        error = float(np.sqrt(self.found.covariance[column, column]))
        names = {"estimate": "hazard_ratio"}
        return {names.get(name, name): value for name, value in told.items() if name != "df"} | {"std_error": error}

    def likelihood_ratio(self, term: int | None = None) -> Test:
        """Test that all coefficients of a term, or of the model, are zero."""
        rest = self.X[:, self.owner != term] if term is not None else self.X[:, :0]
        df = float(self.found.df)
        without = self.found.null_loglik
        if rest.shape[1]:
            smaller = cox_maximum(rest, self.time, self.event, strata=self.strata)
            without, df = smaller.loglik, df - smaller.df
        statistic = max(2 * (self.found.loglik - without), 0.0)
        return Test(statistic, df, chi_square_p(statistic, df)) if df > 0 else Test()

    def proportional(self, term: int | None = None) -> Test:
        """Test that the coefficients of a term, or of the model, do not change with time."""
        if self.found.endless.any():
            return Test()
        kept = np.flatnonzero(~self.found.redundant)
        X = self.X[:, kept]
        spread = X.std(axis=0)
        Z = (X - X.mean(axis=0)) / spread
        fit = CoxFit(self.found.coefficients[kept] * spread, np.empty(0))
        tested = np.arange(kept.size) if term is None else np.flatnonzero(self.owner[kept] == term)
        if not tested.size:
            return Test()
        statistic, df = proportional_hazards(fit, Z, self.time, self.event, tested=tested, strata=self.strata)
        return Test(statistic, float(df), chi_square_p(statistic, df)) if df else Test()

    def members(self, term: Term, level: str) -> np.ndarray:
        """Tell who has this level of the term; everybody for a number."""
        if not term.levels:
            return np.ones(len(self.patients), dtype=bool)
        return (term.values.reindex(self.patients) == level).to_numpy(dtype=bool)

    def why_missing(self, column: int) -> str:
        """Say why a column has no estimate; empty where it has one."""
        if not (self.found.endless[column] or self.found.redundant[column]):
            return ""
        term = self.terms[self.owner[column]]
        first = int(np.flatnonzero(self.owner == self.owner[column])[0])
        if term.levels:
            level = term.levels[1 + column - first]
            own, base = (self.members(term, name) for name in (level, term.levels[0]))
            if not own.any():
                return "no complete patient has this level"
            if not base.any():
                return f"no complete patient has the reference level {term.levels[0]!r}"
            if not self.event[own].any():
                return f"no event among the {own.sum()} patients of this level"
            if not self.event[base].any():
                return f"no event among the {base.sum()} patients of the reference level: choose another reference"
        if self.found.redundant[column]:
            return "a combination of the other variables (or of the strata)"
        return "separation: the hazard ratio runs to zero or infinity, the likelihood has no maximum"


def fit_model(
    terms: Sequence[Term], patients: pd.Index, time: np.ndarray, event: np.ndarray, strata: np.ndarray
) -> ClinicalModel:
    """Fit the terms to these patients."""
    X, owner = design(terms, patients)
    found = cox_maximum(X, time, event, strata=strata)
    return ClinicalModel(terms, patients, X, owner, time, event, strata, found)


def refuse_collinear(model: ClinicalModel) -> None:
    """Refuse a model in which a variable is a combination of the others, unless a level has merely nobody."""
    bad = [
        model.terms[model.owner[column]].name
        for column in map(int, np.flatnonzero(model.found.redundant))
        if "combination" in model.why_missing(column) or np.ptp(model.X[:, model.owner == model.owner[column]]) == 0
    ]
    if bad:
        raise DesignError(
            f"{name_some(dict.fromkeys(bad))} is constant or a combination of the other variables or strata in the "
            f"{len(model.patients)} complete patients.",
            wanted="variables that the model can tell apart",
            remedy="Leave one of them out.",
        )
