from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import DesignError
from radassoc.survival.nomogram import fit_nomogram


@pytest.fixture(scope="module")
def fitted(planted):
    train, test = planted(n=90, p=12, seed=1), planted(n=60, p=12, seed=2, prefix="T")
    score = ra.fit_risk_score(train, n_repeats=2, n_folds=5)
    return train, test, score, fit_nomogram(train, {"Radiomic score": score, "age": "age"}, n_bootstraps=0)


def test_a_frozen_score_is_predicted_for_new_patients(fitted):
    _, test, score, nomogram = fitted
    coding = nomogram.coding.set_index("variable")
    total = score.predict(test) - coding.loc["Radiomic score", "center"]
    total = total * coding.loc["Radiomic score", "coefficient"]
    total += (test.column("age") - coding.loc["age", "center"]) * coding.loc["age", "coefficient"]
    pd.testing.assert_series_equal(nomogram.predict(test), total, check_names=False)


def test_its_own_patients_enter_out_of_fold(fitted):
    train, _, score, nomogram = fitted
    honest = score.out_of_fold(train)
    center = nomogram.coding.set_index("variable").loc["Radiomic score", "center"]
    assert center == pytest.approx(honest.mean())
    assert nomogram.predict(train).notna().all()
    assert "out-of-fold values" in " ".join(nomogram.notes)


@pytest.mark.slow
def test_some_of_the_training_patients_cannot_be_predicted(fitted):
    train, _, _, nomogram = fitted
    with pytest.raises(DesignError):
        nomogram.predict(train.subset(train.patients[:40]))


def test_the_score_is_saved_with_it(fitted, tmp_path):
    _, test, _, nomogram = fitted
    nomogram.save(tmp_path / "nomogram.json")
    again = ra.load(tmp_path / "nomogram.json")
    np.testing.assert_allclose(again.predict(test), nomogram.predict(test), rtol=1e-12)
