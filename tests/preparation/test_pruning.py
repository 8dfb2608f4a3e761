"""Which of correlated features stays."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.preparation.pruning import prune_correlated


def unit(*rows: list[float]) -> np.ndarray:
    values = np.array(rows)
    values = values - values.mean(axis=1, keepdims=True)
    return values / np.sqrt((values**2).mean(axis=1, keepdims=True))


def test_the_less_crowded_of_a_pair_stays() -> None:
    a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    b = [1.0, 2.0, 3.0, 4.0, 5.0, 9.0]  # correlates with both a and c
    c = [1.0, -1.0, 2.0, -2.0, 0.0, 7.0]
    rows = unit(a, b, c)
    r = np.corrcoef(rows)
    assert abs(r[0, 1]) > 0.9 > abs(r[1, 2]) > abs(r[0, 2])
    stands, correlation = prune_correlated(rows, np.zeros(3), 0.9)
    assert stands.tolist() == [-1, 0, -1]
    assert correlation[1] == pytest.approx(r[0, 1])


def test_fewer_gaps_come_first() -> None:
    rows = unit([1.0, 2.0, 3.0], [1.0, 2.0, 3.1])
    assert prune_correlated(rows, np.array([1, 0]), 0.9)[0].tolist() == [1, -1]


def test_limit_one_keeps_all_but_copies() -> None:
    rows = unit([1.0, 2.0, 3.0], [1.0, 2.0, 3.1], [3.0, 2.0, 1.0])
    assert prune_correlated(rows, np.zeros(3), 1.0)[0].tolist() == [-1, -1, 0]
