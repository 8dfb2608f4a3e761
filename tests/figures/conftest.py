"""Small made-up results: figures are tested by what they draw of them."""

from __future__ import annotations

from types import SimpleNamespace

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

COUNTS = {"counts": {"n_patients": 77, "n_events": 31}}


@pytest.fixture(autouse=True)
def _leaves_no_trace():
    """No figure may touch the user's settings or stay registered."""
    before = dict(plt.rcParams)
    yield
    assert dict(plt.rcParams) == before
    assert plt.get_fignums() == []


@pytest.fixture
def comparison():
    curves = pd.DataFrame(
        {
            "group": ["low"] * 4 + ["high"] * 4,
            "time": [0.0, 4.0, 8.0, 12.0, 0.0, 1.0, 2.0, 6.0],
            "survival": [1.0, 1.0, 0.5, 0.5, 1.0, 2 / 3, 1 / 3, 0.0],
            "ci_low": [1.0, 1.0, 0.1, 0.1, 1.0, 0.1, 0.0, 0.0],
            "ci_high": [1.0, 1.0, 0.9, 0.9, 1.0, 0.9, 0.8, 0.0],
            "at_risk": [3, 3, 2, 1, 3, 3, 2, 1],
            "events": [0, 0, 1, 0, 0, 1, 1, 1],
            "censored": [0, 1, 0, 1, 0, 0, 0, 0],
        }
    )
    row = {
        "contrast": "high vs low",
        "ci_low": np.nan,
        "ci_high": np.nan,
        "estimate": np.nan,
        "p_value": np.nan,
        "interval": "wald",
    }
    table = pd.DataFrame(
        [
            {**row, "measure": "log_rank", "p_value": 0.0123},
            {**row, "measure": "hazard_ratio", "estimate": 2.314, "ci_low": 1.4, "ci_high": 3.9},
        ]
    )
    rmst = {"contrast": "high vs low", "measure": "rmst_difference", "estimate": -3.2, "ci_low": -6, "ci_high": 0.1}
    adjusted = curves[["group", "time", "survival", "ci_low", "ci_high"]].assign(survival=lambda f: f["survival"] * 0.9)
    return SimpleNamespace(
        curves=curves,
        table=table,
        medians=pd.DataFrame({"group": ["low", "high"], "median": [np.nan, 2.0]}),
        rmst=pd.DataFrame([rmst]),
        adjusted_curves=adjusted,
        adjusted_reason="",
        tau=6.0,
        non_proportional=False,
        optimised=False,
        params={"covariates": ("age", "idh")},
        source="out_of_fold",
        score_of="imaging + age",
        unit="months",
        n_reruns=0,
        p_reason="",
        reason="",
        status="ok",
    )


@pytest.fixture
def score():
    features = [f"original_glcm_Feature{i}" for i in range(5)]
    coefficients = np.array([0.5, -0.3, 0.1, 0.0, 0.0])
    lambdas = np.logspace(-0.5, -2.5, 20)
    table = pd.DataFrame(
        {
            "feature": [*features, "age"],
            "modality": ["radiomics"] * 5 + ["clinical"],
            "per": ["SD"] * 5 + ["unit"],
            "coefficient": [*coefficients, 0.03],
            "resample_low": [*(coefficients - 0.1), 0.0],
            "resample_high": [*(coefficients + 0.1), 0.0],
            "selection_frequency": [0.9, 0.8, 0.4, 0.2, 0.0, 1.0],
            "stability_frequency": np.nan,
            "stable": pd.array([pd.NA] * 6, dtype="boolean"),
        }
    )
    path = pd.DataFrame(
        [
            {"feature": name, "lambda": value, "coefficient": beta * (i / 19)}
            for name, beta in zip(features[:3], coefficients, strict=False)
            for i, value in enumerate(lambdas)
        ]
    )
    numbers = {"deviance": 10.0, "std_error": 0.2, "deviance_low": 9.9, "deviance_high": 10.1}
    numbers |= {"concordance": 0.6, "concordance_std_error": 0.02, "concordance_low": 0.58, "concordance_high": 0.63}
    cv = pd.DataFrame({"lambda": lambdas, **numbers, "n_nonzero": range(20)})
    params = {"criterion": "deviance", "lambda_rule": "min", "n_folds_used": 10, "n_repeats": 5, "covariates": ("age",)}
    told = {"params": params, "provenance": COUNTS, "source": "training"}
    return SimpleNamespace(table=table, path=path, cv=cv, chosen_lambda=lambdas[12], status="ok", reason="", **told)


@pytest.fixture
def validation():
    rows = [
        ("concordance", "full", 0.71, 0.62, 0.79, np.nan),
        ("concordance", "covariates", 0.65, 0.56, 0.73, np.nan),
        ("concordance_difference", "full - covariates", 0.06, -0.01, 0.12, 0.02),
    ]
    columns = ["measure", "model", "estimate", "ci_low", "ci_high", "p_value"]
    return SimpleNamespace(table=pd.DataFrame(rows, columns=columns), reason="", provenance=COUNTS)


@pytest.fixture
def audit():
    flow = pd.DataFrame(
        {
            "step": ["In any table", "With imaging", "Analysed"],
            "n_patients": [571, 81, 77],
            "n_excluded": [0, 490, 4],
            "reason": ["", "no imaging", "no survival time"],
        }
    )
    return SimpleNamespace(flow=flow)


def enrichment_rows(by):
    return pd.DataFrame(
        {
            "by": by,
            "pathway": ["RTK_SIGNALING", "P53", "HYPOXIA"],
            "size": [15, 4, 40],
            "n_listed": [17, 7, 40],
            "es": [0.5, -0.3, 0.7],
            "nes": [1.5, -1.1, 2.2],
            "p_value": [0.04, 0.3, 0.001],
            "p_adjusted": [0.06, 0.3, 0.003],
            "enriched": [False, False, True],
            "n_patients": 77,
        }
    )


@pytest.fixture
def enrichment():
    walk = [(0, 0.0, ""), (2, -0.1, ""), (3, 0.4, "EGFR"), (7, 0.2, ""), (8, 0.7, "KIT"), (10, 0.0, "")]
    return SimpleNamespace(
        table=enrichment_rows("risk_score"),
        walks=pd.DataFrame(walk, columns=["position", "running_score", "gene"]).assign(
            by="risk_score", pathway="HYPOXIA"
        ),
        ranking=pd.DataFrame({"by": "risk_score", "gene": list("abcdefghij"), "statistic": np.linspace(3, -3, 10)}),
        reason="",
    )


@pytest.fixture
def enrichment_map():
    table = pd.concat([enrichment_rows("risk_score"), enrichment_rows("radiomics:VOLUME_TC")], ignore_index=True)
    return SimpleNamespace(table=table, reason="")


def association_map(n_rows, n_columns, **more):
    rng = np.random.default_rng(0)
    rows = pd.Index([f"original_glcm_Feature{i}" for i in range(n_rows)])
    columns = pd.Index([f"PATHWAY_{i}" for i in range(n_columns)])
    estimates = pd.DataFrame(rng.uniform(-0.6, 0.6, (n_rows, n_columns)), rows, columns)
    info = pd.DataFrame({"feature_class": ["glcm", "shape"] * n_rows, "region": "unknown"}).head(n_rows)
    adjusted = (1 - estimates.abs()).where(estimates.abs() < 0.5, 0.01)
    table = estimates.rename_axis("feature").stack().rename("estimate").rename_axis(["feature", "pathway"])
    table = table.reset_index().assign(estimate_kind="spearman", p_adjusted=adjusted.to_numpy().ravel())
    table["log10_p"] = -20 * table["estimate"].abs()
    table["p_value"] = 10 ** table["log10_p"]
    told = {
        "estimates": estimates,
        "adjusted": adjusted,
        "left_name": "feature",
        "right_name": "pathway",
        "left_info": info.set_axis(rows).assign(column_kind="continuous"),
        "right_info": pd.DataFrame({"column_kind": "continuous"}, index=columns),
        "table": table.sort_values("log10_p").reset_index(drop=True),
        "n_significant": int((adjusted < 0.05).to_numpy().sum()),
        "families": (SimpleNamespace(n_tests=n_rows * n_columns, correction="Benjamini-Hochberg"),),
        "params": {"level": 0.05, "correction": "bh", "method": "spearman", "covariates": ()},
        "provenance": {"counts": {"n_patients": 77}},
        "reason": "",
    }
    return SimpleNamespace(**(told | more))


@pytest.fixture
def associations():
    return association_map(12, 4)


@pytest.fixture
def pca():
    rng = np.random.default_rng(0)
    patients = [f"p{i}" for i in range(12)]
    return SimpleNamespace(
        table=pd.DataFrame(
            {"component": ["PC1", "PC2", "PC3"], "explained": [0.5, 0.3, 0.1], "cumulative": [0.5, 0.8, 0.9]}
        ),
        samples=pd.DataFrame(rng.normal(size=(12, 3)), columns=["PC1", "PC2", "PC3"]).assign(patient=patients),
        loadings=pd.DataFrame(
            {"feature": [f"f{i}" for i in range(6)], "feature_class": ["glcm", "shape"] * 3, "PC1": range(-2, 4)}
        ),
        reason="",
    )


@pytest.fixture(scope="session")
def planted_sets():
    return {"up": [f"G{i}" for i in range(12)], "plain": [f"G{i}" for i in range(40, 60)], "few": ["G70", "G71", "G99"]}


@pytest.fixture(scope="session")
def genes_cohort():
    from radassoc.cohort.cohort import Cohort

    rng = np.random.default_rng(2)
    patients = [f"P{i:02d}" for i in range(40)]
    clinical = pd.DataFrame(rng.normal(size=(40, 3)), index=patients, columns=["signal", "noise", "other"])
    clinical["months"], clinical["dead"] = rng.exponential(10, 40), [1, 1, 0, 1] * 10
    X = rng.normal(size=(40, 80))
    X[:, :12] += clinical[["signal"]].to_numpy()
    frame = pd.DataFrame(X, index=patients, columns=[f"G{i}" for i in range(80)])
    made = Cohort.from_frames(expression=frame, clinical=clinical)
    return made.with_outcome("months", "dead", unit="months")


@pytest.fixture(scope="session")
def along_three(genes_cohort, planted_sets):
    from radassoc.enrichment.enrich import enrich

    return enrich(genes_cohort, ["signal", "noise", "other"], planted_sets, n_permutations=1000)
