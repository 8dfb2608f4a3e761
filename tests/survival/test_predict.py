"""Applying a score: parts, missing values, absent features."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from radassoc.base.apparent import is_out_of_fold
from radassoc.base.errors import InputError, RadiomicsError
from radassoc.cohort.cohort import Cohort
from radassoc.preparation.recipe import Preparation
from radassoc.survival._predict import settings_of, training_overlap
from radassoc.survival.risk_score import RiskScore, fit_risk_score


@pytest.fixture(scope="module")
def score(planted_cohort: Cohort) -> RiskScore:
    return fit_risk_score(planted_cohort, covariates="age", n_folds=4, n_repeats=1, seed=8)


def test_an_unknown_part_is_refused(planted_cohort: Cohort, score: RiskScore) -> None:
    with pytest.raises(InputError, match="part='all' is no part"):
        score.predict(planted_cohort, part="all")  # type: ignore[arg-type]


def test_patients_without_covariates_keep_their_imaging_part(planted: Callable[..., Cohort], score: RiskScore) -> None:
    others = planted(20, seed=9, prefix="T")
    age = others.clinical[["age"]]
    age.iloc[0] = np.nan
    others = others.with_clinical(age)
    assert len(score.predict(others, part="imaging")) == 20
    assert len(score.predict(others)) == len(score.predict(others, part="covariates")) == 19


def test_only_selected_features_are_needed(planted: Callable[..., Cohort], score: RiskScore) -> None:
    others = planted(20, seed=9, prefix="T")
    table = score.table
    chosen = list(table.loc[(table["per"] == "SD") & (table["coefficient"] != 0), "feature"])
    fewer = others.with_modality("radiomics", others.radiomics[chosen])
    np.testing.assert_array_equal(score.predict(fewer), score.predict(others))
    with pytest.raises(RadiomicsError, match=f"1 of {len(chosen)} prepared features are not in the table"):
        score.predict(others.with_modality("radiomics", others.radiomics[chosen[1:]]))


def test_it_knows_its_patients_and_settings(planted_cohort: Cohort, planted: Callable[..., Cohort]) -> None:
    fitted = fit_risk_score(planted_cohort, n_folds=4, n_repeats=1, lambda_rule="1se", ties="breslow", seed=8)
    assert training_overlap(fitted, planted_cohort.patients).all()
    assert not training_overlap(fitted, planted(prefix="T").patients).any()
    settings = settings_of(fitted)
    assert (settings.n_folds, settings.lambda_rule, settings.ties, settings.seed) == (4, "1se", "breslow", 8)


def test_parts_out_of_fold_add_up(planted_cohort: Cohort, score: RiskScore) -> None:
    total, imaging, covariates = (
        score.out_of_fold(planted_cohort, part=part) for part in ("total", "imaging", "covariates")
    )
    np.testing.assert_allclose(total, imaging + covariates, atol=1e-12)
    assert imaging.std() > 0 < covariates.std()
    assert all(is_out_of_fold(values) for values in (total, imaging, covariates))
    with pytest.raises(InputError, match="no part of a score"):
        score.out_of_fold(planted_cohort, part="clinical")  # type: ignore[arg-type]


def test_features_that_are_not_scaled_count_per_unit(planted: Callable[..., Cohort]) -> None:
    cohort = planted()
    features = cohort["radiomics"].drop(columns="original_shape_MeshVolume") * 2 + 5
    cohort = cohort.with_modality("radiomics", features, patients=cohort.sample_patients("radiomics"))
    score = fit_risk_score(cohort, preparation=Preparation(scale="none"), n_folds=3, n_repeats=1)
    chosen = score.table[score.table["coefficient"] != 0]
    assert len(chosen)
    assert set(chosen["per"]) == {"unit"}
    known = features[chosen["feature"]].dropna()
    by_hand = known @ chosen["coefficient"].to_numpy()
    np.testing.assert_allclose(score.predict(cohort)[known.index], by_hand, atol=1e-10)
