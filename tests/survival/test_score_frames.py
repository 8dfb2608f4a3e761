"""The frames of a fitted score, recomputed from what the pipeline learned, and their life after saving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.cohort.cohort import Cohort
from radassoc.survival._pipeline import Model, learn_model, resampled_coefficients
from radassoc.survival._settings import Begun, begin
from radassoc.survival.risk_score import fit_risk_score
from radassoc.survival.score import RiskScore

ASKED: dict[str, Any] = {
    "modality": {"radiomics": 1.0, "pet": 0.7},
    "covariates": ["age", "sex"],
    "strata": "site",
    "l1_ratio": 0.8,
    "n_folds": 4,
    "n_repeats": 3,
    "seed": 1,
}


@pytest.fixture(scope="module")
def cohort(planted_cohort: Cohort) -> Cohort:
    """A second table with three names of the first; one feature there is empty, one a copy."""
    rng = np.random.default_rng(3)
    names = [*planted_cohort.radiomics.columns[:3], "suv", "suv_copy", "empty"]
    pet = pd.DataFrame(rng.normal(size=(90, 6)), index=planted_cohort.patients, columns=names)
    pet["suv"] += planted_cohort.radiomics.iloc[:, 0].fillna(0.0)
    pet["suv_copy"], pet["empty"] = pet["suv"], np.nan
    return planted_cohort.with_modality("pet", pet)


@pytest.fixture(scope="module")
def score(cohort: Cohort) -> RiskScore:
    return fit_risk_score(cohort, stability=4, splits=3, **ASKED)


@pytest.fixture(scope="module")
def learnt(cohort: Cohort) -> tuple[Begun, Model]:
    """What the verb learned before names were put to it."""
    begun = begin(
        cohort, what="a test", lambda_rule="min", preparation=None, ties="efron", volume="auto", force=False, **ASKED
    )
    return begun, learn_model(begun.subjects.data, begun.settings, ("fit",))


def test_table_row_by_row(score: RiskScore, learnt: tuple[Begun, Model]) -> None:
    begun, model = learnt
    data, labels = begun.subjects.data, begun.subjects.features
    clinical, columns, values = resampled_coefficients(model, data, begun.settings)
    place = dict(zip(model.prepared.learned.columns, model.chosen[2:], strict=True))
    for k, row in enumerate(score.table.itertuples()):
        if k < 2:
            assert (row.feature, row.modality, row.per) == (("age", "sex=male")[k], "clinical", "unit")
            refits = clinical[:, k]
            assert row.coefficient == model.chosen[k] / data.Z[:, k].std()
        else:
            j = labels.index(row.feature)
            assert row.modality == ("radiomics" if j < 26 else "pet")
            assert row.per == "SD"
            refits = values[:, np.flatnonzero(columns == j)[0]] if j in columns else np.zeros(12)
            assert row.coefficient == place.get(j, 0.0)
        assert row.hazard_ratio == np.exp(row.coefficient)
        low, high = np.quantile(refits, [0.025, 0.975])
        assert (row.resample_low, row.resample_high) == (low, high)
        assert row.selection_frequency == (refits != 0).mean()


def test_whatever_was_singled_out_is_there_the_largest_first(score: RiskScore, learnt: tuple[Begun, Model]) -> None:
    begun, model = learnt
    _, columns, _ = resampled_coefficients(model, begun.subjects.data, begun.settings)
    features = score.table.iloc[2:]
    assert set(features["feature"]) >= {begun.subjects.features[j] for j in columns}
    assert features["feature"].is_unique
    assert (np.diff(features["coefficient"].abs()) <= 0).all()
    zero = features[features["coefficient"] == 0]
    assert (np.diff(zero["selection_frequency"]) <= 0).all()
    kept = (zero["selection_frequency"] > 0) | (zero["p_value"] < 1) | zero["stable"].fillna(False)
    assert kept.all()


def test_inference_stands_beside_its_feature(score: RiskScore) -> None:
    table, stability = score.table.iloc[2:], score.stability.set_index("feature")
    shared = table[table["feature"].isin(stability.index)].set_index("feature")
    assert len(shared) > 3
    for name in ("stability_frequency", "stable"):
        assert (shared[name] == stability.loc[shared.index, name]).all()
    assert score.table.iloc[:2][["stability_frequency", "stable", "p_value", "p_adjusted"]].isna().all().all()
    assert (table["p_adjusted"] >= table["p_value"]).all()
    assert stability["size"].sum() == (stability.groupby("cluster").size() ** 2).sum()
    assert (stability["feature_frequency"] <= stability["stability_frequency"]).all()
    assert stability.groupby("cluster")["stability_frequency"].nunique().max() == 1
    assert (np.diff(stability["stability_frequency"]) <= 0).all()
    told = score.params["stability_selection"]
    assert told["n_clusters"] == stability["cluster"].nunique()
    assert score.params["mean_selected_per_split"] > 0


def test_not_asked_for_is_missing(cohort: Cohort) -> None:
    bare = fit_risk_score(cohort, n_folds=4, n_repeats=1)
    assert bare.table[["stability_frequency", "stable", "p_value", "p_adjusted"]].isna().all().all()
    assert len(bare.stability) == 0
    assert list(bare.stability)[:3] == ["feature", "modality", "cluster"]
    assert "stability_selection" not in bare.params


def test_each_table_has_its_own_preparation(score: RiskScore, cohort: Cohort) -> None:
    assert list(score.preparations) == ["radiomics", "pet"]
    for name, part in score.preparations.items():
        assert part.table["feature"].tolist() == cohort.patient_frame(name).columns.tolist()
        frame = cohort.patient_frame(name)
        kept = part.table[part.table["kept"]].set_index("feature")
        filled = frame[kept.index].fillna(kept["fill"])
        np.testing.assert_allclose(kept["fill"], frame[kept.index].median(), rtol=1e-14)
        np.testing.assert_allclose(kept["center"], filled.mean(), atol=1e-13)
        np.testing.assert_allclose(kept["scale"], filled.std(ddof=0), rtol=1e-12)
    pet = score.preparations["pet"].table.set_index("feature")
    gone = pet[~pet["kept"]]
    assert set(gone.index) <= {"suv", "suv_copy", "empty"}
    assert len(gone) == 2
    assert set(gone["representative"]) & {"suv", "suv_copy"}
    counts = score.provenance["counts"]
    kept = sum(part.table["kept"].sum() for part in score.preparations.values())
    assert counts["n_candidates"] == kept + 2
    assert counts["n_selected"] == (score.table["coefficient"].iloc[2:] != 0).sum()
    assert score.params["events_per_candidate"] == counts["n_events"] / counts["n_candidates"]


def test_curves_are_those_of_the_cross_validation(score: RiskScore, learnt: tuple[Begun, Model]) -> None:
    _, model = learnt
    cv, repeats = score.cv, model.curve.measure.repeats
    np.testing.assert_array_equal(cv["lambda"], model.lambdas)
    np.testing.assert_allclose(cv["deviance"], repeats.mean(axis=0), rtol=1e-14)
    np.testing.assert_array_equal(cv["deviance_low"], np.quantile(repeats, 0.05, axis=0))
    np.testing.assert_array_equal(cv["deviance_high"], np.quantile(repeats, 0.95, axis=0))
    assert cv["concordance"].between(cv["concordance_low"], cv["concordance_high"]).all()
    assert (cv["concordance_std_error"] > 0).all()
    assert score.chosen_lambda == cv.loc[cv["deviance"].idxmin(), "lambda"]
    here = cv.loc[cv["lambda"] == score.chosen_lambda, "n_nonzero"].item()
    assert here == score.provenance["counts"]["n_selected"]
    path = score.path
    at = path[path["lambda"] == score.chosen_lambda].set_index("feature")["coefficient"]
    table = score.table.iloc[2:].set_index("feature")["coefficient"]
    table = table[table != 0]
    pd.testing.assert_series_equal(at[at != 0].sort_index(), table.sort_index(), check_names=False)
    assert (
        path.groupby("lambda")["coefficient"].apply(lambda b: (b != 0).sum()).sort_index(ascending=False)
        == cv.set_index("lambda")["n_nonzero"]
    ).all()


def test_baselines_of_score_covariates_and_volume(score: RiskScore, cohort: Cohort) -> None:
    """Each reproduces the number of events, in every stratum and pooled."""
    outcome, site = cohort.outcome.table, cohort.clinical["site"]
    size = cohort.radiomics["original_shape_MeshVolume"]
    told = score.volume_model
    assert (told["modality"], told["feature"]) == ("radiomics", "original_shape_MeshVolume")
    values = {
        "score": score.predict(cohort),
        "covariates": score.predict(cohort, part="covariates"),
        "volume": (size.fillna(told["fill"]) - told["center"]) / told["scale"] * told["coefficient"],
    }
    assert score.baseline["model"].unique().tolist() == list(values)
    for (model, stratum), part in score.baseline.groupby(["model", "stratum"]):
        rows = outcome if stratum == "(pooled)" else outcome[site.loc[outcome.index] == stratum]
        hazard = part.set_index("time")["cumulative_hazard"].loc[rows["time"]].to_numpy()
        expected = (hazard * np.exp(values[model].loc[rows.index])).sum()
        assert expected == pytest.approx(rows["event"].sum(), rel=1e-9)
        assert (np.diff(part["time"]) > 0).all()


def test_it_survives_saving_and_predicts_others(
    score: RiskScore, cohort: Cohort, planted: Callable[..., Cohort], tmp_path: Path
) -> None:
    again = ra.load(score.save(tmp_path / "score"))
    for name in ("table", "cv", "path", "baseline", "coding", "stability"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(score, name), check_exact=True)
    assert repr(again) == repr(score)
    assert again.formula() == score.formula()
    others = planted(15, seed=7, prefix="T")
    pet = cohort.patient_frame("pet").iloc[:15].set_axis(others.patients).drop(columns="empty")
    pet.iloc[:5, :] = np.nan  # no measurement: the training medians stand in
    others = others.with_modality("pet", pet)
    found = again.predict(others)
    assert found.notna().all()
    pd.testing.assert_series_equal(found, score.predict(others), check_exact=True)
    pd.testing.assert_frame_equal(
        again.predict_survival(others, [3, 6]), score.predict_survival(others, [3, 6]), check_exact=True
    )


def test_the_formula_is_the_score(score: RiskScore, cohort: Cohort) -> None:
    """Evaluate the printed text for each patient; six digits are printed."""
    text = score.formula()
    assert text.startswith("risk_score =\n    ")
    assert "[sex=male] - 0." in text
    first = text.splitlines()[1]
    assert "* (age - " in first
    total = np.zeros(90)
    fills = {n: p.table.set_index("feature")["fill"] for n, p in score.preparations.items()}
    for line in text.splitlines()[1:]:
        sign, size, _, rest = line.strip().split(" ", 3)
        label, turn, middle = rest.split(")")[0].lstrip("(").rsplit(" ", 2)
        spread = float(rest.split("/ ")[1]) if "/ " in rest else 1.0
        if label == "[sex=male]":
            value = (cohort.clinical["sex"] == "male").astype(float)
        elif label == "age":
            value = cohort.clinical["age"]
        else:
            table = "pet" if label.startswith(("pet:", "suv")) else "radiomics"
            name = label.removeprefix("pet:").removeprefix("radiomics:")
            value = cohort.patient_frame(table)[name].fillna(fills[table][name])
        shifted = value + float(middle) * (-1 if turn == "-" else 1)
        total += (1 if sign == "+" else -1) * float(size) * shifted.to_numpy() / spread
    np.testing.assert_allclose(score.predict(cohort), total, atol=2e-5)


def test_printed_it_tells_what_inference_came_to(score: RiskScore, cohort: Cohort) -> None:
    text = repr(score)
    n = score.params["stability_selection"]["n_clusters"]
    assert f"of {n} clusters stable, at most" in text
    assert "sample splitting: smallest adjusted p" in text
    bare = repr(fit_risk_score(cohort, n_folds=4, n_repeats=1))
    for word in ("stability", "splitting", "p_value", "stable"):
        assert word not in bare
