"""Penalised Cox paths with Efron ties by adelie, an independent solver. python cox_efron.py, in this folder.

Needs adelie with numpy < 2, in an environment of its own. Columns are standardised here (divisor: the sum of the
weights), because adelie penalises them as they are; coefficients are written on the scale of cox_path.csv.
"""

import json
import os

os.environ["OMP_PROC_BIND"] = "false"  # else adelie pins the process to one core

import adelie as ad
import numpy as np

table = np.genfromtxt("cox_path.csv", delimiter=",", names=True, dtype=None, encoding="utf-8")
X = np.column_stack([table[f"x{j}"] for j in range(1, 21)])
pairs = np.triu_indices(20, 1)
WIDE = np.hstack([X, X[:, pairs[0]] * X[:, pairs[1]]])
CENTRE = np.unique([str(c).strip('"') for c in table["centre"]], return_inverse=True)[1]
FACTORS = np.concatenate([[0.0, 0.0], np.tile([0.5, 1.5], 9)])


def path(columns=X, *, alpha=1.0, ties="efron", strata=False, weights=False, entry=False, factors=None):
    """Return lambdas and coefficients of one model."""
    n = len(columns)
    weight = table["weight"].astype(float) if weights else np.ones(n)
    weight = weight / weight.sum()
    middle = weight @ columns
    scale = np.sqrt(weight @ (columns - middle) ** 2)
    model = ad.glm.cox(
        start=table["entry"].astype(float) if entry else np.full(n, -1.0),
        stop=table["time"].astype(float),
        status=table["event"].astype(float),
        strata=CENTRE.astype(np.int64) if strata else None,
        weights=weight,
        tie_method=ties,
    )
    lambdas = np.geomspace(0.35, 0.03, 12)
    state = ad.grpnet(
        np.asfortranarray((columns - middle) / scale),
        model,
        alpha=alpha,
        penalty=np.ones(columns.shape[1]) if factors is None else factors,
        lmda_path=lambdas,
        intercept=False,
        early_exit=False,
        adev_tol=1.0,
        tol=1e-16,
        irls_tol=1e-15,
        irls_max_iters=100_000,
        max_iters=10_000_000,
        progress_bar=False,
    )
    beta = state.betas.toarray() / scale
    return {"lambdas": list(state.lmdas), "coefficients": beta.tolist()}


EVERYTHING = {"strata": True, "weights": True, "entry": True, "factors": FACTORS, "alpha": 0.5}
CASES = {
    "plain": {},
    "elastic_20": {"alpha": 0.2},
    "elastic_50": {"alpha": 0.5},
    "strata": {"strata": True},
    "weights": {"weights": True},
    "entry": {"entry": True},
    "factors": {"factors": FACTORS},
    "all": EVERYTHING,
    "all_breslow": {**EVERYTHING, "ties": "breslow"},
    "wide": {"columns": WIDE},
    "wide_strata": {"columns": WIDE, "strata": True, "alpha": 0.5},
}
found = {name: path(**case) for name, case in CASES.items()}
versions = {"adelie": ad.__version__, "numpy": np.__version__}
with open("cox_efron.json", "w") as file:
    json.dump({"versions": versions, "paths": found}, file)
