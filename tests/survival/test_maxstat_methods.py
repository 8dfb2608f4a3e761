from __future__ import annotations

import numpy as np
import pytest

from radassoc.survival._maxstat_methods import METHODS, is_tied, p_values, select


@pytest.fixture(scope="module")
def arrays():
    rng = np.random.default_rng(0)
    x = rng.normal(size=50)
    return rng.exponential(np.exp(-2 * x)), rng.random(50) < 0.8, x


def test_only_times_of_deaths_count_as_ties():
    died = np.array([True, True, False])
    x = np.array([1.0, 2, 3])
    assert not is_tied(x, np.array([1.0, 2, 3]), died)
    assert is_tied(x, np.array([1.0, 1, 3]), died)
    assert is_tied(x, np.array([1.0, 2, 2]), died)  # censored with a death: the same risk set
    assert not is_tied(x, np.array([1.0, 2, 3]), np.zeros(3, bool))
    assert is_tied(np.array([1.0, 1, 3]), np.array([1.0, 2, 3]), died)


def test_every_method_has_its_row_and_one_is_primary(arrays):
    found = select(*arrays, 0.1)
    rows, critical = p_values(found, "hl", min_share=0.1, n_resamples=99, rng=np.random.default_rng(1))
    assert [row["method"] for row in rows] == list(METHODS)
    assert [row["primary"] for row in rows] == [False, False, False, True, False]
    assert np.isfinite(critical)
    assert all(0 < row["p_value"] < 0.05 for row in rows)  # a strong effect


def test_withheld_p_values_leave_the_statistics(arrays):
    found = select(*arrays, 0.1)
    rows, critical = p_values(
        found, "monte_carlo", min_share=0.1, n_resamples=9, rng=np.random.default_rng(1), withheld="learned"
    )
    assert np.isnan(critical)
    assert all(np.isnan(row["p_value"]) and row["reason"] == "learned" and row["statistic"] > 0 for row in rows)
