from __future__ import annotations

import numpy as np
import pytest

from radassoc.survival._cox_models import fit_model
from radassoc.survival._cox_terms import gather_terms
from radassoc.survival._nomogram_validation import Sample, risks, validate_model
from radassoc.survival.cox_table import complete
from radassoc.survival.nomogram import fit_nomogram


@pytest.fixture(scope="module")
def sample(clinical_cohort):
    terms = gather_terms(clinical_cohort, ["age", "sex", "grade", "size"])
    data = complete(clinical_cohort, terms, ())
    model = fit_model(terms, data.patients, data.time, data.event, data.strata)
    return Sample(model.X, model.time, model.event, model.strata)


def test_equals_the_formulas_of_rms_on_the_same_bootstrap_samples(sample, clinical_told):
    told = clinical_told["validation"]
    index = np.array(told["index"])
    validation, _ = validate_model(sample, np.array([24.0]), index)
    found = validation.set_index("measure")
    for measure, name in (("concordance", "concordance"), ("calibration_slope", "slope"), ("nagelkerke_r2", "r2")):
        row = found.loc[measure]
        assert row["apparent"] == pytest.approx(told["apparent"][name], abs=1e-6)
        assert row["optimism"] == pytest.approx(told["train"][name] - told["test"][name], abs=1e-6)
        assert row["estimate"] == pytest.approx(row["apparent"] - row["optimism"])
        assert row["n_bootstraps"] == len(index)
    assert found["interval"].tolist() == ["location-shifted bootstrap", "none", "none"]


def test_too_few_samples_make_no_interval(sample, clinical_told):
    index = np.array(clinical_told["validation"]["index"])[:5]
    validation, _ = validate_model(sample, np.array([24.0]), index)
    assert validation[["ci_low", "ci_high"]].isna().all().all()


def test_without_samples_only_what_is_apparent(sample):
    validation, calibration = validate_model(sample, np.array([24.0]), np.empty((0, len(sample.time)), dtype=int))
    assert validation["estimate"].isna().all()
    assert validation["apparent"].notna().all()
    assert set(calibration["model"]) == {"apparent"}


def test_a_slow_second_calibration(sample, clinical_told):
    """The correction of each group, written down without any of the shared frames."""
    from radassoc.kernels.cox_fit import cox_maximum
    from radassoc.kernels.product_limit import product_limit

    index, at = np.array(clinical_told["validation"]["index"])[:6], 24.0
    _, calibration = validate_model(sample, np.array([at]), index, n_groups=4)

    def risk_in(beta, fitted, asked):
        times = np.unique(fitted.time[fitted.event & (fitted.time <= at)])
        hazard = 0.0
        for time in times:
            dying = fitted.event & (fitted.time == time)
            relative = np.exp(fitted.X @ beta)
            for k in range(dying.sum()):
                gone = k / dying.sum() * relative[dying].sum()
                hazard += 1 / (relative[fitted.time >= time].sum() - gone)
        return 1 - np.exp(-hazard * np.exp(asked.X @ beta))

    def gap(data, risk, cuts, group):
        inside = np.searchsorted(cuts, risk) == group
        curve = product_limit(data.time[inside], data.event[inside])
        return 1 - curve.survival[curve.time <= at][-1] - risk[inside].mean()

    beta = cox_maximum(*sample[:3]).coefficients
    risk = risk_in(beta, sample, sample)
    np.testing.assert_allclose(risks(beta, sample, sample, np.array([at]))[:, 0], risk, rtol=1e-10)
    cuts = np.quantile(risk, [0.25, 0.5, 0.75])
    for group in range(4):
        optimism = []
        for rows in index:
            drawn = sample.rows(rows)
            own = cox_maximum(*drawn[:3]).coefficients
            train, test = (gap(one, risk_in(own, drawn, one), cuts, group) for one in (drawn, sample))
            optimism.append(train - test)
        both = calibration[calibration["group"] == str(group + 1)].set_index("model")["observed"]
        assert both["optimism-corrected"] == pytest.approx(both["apparent"] - np.mean(optimism), abs=1e-10)


@pytest.mark.slow
def test_agrees_with_rms_within_monte_carlo_error(clinical_cohort, clinical_told):
    fit = fit_nomogram(clinical_cohort, ["age", "sex", "grade", "size"], times=24, n_bootstraps=1000)
    rms = {row["measure"]: row for row in clinical_told["validation"]["rms"]}
    found = fit.validation.set_index("measure")
    assert 2 * found.loc["concordance", "optimism"] == pytest.approx(rms["Dxy"]["optimism"], abs=0.004)
    assert found.loc["calibration_slope", "optimism"] == pytest.approx(rms["Slope"]["optimism"], abs=0.015)
    assert found.loc["nagelkerke_r2", "optimism"] == pytest.approx(rms["R2"]["optimism"], abs=0.004)
    groups = fit.calibration[fit.calibration["group"].isin(list("12345"))]
    corrected = groups[groups["model"] == "optimism-corrected"]["observed"].to_numpy()[::-1]
    told = [1 - row["corrected"] for row in clinical_told["calibration"]]
    np.testing.assert_allclose(corrected, told, atol=0.04)  # rms cuts groups of 35 patients, not fifths


@pytest.mark.slow
def test_the_number_of_workers_changes_nothing(clinical_cohort):
    import radassoc as ra

    settings = {"times": 24, "n_bootstraps": 22}
    with ra.options(n_jobs=1):
        one = fit_nomogram(clinical_cohort, ["age", "sex"], **settings)
    with ra.options(n_jobs=2):
        two = fit_nomogram(clinical_cohort, ["age", "sex"], **settings)
    assert one.validation.equals(two.validation)
    assert one.calibration.equals(two.calibration)


@pytest.mark.slow
def test_strata_are_kept_in_every_sample(clinical_cohort):
    fit = fit_nomogram(clinical_cohort, ["age", "sex"], times=[12, 24], strata="centre", n_bootstraps=25)
    assert (fit.validation["n_bootstraps"] == 25).all()
    corrected = fit.calibration[fit.calibration["model"] == "optimism-corrected"]
    assert corrected["observed"].between(0, 1).all()
