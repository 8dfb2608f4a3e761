"""Keywords checked before anything is read, and what of them is told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.cohort.cohort import Cohort
from radassoc.preparation.recipe import Preparation
from radassoc.survival._settings import Begun, begin, check_settings
from radassoc.survival._shapes import Block, Settings

ASKED: dict[str, Any] = {
    "what": "a test",
    "modality": "radiomics",
    "covariates": "age",
    "strata": None,
    "l1_ratio": 1.0,
    "n_folds": 5,
    "n_repeats": 3,
    "lambda_rule": "1se",
    "preparation": None,
    "ties": "breslow",
    "volume": "auto",
    "seed": 7,
    "force": False,
}


@pytest.fixture(scope="module")
def cohort(planted_cohort: Cohort) -> Cohort:
    genes = pd.DataFrame(
        np.random.default_rng(0).normal(size=(90, 3)), index=planted_cohort.patients, columns=["A", "B", "C"]
    )
    return planted_cohort.with_modality("genes", genes)


def ask(cohort: Cohort, **changed: Any) -> Begun:
    return begin(cohort, **{**ASKED, **changed})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"lambda_rule": "2se"}, "lambda_rule='2se' is no choice"),
        ({"criterion": "auc"}, r"criterion='auc'(.|\n)*'deviance' or 'concordance'"),
        ({"ties": "exact"}, "ties='exact'"),
        ({"l1_ratio": 1.01}, r"l1_ratio=1.01(.|\n)*from 0 \(ridge\) to 1 \(LASSO\)"),
        ({"l1_ratio": float("nan")}, "l1_ratio"),
        ({"l1_ratio": "all"}, "l1_ratio"),
        ({"n_folds": 1}, "n_folds=1 is no cross-validation"),
        ({"n_folds": 2.5}, "n_folds"),
        ({"n_repeats": 0}, "n_repeats=0 leaves no cross-validation"),
        ({"n_repeats": True}, "n_repeats"),
        ({"screen": 0}, r"screen=0 keeps no feature(.|\n)*None for no screen"),
        ({"screen": 1.5}, "screen"),
    ],
)
def test_settings_outside_their_range(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_settings(Settings(Preparation())._replace(**wrong))


def test_the_check_comes_before_the_cohort() -> None:
    with pytest.raises(InputError, match="n_folds=1"):
        ask(None, n_folds=1)  # type: ignore[arg-type]


@pytest.mark.parametrize("ratio", [0, 1, 0.5])
def test_bounds_are_allowed(ratio: float) -> None:
    check_settings(Settings(Preparation(), l1_ratio=ratio, n_folds=2, n_repeats=1, screen=1))


def test_one_recipe_for_all_or_one_for_each(cohort: Cohort) -> None:
    strict = Preparation(max_missing=0.0)
    both = {"modality": {"radiomics": 1.0, "genes": 0.5}}
    plain = ask(cohort, **both)
    assert plain.settings.blocks == (Block(26, 1.0, Preparation()), Block(3, 0.5, Preparation()))
    assert plain.params["preparation"] == Preparation()
    one = ask(cohort, preparation=strict, **both)
    assert [block.recipe for block in one.settings.blocks] == [strict, strict]
    assert one.params["preparation"] == strict
    each = ask(cohort, preparation={"genes": strict}, **both)
    assert [block.recipe for block in each.settings.blocks] == [Preparation(), strict]
    assert each.params["preparation"] == {"radiomics": Preparation(), "genes": strict}


@pytest.mark.parametrize(
    ("preparation", "message"),
    [
        ({"genes": Preparation()}, r"recipe for 'genes', which is no modality(.|\n)*recipes for 'radiomics'"),
        ({"radiomics": "strict"}, "preparation='strict' is no recipe"),
        ("strict", "preparation='strict' is no recipe"),
    ],
)
def test_what_is_no_recipe(cohort: Cohort, preparation: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        ask(cohort, preparation=preparation)


def test_what_is_told(cohort: Cohort) -> None:
    told = ask(cohort, modality=["genes", "radiomics"], screen=9, criterion="concordance", l1_ratio=0.5).params
    assert told == {
        "modality": ("genes", "radiomics"),
        "penalty_factors": {"genes": 1.0, "radiomics": 1.0},
        "covariates": ("age",),
        "strata": ("site",),
        "l1_ratio": 0.5,
        "screen": 9,
        "n_folds": 5,
        "lambda_rule": "1se",
        "criterion": "concordance",
        "preparation": Preparation(),
        "ties": "breslow",
        "volume": "original_shape_MeshVolume",
        "seed": 7,
        "force": False,
    }


def test_the_strata_told_give_the_same_patients_again(cohort: Cohort) -> None:
    """The centre was found by the rule; named, it is the same."""
    first = ask(cohort)
    assert first.params["strata"] == ("site",)
    again = ask(cohort, strata=first.params["strata"])
    np.testing.assert_array_equal(first.subjects.data.strata, again.subjects.data.strata)
    assert again.subjects.notes == ()
    assert ask(cohort, strata=()).params["strata"] == ()


def test_settings_are_those_asked_for(cohort: Cohort) -> None:
    found = ask(cohort, l1_ratio=0.3, screen=4, criterion="concordance").settings
    assert found[:-1] == (Preparation(), 0.3, 5, 3, "1se", "breslow", 7, "concordance", 4)
