from __future__ import annotations

import numpy as np
import pandas as pd

import radassoc as ra
from radassoc.report.headline import key_sentences
from radassoc.report.methods import methods_paragraphs
from radassoc.report.references import references


def test_methods_tell_what_was_done_and_cite_it(strata_results):
    text = " ".join(methods_paragraphs(strata_results))
    assert "Cochran's Q" in text
    assert "trained on equal numbers of events" in text
    assert "weights from a logistic model of age and idh, cut at their 0.01 quantiles, with robust" in text
    assert "with baseline hazards and effects of covariates of each stratum's own, adjusted for age; their" in text
    assert "t with Satterthwaite's degrees of freedom, with Benjamini-Hochberg's correction for 19 tests" in text
    assert "pooled with fixed effects" in text
    for author in ("Altman", "Cole SR", "Austin", "Satterthwaite", "Cochran"):
        assert any(author in line for line in references(strata_results))


def test_key_sentences_of_every_kind(strata_results):
    told = key_sentences(strata_results)
    for start in (
        "Hazard ratio of male against female: ",
        "Survival in female and male: ",
        "Scores of female and male applied to each other: ",
        "Interactions with sex: No evidence of a difference",
    ):
        assert any(line.startswith(start) for line in told)


def test_planted_interaction_is_named():
    rng = np.random.default_rng(5)
    names = [f"P{i}" for i in range(200)]
    X = pd.DataFrame(rng.normal(size=(200, 3)), names, ["a", "b", "c"])
    second = np.arange(200) % 2 == 1
    time = rng.exponential(1 / np.exp(np.where(second, 1.0, -1.0) * X["a"]))
    clinical = pd.DataFrame({"sex": np.where(second, "male", "female"), "t": time + 1e-3}, names)
    clinical["e"] = np.arange(200) > 2
    cohort = ra.Cohort.from_frames(radiomics=X, clinical=clinical, time="t", event="e", unit="months")
    found = {"found": ra.interactions(cohort, "sex")}
    assert key_sentences(found)[0].startswith(
        "Effects of 1 of 3 differ with sex (adjusted p below 0.05), first of all a ("
    )
    genes = X[["b", "c"]].set_axis(["TP53", "RB1"], axis=1)
    both = ra.Cohort.from_frames(radiomics=X, expression=genes, clinical=clinical)
    slopes = {"slopes": ra.interactions(both, "sex", kind="association")}
    assert "Welch's test" in methods_paragraphs(slopes)[0]
    assert any("Welch BL" in line for line in references(slopes))
