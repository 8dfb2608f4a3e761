"""What the tests of the kernels share: random numbers, the Cox model by brute force, and limma."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest


@dataclass(frozen=True)
class BruteCox:
    """A small survival study: every risk set is a mask, nothing is shared with the package."""

    X: np.ndarray
    time: np.ndarray
    event: np.ndarray
    entry: np.ndarray
    strata: np.ndarray
    weights: np.ndarray
    ties: str

    def terms(self):
        """Yield (weight, patients, their shares) of each logarithm in the likelihood, and the masks of the dying."""
        for s in np.unique(self.strata):
            here = self.strata == s
            dead = here & self.event & (self.weights > 0)
            for t in np.unique(self.time[dead]):
                dying = dead & (self.time == t)
                at_risk = here & (self.time >= t) & (self.entry < t)
                count = dying.sum()
                for step in range(count):
                    gone = step / count if self.ties == "efron" else 0.0
                    yield self.weights[dying].sum() / count, self.weights * (at_risk - gone * dying)

    def loglik(self, eta):
        dead = self.event & (self.weights > 0)
        value = self.weights[dead] @ eta[dead]
        return value - sum(weight * np.log(share @ np.exp(eta)) for weight, share in self.terms())

    def gradient(self, eta):
        """Derivative of the log likelihood with respect to each linear predictor."""
        gradient = self.weights * self.event
        for weight, share in self.terms():
            risk = share * np.exp(eta)
            gradient = gradient - weight * risk / risk.sum()
        return gradient

    def hessian(self, eta):
        """Minus the second derivatives with respect to the linear predictors."""
        total = np.zeros((eta.size, eta.size))
        for weight, share in self.terms():
            risk = share * np.exp(eta)
            risk = risk / risk.sum()
            total += weight * (np.diag(risk) - np.outer(risk, risk))
        return total

    def violation(self, beta, lam, l1_ratio, factor, standardize=True):
        """Largest violation of the optimality conditions, relative to lambda."""
        share = self.weights / self.weights.sum()
        spread = np.sqrt(share @ (self.X - share @ self.X) ** 2) if standardize else np.ones(self.X.shape[1])
        keep = np.isfinite(factor) & (np.ptp(self.X[self.weights > 0], axis=0) > 0)
        assert not beta[~keep].any()
        score = self.gradient(self.X @ beta) @ self.X / self.weights.sum()
        score, b, factor = score[keep] / spread[keep], (beta * spread)[keep], factor[keep]
        off = score - lam * factor * (l1_ratio * np.sign(b) + (1 - l1_ratio) * b)
        zero = np.maximum(np.abs(score) - lam * factor * l1_ratio, 0.0)
        return np.max(np.where(b == 0, zero, np.abs(off))) / lam

    def without(self, name):
        n = len(self.time)
        blank = {"entry": np.full(n, -np.inf), "strata": np.zeros(n, int), "weights": np.ones(n)}
        return replace(self, **{name: blank[name]})

    def arguments(self):
        """What risk_sets takes; an option that is not used is left out."""
        given = {"ties": self.ties}
        if np.isfinite(self.entry).any():
            given["entry"] = self.entry
        if self.strata.any():
            given["strata"] = self.strata
        if (self.weights != 1).any():
            given["weights"] = self.weights
        return given


@pytest.fixture
def rng():
    return np.random.default_rng(11)


@pytest.fixture
def brute_cox():
    """Return a function that simulates a BruteCox with every option in use."""

    def simulate(n=40, p=12, seed=0, ties="efron"):
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((n, p)) * rng.uniform(0.1, 5.0, p)
        X[:, 1::3] += 0.8 * X[:, ::3][:, : X[:, 1::3].shape[1]]
        eta = X[:, 0] / X[:, 0].std() - X[:, 2] / X[:, 2].std()
        time = np.ceil(12 * rng.exponential(size=n) * np.exp(-eta)) / 2
        entry = np.where(rng.random(n) < 0.5, time * rng.uniform(0.0, 0.7, n), 0.0)
        weights = rng.choice([0.0, 0.5, 1.0, 2.0], n, p=[0.1, 0.3, 0.3, 0.3])
        return BruteCox(X, time, rng.random(n) < 0.7, entry, rng.integers(0, 3, n), weights, ties)

    return simulate


class LimmaCase:
    """What limma was given and what it said, and our moderated t of the same."""

    def __init__(self, folder, name):
        from radassoc.kernels.correlation import basis, unit_rows
        from radassoc.kernels.enrichment import pack_sets
        from radassoc.kernels.moderated import moderated_t, normal_scores

        told = json.loads((folder / "enrichment_limma.json").read_text())
        data = pd.read_csv(folder / "enrichment_limma_input.csv")
        self.known = {key: np.array(value) for key, value in told[name].items()}
        self.genes = data.iloc[:, 3:].to_numpy()
        self.sets = pack_sets([np.array(members) for members in told["sets"].values()], self.genes.shape[1])
        self.Q = basis(data[["age"]].to_numpy())
        self.rows, self.lengths = unit_rows(self.genes, self.Q)
        self.unit = unit_rows(data[[name]].to_numpy(float), self.Q)[0][0]
        self.r = self.rows @ self.unit
        self.df = len(data) - self.Q.shape[1] - 1
        self.found = moderated_t(self.r[None, :], self.lengths**2, self.df)
        self.z = normal_scores(self.found.t[0], float(self.found.df_total[0]))

    def means(self, rows):
        from radassoc.kernels.rank_walk import set_sums

        return set_sums(rows, self.sets).T / self.sets.sizes


@pytest.fixture(params=["value", "group"])
def limma(oracles, request):
    return LimmaCase(oracles, request.param)
