"""Counts, medians and standardising of single features."""

from __future__ import annotations

import numpy as np

from radassoc.preparation.columns import count_and_middle, fill_and_standardise

NAN = np.nan


def test_counts_and_medians_by_hand() -> None:
    rows = np.array([[1.0, 1.0, 1.0, 4.0, NAN], [0.0, 2.0, 3.0, 3.0, 9.0], [NAN] * 5])
    observed, commonest, median = count_and_middle(rows)
    assert observed.tolist() == [4, 5, 0]
    assert commonest.tolist() == [3, 2, 0]
    np.testing.assert_array_equal(median, [1.0, 3.0, NAN])


def test_filled_and_standardised_by_hand() -> None:
    values = np.array([[9.0, 9.0, 9.0], [0.0, NAN, 4.0], [5.0, 5.0, 5.0]])
    part, fill, center, scale = fill_and_standardise(values, np.array([1, 2]), np.array([9.0, 1.0, 5.0]), False)
    assert fill.tolist() == [1.0, 5.0]
    filled = np.array([0.0, 1.0, 4.0])
    np.testing.assert_allclose(center, [filled.mean(), 5.0], rtol=1e-15)
    np.testing.assert_allclose(scale, [filled.std(), 0.0], rtol=1e-14)
    np.testing.assert_allclose(part, [(filled - filled.mean()) / filled.std(), [0.0, 0.0, 0.0]], atol=1e-14)
    by_mean = fill_and_standardise(values, np.array([1]), np.array([9.0, 1.0, 5.0]), True)
    assert by_mean[1].tolist() == [2.0]
