import numpy as np
import pytest

import radassoc as ra
from radassoc.kernels.cox_fit import cox_maximum
from radassoc.strata._interaction_inputs import read_inputs
from radassoc.strata._interaction_survival import Model, scan_survival


def inputs_of(cohort, covariates=("age",), strata=()):
    return read_inputs(cohort, "sex", ["radiomics"], levels=None, covariates=covariates, strata=strata, outcome=True)


def test_own_baselines_and_covariates_are_two_separate_models(parted):
    inputs = inputs_of(parted, strata=("centre",))
    _, found = scan_survival(inputs, Model(True, True, "wald"))
    x = inputs.tables[0].frame["f2"].to_numpy()
    x = (x - x.mean()) / x.std(ddof=1)
    for g in (0, 1):
        rows = inputs.group == g
        design = np.column_stack([x, inputs.Z])[rows]
        fit = cox_maximum(design, inputs.time[rows], inputs.event[rows], strata=inputs.layers[rows])
        assert found.slopes[2, g] == pytest.approx(fit.coefficients[0], abs=1e-7)
        assert found.variances[2, g] == pytest.approx(fit.covariance[0, 0], rel=1e-6)
        assert found.df[2, g] == inputs.event[rows].sum() - 2
    assert found.gap_variance[2, 0] == pytest.approx(found.variances[2].sum(), rel=1e-9)


def test_a_covariate_that_orders_all_deaths_is_refused(parted):
    inputs = inputs_of(parted)
    inputs.Z[:, 0] = np.where(inputs.group == 1, -inputs.time, inputs.Z[:, 0])
    with pytest.raises(ra.DesignError, match="covariate_effects"):
        scan_survival(inputs, Model(True, True, "wald"))


def test_common_covariates_share_their_degrees_of_freedom(parted):
    inputs = inputs_of(parted)
    _, found = scan_survival(inputs, Model(False, False, "wald"))
    deaths = inputs.event.sum()
    assert found.df[0].sum() == pytest.approx(deaths - 2 - 1)
