from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.codec import dumps, loads
from radassoc.base.errors import ClinicalError, DesignError, InputError
from radassoc.cohort.cohort import Cohort
from radassoc.survival.groups import make_groups
from radassoc.survival.nomogram import fit_nomogram

VARIABLES = ["age", "sex", "grade", "size"]


@pytest.fixture(scope="module")
def nomogram(clinical_cohort):
    return fit_nomogram(clinical_cohort, VARIABLES, times=[12, 24, 36], n_bootstraps=0)


@pytest.fixture(scope="module")
def newcomers(clinical_told):
    frame = pd.DataFrame(clinical_told["nomogram"]["new"], index=["N1", "N2", "N3"])
    return Cohort.from_frames(clinical=frame.assign(centre=["x", "y", "z"]))


def test_points_equal_rms(nomogram, clinical_told):
    for told in clinical_told["nomogram"]["points"]:
        part = nomogram.table[nomogram.table["variable"] == told["variable"]]
        texts = part["level"] if (part["level"] != "").any() else part["value"].map("{:g}".format)
        assert texts.tolist() == told["value"]
        np.testing.assert_allclose(part["points"], told["points"], atol=1e-6)


def test_points_are_the_coefficients_of_coxph(nomogram, clinical_told):
    told = dict(zip(clinical_told["models"]["full"]["name"], clinical_told["models"]["full"]["coef"], strict=True))
    widest = 55 * told["age"]  # the ruler runs from 30 to 85 years
    assert nomogram.points("sex", "male") == pytest.approx(100 * told["sexmale"] / widest, abs=1e-6)
    assert nomogram.points("grade", "4") == pytest.approx(100 * told["grade4"] / widest, abs=1e-6)
    assert nomogram.points("size", 50) == pytest.approx(5000 * told["size"] / widest, abs=1e-6)


def test_survival_equals_survfit(nomogram, newcomers, clinical_cohort, clinical_told):
    found = nomogram.predict_survival(newcomers)
    assert found.columns.tolist() == [12.0, 24.0, 36.0]
    # summary(survfit) has times x patients
    np.testing.assert_allclose(found.to_numpy().T, clinical_told["nomogram"]["survival"], atol=1e-8)
    layered = fit_nomogram(clinical_cohort, VARIABLES, times=[12, 24, 36], strata="centre", n_bootstraps=0)
    told = np.array(clinical_told["nomogram"]["survival_strata"])
    np.testing.assert_allclose(layered.predict_survival(newcomers).to_numpy().T, told, atol=1e-8)


def test_rulers_and_predictions_agree(nomogram, newcomers):
    rows = newcomers.clinical
    by_hand = [
        sum(nomogram.points(name, rows.loc[patient, name]) for name in VARIABLES) for patient in newcomers.patients
    ]
    total = nomogram.total_points(newcomers)
    np.testing.assert_allclose(total, by_hand, atol=1e-9)
    at = nomogram.survival[nomogram.survival["time"] == 24.0].sort_values("total_points")
    read = np.interp(total.iloc[1], at["total_points"], at["survival"])
    assert read == pytest.approx(nomogram.predict_survival(newcomers, 24).iloc[1, 0], abs=0.02)


def test_the_average_training_patient_has_predictor_zero(nomogram, clinical_cohort):
    complete = clinical_cohort.patients[clinical_cohort.clinical[VARIABLES].notna().all(axis=1)]
    values = nomogram.predict(clinical_cohort)
    assert values.index.tolist() == complete.tolist()
    assert values.mean() == pytest.approx(0.0, abs=1e-10)


def test_training_patients_are_apparent(nomogram, clinical_cohort, newcomers):
    with pytest.raises(DesignError, match="fitted on the outcome of 176"):
        ra.cox_table(clinical_cohort, [nomogram.predict(clinical_cohort)])
    assert nomogram.predict(newcomers).attrs == {}


def test_it_holds_no_patient(nomogram, clinical_cohort):
    text = dumps(nomogram)
    assert not any(patient in text for patient in clinical_cohort.patients)


def test_saved_and_loaded(nomogram, newcomers):
    again = loads(dumps(nomogram))
    for name in ("table", "coding", "total", "survival", "baseline", "validation", "calibration"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(nomogram, name))
    pd.testing.assert_frame_equal(again.predict_survival(newcomers), nomogram.predict_survival(newcomers))


def test_a_new_stratum_gets_the_pooled_hazard(clinical_cohort, newcomers):
    layered = fit_nomogram(clinical_cohort, ["age", "sex"], times=[24], strata="centre", n_bootstraps=0)
    elsewhere = newcomers.with_clinical(pd.DataFrame({"centre": "new"}, index=newcomers.patients))
    pooled = layered.baseline[layered.baseline["stratum"] == "(pooled)"]
    hazard = pooled.loc[pooled["time"] <= 24, "cumulative_hazard"].iloc[-1]
    told = np.exp(-hazard * np.exp(layered.predict(elsewhere)))
    np.testing.assert_allclose(layered.predict_survival(elsewhere, 24)[24.0], told, rtol=1e-12)


def test_beyond_follow_up_nothing_is_promised(nomogram, newcomers):
    assert nomogram.predict_survival(newcomers, [0.0, 10_000]).isna().sum().tolist() == [0, 3]
    assert (nomogram.predict_survival(newcomers, 0.0)[0.0] == 1).all()


def test_values_that_it_does_not_keep_are_asked_for(clinical_cohort, newcomers):
    given = clinical_cohort.column("size").rename("given")
    fit = fit_nomogram(clinical_cohort, ["age", given], n_bootstraps=0)
    with pytest.raises(InputError, match="given as a Series"):
        fit.predict(newcomers)
    found = fit.predict(newcomers, values={"given": newcomers.column("size")})
    plain = fit_nomogram(clinical_cohort, ["age", "size"], n_bootstraps=0).predict(newcomers)
    np.testing.assert_allclose(found, plain)


def test_names_to_print(clinical_cohort, newcomers):
    fit = fit_nomogram(clinical_cohort, {"Age (years)": "age"}, n_bootstraps=0)
    assert fit.table["variable"].unique().tolist() == ["Age (years)"]
    assert fit.predict(newcomers).notna().all()


def test_new_levels_and_texts_are_refused(nomogram, newcomers):
    other = newcomers.with_clinical(pd.DataFrame({"grade": ["1", "2", "3"]}, index=newcomers.patients))
    with pytest.raises(ClinicalError, match="'grade' holds '1', which no training patient has"):
        nomogram.predict(other)
    text = newcomers.with_clinical(pd.DataFrame({"age": ["old", "x", "y"]}, index=newcomers.patients))
    with pytest.raises(ClinicalError, match="'age' holds text"):
        nomogram.predict(text)


def test_points_of_what_is_not_there(nomogram):
    with pytest.raises(InputError, match="no variable of this nomogram"):
        nomogram.points("height", 180)
    with pytest.raises(InputError, match="no level '7'"):
        nomogram.points("grade", 7)
    with pytest.raises(InputError, match="no number"):
        nomogram.points("age", "old")


def test_notes_tell_missing_events_and_shrinkage(nomogram):
    assert nomogram.notes[0].startswith("4 patients with a known outcome lack a value")
    assert "133 events for 5 candidate parameters" in nomogram.notes[1]


def test_groups_are_refused(clinical_cohort):
    samples = pd.DataFrame({"patient": clinical_cohort.patients, "score": 0.0, "group": "low"})
    samples.loc[:80, "group"] = "high"
    groups = make_groups(clinical_cohort, samples, source="given")
    with pytest.raises(InputError, match="no values for new patients"):
        fit_nomogram(clinical_cohort, ["age", groups])


@pytest.mark.parametrize(
    ("variables", "settings", "error", "message"),
    [
        (["age"], {"times": [500]}, DesignError, "500"),
        (["age"], {"times": [-1]}, InputError, "times"),
        (["age"], {"n_bootstraps": -1}, InputError, "n_bootstraps=-1"),
        (["age"], {"n_groups": 0}, InputError, "n_groups=0"),
        (["age"], {"n_bootstraps": 2.5}, InputError, "no whole number"),
    ],
)
def test_slips_are_told(clinical_cohort, variables, settings, error, message):
    with pytest.raises(error, match=message):
        fit_nomogram(clinical_cohort, variables, **settings)


def test_a_level_without_events_is_refused(clinical_cohort):
    frame = clinical_cohort.clinical
    frame = frame.assign(marker=np.where(np.arange(len(frame)) < 12, "rare", "usual"))
    frame.iloc[:12, frame.columns.get_loc("event")] = 0
    cohort = Cohort.from_frames(clinical=frame, time="time", event="event", unit="months")
    with pytest.raises(DesignError, match=r"'marker' has no finite hazard ratio: no event among(.|\n)*Join levels"):
        fit_nomogram(cohort, ["age", "marker"])


def test_few_events_are_refused(clinical_cohort):
    with pytest.raises(DesignError, match="too few for a nomogram"):
        fit_nomogram(clinical_cohort.subset(clinical_cohort.patients[:8]), ["age"])
