from __future__ import annotations

import numpy as np
import pytest

from radassoc.survival._cox_models import chi_square_p, fit_model
from radassoc.survival._cox_terms import gather_terms
from radassoc.survival.cox_table import complete


def fitted(cohort, names):
    terms = gather_terms(cohort, names)
    data = complete(cohort, terms, ())
    return fit_model(terms, data.patients, data.time, data.event, data.strata)


def test_chi_square():
    assert chi_square_p(3.841458820694124, 1) == pytest.approx(0.05)
    assert chi_square_p(5.991464547107979, 2) == pytest.approx(0.05)
    assert np.isnan(chi_square_p(np.nan, 1))
    assert np.isnan(chi_square_p(1.0, 0))


def test_tests_equal_r(clinical_cohort, clinical_told):
    model = fitted(clinical_cohort, ["age", "sex", "grade", "size"])
    told = clinical_told["models"]["full"]
    grade = model.likelihood_ratio(2)
    assert (grade.statistic, grade.df) == (pytest.approx(told["lr"][2], rel=1e-7), 2)
    together = model.proportional()
    assert (together.statistic, together.df) == (pytest.approx(told["zph"][-1], rel=1e-6), 5)


def test_the_test_of_proportional_hazards_does_not_depend_on_units(clinical_cohort):
    frame = clinical_cohort.clinical[["size"]].mul(1e-3).add(100).rename(columns={"size": "volume"})
    cohort = clinical_cohort.with_clinical(frame)
    here, there = (fitted(cohort, [name, "sex"]).proportional(0) for name in ("size", "volume"))
    assert there.statistic == pytest.approx(here.statistic, rel=1e-6)
