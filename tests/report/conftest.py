"""A cohort and made-up results of every kind: the report is tested by what it tells of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.association.result import AssociationMap
from radassoc.base.columns import tidy
from radassoc.base.provenance import provenance, versions
from radassoc.base.results import Family
from radassoc.cohort.cohort import Cohort
from radassoc.enrichment import result as enrichment_result
from radassoc.enrichment.result import Enrichment
from radassoc.exploration.results import ASSOCIATION_COLUMNS, PCA, TABLE_COLUMNS, TableOne
from radassoc.preparation.recipe import Preparation
from radassoc.preparation.steps import learn
from radassoc.report.description import StudyDescription
from radassoc.survival.comparison import COLUMNS as COMPARISON_COLUMNS
from radassoc.survival.comparison import SurvivalComparison
from radassoc.survival.evaluation import RiskEvaluation
from radassoc.survival.score import RiskScore
from radassoc.survival.validation import RiskValidation

EVIL = "<script>alert('x')</script>"
N = 24
PATIENTS = [f"PAT-{i:03d}-QZ" for i in range(N)]
COUNTS = {"n_patients": N, "n_events": 12}


def origin(**counts):
    return provenance(data="f1ngerpr1nt", seed=1, **{**COUNTS, **counts})


@pytest.fixture(scope="session")
def cohort():
    rng = np.random.default_rng(0)
    index = pd.Index(PATIENTS, name="sample")
    radiomics = pd.DataFrame(rng.normal(size=(N, 4)), index=index, columns=["VOLUME_TC", "b", "c", EVIL])
    expression = pd.DataFrame(rng.normal(size=(N, 6)), index=index, columns=[f"GENE{i}" for i in range(6)])
    clinical = pd.DataFrame(
        {"os": rng.exponential(10, N) + 0.1, "dead": [0, 1] * (N // 2), "sex": ["male", "female"] * (N // 2)},
        index=pd.Index(PATIENTS, name="patient"),
    )
    return Cohort.from_frames(
        radiomics=radiomics, expression=expression, clinical=clinical, time="os", event="dead", unit="months"
    )


@pytest.fixture(scope="session")
def score(cohort):
    features = [EVIL, "b"]
    table = pd.DataFrame(
        {
            "feature": features,
            "modality": "radiomics",
            "coefficient": [0.5, -0.25],
            "hazard_ratio": np.exp([0.5, -0.25]),
            "per": "SD",
            "resample_low": [0.1, -0.5],
            "resample_high": [0.9, 0.0],
            "selection_frequency": [0.9, 0.4],
            "stability_frequency": np.nan,
            "stable": pd.array([pd.NA] * 2, dtype="boolean"),
            "p_value": np.nan,
            "p_adjusted": np.nan,
        }
    )
    grid = np.logspace(0, -2, 12)
    path = [
        {"feature": f, "modality": "radiomics", "lambda": v, "coefficient": b * i / 11}
        for f, b in zip(features, [0.5, -0.25], strict=True)
        for i, v in enumerate(grid)
    ]
    cv = pd.DataFrame({"lambda": grid, "deviance": 10.0 + np.abs(np.arange(12) - 6), "std_error": 0.3, "n_nonzero": 2})
    cv = cv.assign(deviance_low=cv["deviance"] - 0.1, deviance_high=cv["deviance"] + 0.1)
    fields = {name: None for name in RiskScore.__dataclass_fields__ if name == "volume_model"}
    return RiskScore(
        table=table,
        cv=cv,
        path=pd.DataFrame(path),
        chosen_lambda=float(grid[6]),
        baseline=pd.DataFrame({"stratum": ["all"], "time": [1.0], "cumulative_hazard": [0.1]}),
        preparation=learn(Preparation(), cohort.radiomics),
        coding=pd.DataFrame(columns=["covariate", "name", "level", "center"]),
        training=(),
        salt="s",
        params={
            "n_folds": 10,
            "n_folds_used": 10,
            "n_repeats": 2,
            "l1_ratio": 1.0,
            "lambda_rule": "min",
            "criterion": "deviance",
            "covariates": (),
            "ties": "efron",
        },
        provenance=origin(),
        **{name: {} for name in fields},
    )


def validation_rows(*rows):
    columns = ["measure", "model", "estimate", "ci_low", "ci_high", "detectable", "p_value", "interval"]
    columns += ["n_patients", "n_events"]
    filled = [
        {
            "measure": m,
            "model": w,
            "estimate": e,
            "ci_low": lo,
            "ci_high": hi,
            "detectable": (hi - lo) / 2 * 1.43,
            "p_value": p,
            "interval": "rerun",
            **COUNTS,
        }
        for m, w, e, lo, hi, p in rows
    ]
    return tidy(filled, columns)


@pytest.fixture(scope="session")
def validation():
    return RiskValidation(
        table=validation_rows(
            ("concordance", "full", 0.55, 0.42, 0.66, np.nan),
            ("concordance", "volume", 0.57, 0.45, 0.68, np.nan),
            ("concordance_difference", "full - volume", -0.02, -0.10, 0.05, np.nan),
            ("concordance_difference", "full - covariates", 0.01, -0.04, 0.07, 0.41),
        ),
        params={"n_outer_folds": 5, "n_outer_repeats": 2, "n_bootstraps": 50, "n_permutations": 99},
        provenance=origin(),
        families=(Family(hypothesis="the outcome is independent of radiomics", n_tests=1),),
        samples=pd.DataFrame({"patient": PATIENTS, "score": 0.5, "imaging_score": 0.5, "group": ["low", "high"] * 12}),
        resamples=pd.DataFrame(columns=["resample", "index", "measure", "model", "value"]),
        volume="VOLUME_TC",
    )


@pytest.fixture(scope="session")
def evaluation():
    rows = validation_rows(("concordance", "score", 0.61, 0.55, 0.67, np.nan))
    return RiskEvaluation(table=rows.assign(statistic=np.nan), provenance=origin(), samples=None)


@pytest.fixture(scope="session")
def survival():
    curves = pd.DataFrame(
        {
            "group": ["low"] * 3 + ["high"] * 3,
            "time": [0.0, 4.0, 8.0, 0.0, 1.0, 6.0],
            "survival": [1.0, 1.0, 0.5, 1.0, 0.6, 0.2],
            "ci_low": [1.0, 0.9, 0.1, 1.0, 0.1, 0.0],
            "ci_high": [1.0, 1.0, 0.9, 1.0, 0.9, 0.6],
            "at_risk": [12, 12, 6, 12, 12, 5],
            "events": [0, 0, 3, 0, 3, 4],
            "censored": [0, 1, 0, 0, 0, 0],
        }
    )
    rows = [
        {
            "contrast": "high vs low",
            "measure": "log_rank",
            "statistic": 1.0,
            "df": 1,
            "p_value": 0.31,
            "interval": "none",
        },
        {
            "contrast": "high vs low",
            "measure": "hazard_ratio",
            "estimate": 1.4,
            "ci_low": 0.7,
            "ci_high": 2.8,
            "interval": "conditional on the groups",
        },
    ]
    filled = [{**dict.fromkeys(COMPARISON_COLUMNS, np.nan), **row, **COUNTS, "reason": ""} for row in rows]
    medians = pd.DataFrame(
        {"group": ["low", "high"], "n_patients": 12, "n_events": 6, "median": [8.0, 5.0], "ci_low": 1.0, "ci_high": 9.0}
    )
    return SurvivalComparison(
        table=tidy(filled, COMPARISON_COLUMNS),
        curves=curves,
        medians=medians,
        source="out_of_fold",
        unit="months",
        p_reason="99 reruns of the pipeline with imaging permuted",
        provenance=origin(),
        families=(Family(hypothesis="the groups have the same survival", n_tests=1),),
    )


def enrichment_of(covariates=(), *, enriched=True, by="risk_score"):
    row = {
        "by": by,
        "size": 12,
        "n_listed": 15,
        "coverage": 0.8,
        "es": 0.5,
        "nes": 1.9,
        "p_value": 0.002,
        "p_adjusted": 0.004,
        "q_value": 0.01,
        "mean_statistic": 0.2,
        "self_contained_p": 0.003,
        "share_associated": 0.1,
        "direction": "up",
        "enriched": enriched,
        "flag": "",
        "n_leading_edge": 2,
        "leading_edge": "GENE1;GENE2",
        "n_patients": N,
    }
    other = {
        "nes": -0.8,
        "p_value": 0.7,
        "p_adjusted": 0.7,
        "enriched": False,
        "direction": "down",
        "flag": "4 of 7 genes",
    }
    rows = [{**row, "pathway": "HYPOXIA"}, {**row, **other, "pathway": EVIL}]
    if not enriched:
        rows = [{**item, "p_value": 0.6, "p_adjusted": 0.8, "nes": 0.7} for item in rows]
    walks = [("HYPOXIA", 0, 0.0, ""), ("HYPOXIA", 2, 0.5, "GENE1"), ("HYPOXIA", 6, 0.0, "")]
    return Enrichment(
        table=tidy(rows, enrichment_result.COLUMNS),
        subjects=pd.DataFrame(
            {
                "by": [by],
                "status": "ok",
                "n_patients": N,
                "n_genes": 6,
                "share_associated": 0.1,
                "p_value_from": "permutation",
                "reason": "",
            }
        ),
        ranking=pd.DataFrame({"by": by, "gene": [f"GENE{i}" for i in range(6)], "statistic": np.linspace(1, -1, 6)}),
        walks=pd.DataFrame(walks, columns=["pathway", "position", "running_score", "gene"]).assign(by=by)[
            list(enrichment_result.WALK_COLUMNS)
        ],
        dropped=pd.DataFrame(columns=list(enrichment_result.DROPPED_COLUMNS)),
        params={"covariates": tuple(covariates), "statistic": "correlation", "n_permutations": 1000},
        provenance=origin(),
        families=(Family(hypothesis="no gene is associated", n_tests=2, correction="bh"),),
    )


@pytest.fixture(scope="session")
def association():
    left, right = ["VOLUME_TC", EVIL, "b"], ["HYPOXIA", "P53"]
    estimates = pd.DataFrame([[0.5, -0.2], [0.1, 0.0], [0.3, 0.2]], index=left, columns=right)
    adjusted = pd.DataFrame([[0.03, 0.6], [0.8, 0.9], [0.4, 0.6]], index=left, columns=right)
    rows = [
        {"feature": f, "pathway": p, "estimate": estimates.loc[f, p], "n": N, "p_adjusted": adjusted.loc[f, p]}
        for f in left
        for p in right
    ]
    table = pd.DataFrame(rows).assign(estimate_kind="spearman", statistic=1.0, p_value=0.2, log10_p=-0.7)
    return AssociationMap(
        table=table,
        left_name="feature",
        right_name="pathway",
        estimates=estimates,
        adjusted=adjusted,
        left_info=pd.DataFrame(index=pd.Index(left)),
        right_info=pd.DataFrame(index=pd.Index(right)),
        n_significant=1,
        dropped=pd.DataFrame(columns=["side", "name", "reason", "n_missing"]),
        params={"method": "spearman", "covariates": (), "correction": "bh"},
        provenance=origin(),
        families=(
            Family(hypothesis="no feature is associated with any pathway", n_tests=6, correction="Benjamini-Hochberg"),
        ),
    )


@pytest.fixture(scope="session")
def pca():
    rng = np.random.default_rng(1)
    samples = pd.DataFrame(
        {"patient": PATIENTS, "sample": PATIENTS, "PC1": rng.normal(size=N), "PC2": rng.normal(size=N)}
    )
    loadings = pd.DataFrame(
        {
            "feature": ["VOLUME_TC", "b"],
            "image_type": "unknown",
            "region": "TC",
            "sequence": "unknown",
            "feature_class": "unknown",
            "feature_name": ["Volume", "b"],
            "PC1": [0.8, 0.6],
            "PC2": [-0.6, 0.8],
        }
    )
    table = pd.DataFrame(
        {"component": ["PC1", "PC2"], "variance": [2.0, 1.0], "explained": [0.5, 0.25], "cumulative": [0.5, 0.75]}
    )
    return PCA(
        table=table,
        loadings=loadings,
        samples=samples,
        associations=tidy([], ASSOCIATION_COLUMNS),
        skipped=pd.DataFrame(columns=["variable", "reason"]),
        params={"modality": "radiomics"},
        provenance=origin(),
    )


@pytest.fixture(scope="session")
def table_one():
    wide = pd.DataFrame(
        {"characteristic": ["patients", "age", EVIL], "all": ["24", "60 (10)", "3"], "male": ["12", "61 (9)", "2"]}
    )
    return TableOne(
        table=tidy([], TABLE_COLUMNS),
        wide=wide,
        skipped=pd.DataFrame({"variable": ["site"], "reason": ["constant"]}),
        groups="sex",
        provenance=origin(),
    )


@pytest.fixture(scope="session")
def study():
    return StudyDescription(
        title=f"Trial {EVIL}",
        seed=1,
        primary="risk_score",
        settings={"cohort": {"radiomics": "radiomics.csv", "test": {"fraction": 0.3}}},
        files={"radiomics.csv": "ab" * 32},
        not_run={"association": "the study has no expression"},
        versions=versions(),
    )


@pytest.fixture(scope="session")
def results(study, cohort, table_one, pca, score, validation, evaluation, survival, association):
    return {
        "study": study,
        "cohort": cohort,
        "table_one_sex": table_one,
        "pca": pca,
        "risk_score": score,
        "validation": validation,
        "evaluation_hn1": evaluation,
        "survival": survival,
        "association_radiomics_pathways": association,
        "enrichment_risk_score": enrichment_of(),
        "enrichment_risk_score_adjusted": enrichment_of(("idh_status", "grade"), enriched=False),
    }


@pytest.fixture
def unsaved(monkeypatch):
    """Draw figures without writing their files, which takes most of the time: for tests that look at no file."""
    monkeypatch.setattr("radassoc.report.pictures._bytes", lambda figure, kind: b"")


@pytest.fixture(scope="session")
def pictures(results):
    from radassoc.report.pictures import draw_pictures

    return draw_pictures(results)


@pytest.fixture(scope="session")
def clinical():
    """Return clinical models of a small simulated cohort: out of fold with the score, frozen in others, by column."""
    from radassoc.base.apparent import mark_out_of_fold

    found = ra.simulate_cohort(n_patients=80, seed=1).cohort
    rng = np.random.default_rng(2)
    frozen = pd.Series(rng.normal(size=80), index=found.patients, name="score")
    folded = mark_out_of_fold(frozen.copy())
    return {
        "sample_size": ra.survival.sample_size(found, n_candidates=20, timepoint=24.0),
        "cox_table": ra.cox_table(found, {"score": folded, "age": "age", "sex": "sex"}, per={"age": 10}),
        "cox_table_hn1": ra.cox_table(found, {"score": frozen, "age": "age"}),
        "subgroups": ra.survival.subgroup_effects(found, {"score": frozen}, ["sex"]),
        "nomogram": ra.fit_nomogram(found, ["age", "sex"], n_bootstraps=5),
    }


@pytest.fixture(scope="session")
def _in_strata():
    return ra.simulate_cohort(n_patients=100, n_features=20, n_genes=500, seed=2).cohort


@pytest.fixture(scope="session")
def strata_patients(_in_strata):
    return _in_strata.patients


@pytest.fixture(scope="session")
def strata_results(_in_strata):
    """Return what can be asked of strata, once each."""
    quick = {"n_folds": 3, "n_outer_repeats": 1, "n_bootstraps": 0, "n_permutations": 0}
    return {
        "strata_balance": ra.strata.balance(_in_strata, "sex"),
        "strata_weighted_comparison": ra.strata.weighted_comparison(_in_strata, "sex", ["age", "idh"], truncate=0.01),
        "strata_survival": ra.by_stratum(_in_strata, "sex", "survival", variables=["age", "idh"]),
        "strata_curves": ra.by_stratum(_in_strata, "sex", "survival", groups="idh"),
        "strata_cross_application": ra.cross_apply(_in_strata, "sex", **quick),
        "strata_interactions": ra.interactions(_in_strata, "sex", covariates=["age"]),
        "centres": ra.pool_estimates(ra.by_stratum(_in_strata, "centre", "survival", variables=["age"])),
    }
