"""The recipe refuses what it cannot mean, and survives saving."""

from __future__ import annotations

from pathlib import Path

import pytest

import radassoc as ra
from radassoc.base.errors import InputError
from radassoc.preparation.recipe import Preparation


@pytest.mark.parametrize(
    "wrong",
    [{"max_missing": 1.5}, {"near_constant": -0.1}, {"max_correlation": 2}, {"impute": "zero"}, {"scale": "max"}],
)
def test_settings_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError, match=next(iter(wrong))):
        Preparation(**wrong)  # type: ignore[arg-type]


def test_it_survives_saving(tmp_path: Path) -> None:
    recipe = Preparation(max_missing=0.1, max_correlation=None)
    again = ra.load(recipe.save(tmp_path / "recipe.json"))
    assert (again.max_missing, again.max_correlation, again.impute) == (0.1, None, "median")


def test_recipes_of_the_same_settings_are_equal_also_after_a_file(tmp_path: Path) -> None:
    recipe = Preparation(max_missing=0.1, max_correlation=None)
    assert recipe == Preparation(max_missing=0.1, max_correlation=None) != Preparation()
    assert ra.load(recipe.save(tmp_path / "recipe.json")) == recipe
