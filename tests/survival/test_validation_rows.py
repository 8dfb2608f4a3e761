"""The tables of a validation: intervals where they are valid, secondary estimates, names of groups."""

from __future__ import annotations

import numpy as np
import pytest

from radassoc.survival._contrasts import Contrasts
from radassoc.survival._optimism import Apparent
from radassoc.survival._reruns import Reruns
from radassoc.survival._validation_rows import CORRECTED, Secondary, _named, resample_frame, secondary, table

LABELS = (
    ("concordance", "full", np.nan),
    ("concordance_difference", "full - volume", np.nan),
    ("auc", "full", 12.0),
    ("calibration_slope", "full", np.nan),
)
COUNTS = {"n_patients": 50, "n_events": 30}


def told() -> Contrasts:
    return Contrasts(LABELS, np.array([[0.7, 0.05, 0.8, np.nan], [0.6, 0.15, 0.9, 1.0]]))


def resampled(n: int = 40) -> np.ndarray:
    """Values of bootstraps whose mean is 0.1 below the estimates."""
    return told().values.mean(axis=0) - 0.1 + np.linspace(-0.2, 0.2, n)[:, None]


def rows(interval: str = "rerun", *, extra: Secondary | None = None, n: int = 40) -> dict[tuple[str, str], object]:
    tested = ("concordance", "full", 0.03)
    found = table(told(), resampled(n), tested, interval, share_empty=0.25, extra=extra, counts=COUNTS)
    return {(row.measure, row.model): row for row in found.itertuples()}


def test_intervals_are_moved_onto_the_estimate_and_stay_in_range() -> None:
    found = rows()
    full = found["concordance", "full"]
    assert full.estimate == pytest.approx(0.65)
    assert (full.ci_low + full.ci_high) / 2 == pytest.approx(0.65)
    assert full.p_value == 0.03
    assert np.isnan(full.detectable)
    assert found["auc", "full"].ci_high == 1.0
    gain = found["concordance_difference", "full - volume"]
    assert gain.detectable == pytest.approx((gain.ci_high - gain.ci_low) / 2 * 1.4294, abs=1e-3)
    assert np.isnan(gain.p_value)
    assert found["share_empty", "outer models"].estimate == 0.25


def test_the_conditional_interval_is_not_moved() -> None:
    full = rows("conditional")["concordance", "full"]
    assert (full.ci_low + full.ci_high) / 2 == pytest.approx(0.55)


def test_what_is_undefined_in_one_repeat_has_neither_estimate_nor_interval() -> None:
    slope = rows()["calibration_slope", "full"]
    assert np.isnan([slope.estimate, slope.ci_low, slope.ci_high]).all()
    assert slope.interval == "none"


def test_secondary_estimates_need_twenty_models() -> None:
    seen = Apparent(np.array([0.9, 0.05]), np.array([0.5, 0.25]))
    models = np.tile(np.array([[0.95, 0.04], [0.75, 0.12], [0.6, 0.2]]), (20, 1, 1))
    found = {(measure, model): value for measure, model, value in secondary(Secondary(seen, models))}
    assert found["concordance", CORRECTED[0]] == pytest.approx(0.9 - 0.2)
    assert found["integrated_brier", CORRECTED[0]] == pytest.approx(0.05 + 0.08)
    # both have gone three quarters of the way from apparent to no information
    weight = 0.632 / (1 - 0.368 * 0.75)
    assert found["concordance", CORRECTED[1]] == pytest.approx(0.9 - weight * 0.3)
    assert found["integrated_brier", CORRECTED[1]] == pytest.approx(0.05 + weight * 0.15)
    assert list(secondary(Secondary(seen, models[:19]))) == []
    models[0, 2, 0] = np.nan  # nobody left out with an event
    assert {measure for measure, *_ in secondary(Secondary(seen, models))} == {"integrated_brier"}


def test_every_resampled_value_is_kept() -> None:
    reruns = Reruns(resampled(3), np.empty((0, 3, 2)), np.array([0.5, 0.6]), None, None, None)
    seen = Apparent(np.array([0.9, 0.05]), np.array([0.5, 0.25]))
    extra = Secondary(seen, np.ones((3, 3, 2)))
    found = resample_frame(told(), resampled(3), reruns, ("concordance", "full"), extra)
    counts = found.groupby("resample").size().to_dict()
    assert counts == {
        "outer_repeat": 7,
        "bootstrap": 9,
        "permutation": 2,
        "apparent": 2,
        "optimism": 6,
        "left_out": 6,
    }
    assert found.query("measure == 'auc'")["time"].eq(12.0).all()


def test_codes_become_names_and_gaps() -> None:
    assert _named(np.array([0.0, 2.0, np.nan]), 3).tolist() == ["low", "high", None]
    assert _named(np.array([[0.0], [3.0]]), 4).tolist() == [["Q1"], ["Q4"]]
