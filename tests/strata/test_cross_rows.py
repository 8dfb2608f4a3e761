import numpy as np
from numpy.testing import assert_allclose

from radassoc.strata._cross_rows import contrast_frame, told_name


def test_p_values_are_those_of_the_reruns_and_holm_adjusts():
    observed = np.array([0.2, 0.1, 0.1, 0.0, -0.9, 0.0, 0.0])
    null = np.zeros((9, 7))
    null[:, 1] = 0.3
    null[:, 3] = np.nan  # empty models: no difference
    null[0, 4] = 1.0
    frame = contrast_frame(observed, observed, np.full((0, 7), np.nan), null, ("a", "b"))
    assert_allclose(frame["p_value"], [0.1, 1.0, 0.1, 1.0, 0.2, np.nan, np.nan])
    assert_allclose(frame["p_adjusted"][:5], [0.5, 1.0, 0.5, 1.0, 0.6])
    assert frame["tested_on"].tolist() == ["both", "a", "b", "both", "b - a", "a", "b"]


def test_interval_moves_onto_the_estimate():
    rng = np.random.default_rng(0)
    boots = rng.normal(0.3, 0.05, (200, 7))
    frame = contrast_frame(np.full(7, 0.1), np.full(7, 0.1), boots, np.zeros((0, 7)), ("a", "b"))
    assert frame["p_value"].isna().all()
    assert_allclose(frame["ci_low"] + frame["ci_high"], 0.2, atol=0.04)


def test_names():
    assert [told_name(m, ("f", "m")) for m in ("first", "second", "pooled")] == ["f", "m", "pooled"]
