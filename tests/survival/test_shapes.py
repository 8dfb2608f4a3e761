"""Modalities side by side in one matrix: their widths and penalty factors; rows of all arrays together."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.kernels.cox_likelihood import partial_loglik
from radassoc.preparation.recipe import Preparation
from radassoc.survival._shapes import Arrays, Block, Settings, risk_of

RECIPE = Preparation()


def test_without_blocks_all_columns_are_one_modality() -> None:
    settings = Settings(RECIPE)
    assert settings.blocks_of(7) == (Block(7, 1.0, RECIPE),)
    np.testing.assert_array_equal(settings.factors_of(np.array([6, 0]), 7), [1.0, 1.0])


def test_factors_follow_the_columns_that_are_asked_for() -> None:
    settings = Settings(RECIPE, blocks=(Block(2, 1.0, RECIPE), Block(3, 0.0, RECIPE), Block(1, 0.5, RECIPE)))
    assert settings.blocks_of(6) == settings.blocks
    np.testing.assert_array_equal(settings.factors_of(np.array([5, 2, 4, 1, 0]), 6), [0.5, 0.0, 0.0, 1.0, 1.0])


def test_rows_of_every_array_move_together() -> None:
    n = 4
    parts = [np.arange(n) * 10.0 + k for k in range(5)]
    data = Arrays(
        parts[0][:, None], parts[1][:, None], parts[2], np.arange(n) > 1, np.arange(n), parts[3], np.arange(n)
    )
    part = data.take(np.array([3, 1, 1]))
    for before, after in zip(data, part, strict=True):
        np.testing.assert_array_equal(after, before[[3, 1, 1]])


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_risk_sets_know_ties_and_strata(ties: str) -> None:
    """Two deaths at one time among three, one death alone in its stratum: -log of the risk sets by hand."""
    empty = np.empty((4, 0))
    time, event = np.array([1.0, 1.0, 2.0, 5.0]), np.array([True, True, False, True])
    data = Arrays(empty, empty, time, event, np.array([0, 0, 0, 1]), time, np.arange(4))
    found = partial_loglik(np.zeros(4), risk_of(data, Settings(RECIPE, ties=ties)))[0]  # type: ignore[arg-type]
    first = {"efron": np.log(3.0) + np.log(2.0), "breslow": 2 * np.log(3.0)}[ties]
    assert found == pytest.approx(-first, rel=1e-14)
