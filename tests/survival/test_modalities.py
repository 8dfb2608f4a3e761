"""The tables of a score: penalty factors, unique names, where the volume is, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import DesignError, InputError, RadiomicsError
from radassoc.cohort.cohort import Cohort
from radassoc.survival._modalities import (
    Table,
    as_modalities,
    label_features,
    locate_volume,
    name_modalities,
    own_name,
    plain_modality,
    refuse_learned,
    refuse_unpenalised,
)
from radassoc.survival.risk_score import fit_risk_score


@pytest.mark.parametrize(
    ("asked", "factors"),
    [
        ("radiomics", {"radiomics": 1.0}),
        (["a", "b"], {"a": 1.0, "b": 1.0}),
        ({"a": 2, "b": 0}, {"a": 2.0, "b": 0.0}),
    ],
)
def test_factors(asked: Any, factors: dict[str, float]) -> None:
    assert as_modalities(asked) == factors
    assert list(as_modalities(asked)) == list(factors)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (["a", "b", "a"], "names a table more than once: 'a'"),
        ({"a": -1.0}, r"modality\['a'\]=-1.0 is no penalty factor"),
        ({"a": float("inf")}, r"modality\['a'\]=inf is no penalty factor"),
        ({"a": float("nan")}, r"modality\['a'\]"),
        ({"a": "much"}, r"modality\['a'\]"),
        ({"a": 0.0, "b": 0}, r"leaves nothing to penalise(.|\n)*whatever the penalty are covariates"),
        ([], "leaves nothing to penalise"),
        ({}, "leaves nothing to penalise"),
        (None, "modality=None names no table"),
        (3, "modality=3 names no table"),
    ],
)
def test_what_is_no_choice_of_tables(asked: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        as_modalities(asked)


def frames(**columns: list[str]) -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame([[0.0] * len(names)], columns=names) for name, names in columns.items()}


def test_shared_names_carry_their_table() -> None:
    tables = label_features(frames(mri=["mean", "sd"], pet=["mean", "suv"]), {"mri": 1.0, "pet": 0.5})
    assert tables == (
        Table("mri", ["mean", "sd"], ["mri:mean", "sd"], 1.0),
        Table("pet", ["mean", "suv"], ["pet:mean", "suv"], 0.5),
    )
    for table in tables:
        assert [own_name(label, table.name, table.features) for label in table.labels] == table.features
    assert own_name("mri:mean", "mri", ["mri:mean"]) == "mri:mean"  # a name that looks like a label


def test_names_for_readers() -> None:
    assert plain_modality({"mri": 1.0}) == "mri"
    assert plain_modality({"mri": 1.0, "pet": 2.0}) == ("mri", "pet")
    assert name_modalities("mri") == "mri"
    assert name_modalities(("mri", "pet")) == "mri and pet"


def test_where_the_volume_is() -> None:
    tables = label_features(
        frames(genes=["A"], ct=["MeshVolume", "x"], pet=["MeshVolume"]), {"genes": 1, "ct": 1, "pet": 1}
    )
    assert locate_volume(tables, "auto") == ("ct", "MeshVolume")
    assert locate_volume(tables, "pet:MeshVolume") == ("pet", "MeshVolume")
    assert locate_volume(tables, "x") == ("ct", "x")
    assert locate_volume(tables, None) == locate_volume(tables[:1], "auto") == ("", "")
    with pytest.raises(RadiomicsError, match="'MeshVolume' is not among the 4 features"):
        locate_volume(tables, "MeshVolume")  # which of the two?


def test_more_unpenalised_features_than_events_are_refused() -> None:
    free = label_features(frames(genes=["A", "B", "C"]), {"genes": 0.0})
    refuse_unpenalised(free, 3)
    with pytest.raises(DesignError, match=r"The 3 features of 'genes' have penalty factor 0, with 2 events"):
        refuse_unpenalised(free, 2)
    refuse_unpenalised(label_features(frames(genes=["A", "B", "C"]), {"genes": 0.1}), 2)


@pytest.mark.parametrize(("method", "fine"), [("ssgsea", True), ("zscore", False), ("gsva", False)])
def test_scores_learned_from_everybody_are_refused(planted_cohort: Cohort, method: str, fine: bool) -> None:
    rng = np.random.default_rng(0)
    scores = pd.DataFrame(rng.normal(size=(90, 2)), index=planted_cohort.patients, columns=["HYPOXIA", "EMT"])
    known = pd.DataFrame({"n_listed": 5, "coverage": 1.0, "method": method}, index=scores.columns)
    cohort = planted_cohort.with_modality("pathways", scores, features=known)
    refuse_learned(cohort, "radiomics")
    if fine:
        refuse_learned(cohort, "pathways")
        return
    with pytest.raises(DesignError, match=f"'{method}' scores, which were learned from all patients at once"):
        refuse_learned(cohort, "pathways")


@pytest.fixture(scope="module")
def twins(planted: Callable[..., Cohort]) -> Cohort:
    """Two tables whose features have the same names: the second holds what drives survival."""
    cohort = planted(90, 6)
    rng = np.random.default_rng(5)
    noise = cohort.radiomics.copy()
    noise.iloc[:, :] = rng.normal(size=noise.shape)
    return cohort.with_modality("pet", cohort.radiomics).with_modality("radiomics", noise)


QUICK: dict[str, Any] = {"strata": (), "n_folds": 4, "n_repeats": 1}


def test_equal_names_stay_apart_from_fit_to_prediction(twins: Cohort) -> None:
    score = fit_risk_score(twins, modality=["radiomics", "pet"], **QUICK)
    table = score.table.set_index("feature")
    assert table.loc["pet:original_firstorder_F0", "coefficient"] > 0.3
    assert table.loc["pet:original_firstorder_F0", "modality"] == "pet"
    assert score.volume_model["modality"] == "radiomics"
    expected = np.zeros(90)
    for label, row in table[table["coefficient"] != 0].iterrows():
        known = score.preparations[row["modality"]].table.set_index("feature").loc[str(label).split(":")[1]]
        column = twins.patient_frame(row["modality"])[str(label).split(":")[1]].fillna(known["fill"])
        expected += row["coefficient"] * ((column - known["center"]) / known["scale"]).to_numpy()
    np.testing.assert_allclose(score.predict(twins), expected, atol=1e-12)
    assert "(pet:original_firstorder_F0 " in score.formula()


def test_a_table_of_which_nothing_is_used_is_not_asked_for(twins: Cohort, planted: Callable[..., Cohort]) -> None:
    score = fit_risk_score(twins, modality={"radiomics": 50.0, "pet": 1.0}, **QUICK)
    used = score.table[score.table["coefficient"] != 0]
    assert set(used["modality"]) == {"pet"}
    others = planted(15, 6, seed=3, prefix="T")
    only = others.with_modality("pet", others.radiomics).with_modality("radiomics", others.radiomics.iloc[:4])
    assert len(score.predict(only)) == 15


def test_features_without_penalty_are_a_cox_model(planted: Callable[..., Cohort]) -> None:
    """Penalty factor 0 for two features, and a table of noise that is kept out: coxph of the two, by scores."""
    from radassoc.kernels.cox_fit import cox_maximum

    cohort = planted(90, 4)
    rng = np.random.default_rng(1)
    free = cohort.radiomics.iloc[:, [0, 2]].fillna(0.0).set_axis(["a", "b"], axis=1)
    noise = pd.DataFrame(rng.normal(size=(90, 3)), index=free.index, columns=["n1", "n2", "n3"])
    cohort = cohort.with_modality("free", free).with_modality("noise", noise)
    score = fit_risk_score(cohort, modality={"free": 0.0, "noise": 1.0}, lambda_rule="1se", **QUICK)
    table = score.table.set_index("feature")
    assert set(table.index[table["coefficient"] != 0]) == {"a", "b"}
    outcome = cohort.outcome.table.loc[cohort.patients]
    unit = ((free - free.mean()) / free.std(ddof=0)).loc[cohort.patients].to_numpy()
    fit = cox_maximum(unit, outcome["time"].to_numpy(), outcome["event"].to_numpy())
    np.testing.assert_allclose(table.loc[["a", "b"], "coefficient"], fit.coefficients, atol=1e-6)
    assert (table.loc[["a", "b"], "selection_frequency"] == 1).all()
