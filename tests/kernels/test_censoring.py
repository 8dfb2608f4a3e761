import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.censoring import censoring, survival_at
from radassoc.kernels.product_limit import product_limit


def test_six_patients_by_hand():
    #               dead 1, lost 2, dead and lost 3, lost 4, dead 5
    time = np.array([1.0, 2.0, 3.0, 3.0, 4.0, 5.0])
    event = np.array([True, False, True, False, False, True])
    found = censoring(time, event)
    # at 2 one of five is lost; at 3 the death leaves first, then one of three; at 4 one of two
    steps = np.cumprod([1, 4 / 5, 2 / 3, 1 / 2, 1])
    np.testing.assert_allclose(found.free, steps)
    np.testing.assert_allclose(found.before, [1, 1, 0.8, 0.8, steps[2], steps[3]])
    np.testing.assert_allclose(found.at(np.array([0.5, 2.0, 2.5, 9.0])), [1, 0.8, 0.8, steps[4]])


def test_multiplicities_are_copies():
    rng = np.random.default_rng(3)
    time, event = rng.integers(1, 9, 25).astype(float), rng.random(25) < 0.5
    rows = rng.integers(0, 25, 25)
    weights = np.stack([np.bincount(rows, minlength=25), np.ones(25)], axis=1)
    wide, copied, plain = (
        censoring(time, event, weights=weights),
        censoring(time[rows], event[rows]),
        censoring(time, event),
    )
    asked = np.array([0.5, 2.0, 4.5, 8.0])
    np.testing.assert_allclose(wide.at(asked)[:, 0], copied.at(asked))
    np.testing.assert_allclose(wide.at(asked)[:, 1], plain.at(asked))
    np.testing.assert_allclose(wide.before[rows, 0], copied.before)


def test_the_other_side_is_kaplan_meier():
    rng = np.random.default_rng(4)
    time, event = rng.integers(1, 9, 40).astype(float), rng.random(40) < 0.5
    curve = product_limit(time, event)
    np.testing.assert_allclose(survival_at(time, event, curve.time), curve.survival, atol=1e-14)
    assert survival_at(time, event, np.array([0.0]))[0] == 1


def test_without_censoring_all_weights_are_one():
    time = np.array([3.0, 1.0, 2.0])
    assert (censoring(time, np.ones(3, dtype=bool)).before == 1).all()


def test_it_gives_the_g_of_r(oracles):
    data = pd.read_csv(oracles / "performance.csv")
    wanted = json.loads((oracles / "performance.json").read_text())["before"]
    for unit in ("day", "week"):
        found = censoring(data[unit].to_numpy(dtype=float), data["event"].to_numpy() == 1)
        np.testing.assert_allclose(found.before, wanted[unit], rtol=1e-12)


@pytest.mark.parametrize("t", [0.0, 100.0])
def test_times_outside_the_follow_up(t):
    found = censoring(np.array([1.0, 2.0]), np.array([True, False]))
    assert found.at(np.array([t]))[0] == (1 if t == 0 else 0)
