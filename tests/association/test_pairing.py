import numpy as np
import pandas as pd
import pytest

from radassoc.association._pair_scan import Settings
from radassoc.association._pairing import all_continuous, pairing_notes, read_columns, scan_pairs, small_classes


@pytest.fixture(scope="module")
def tables():
    rng = np.random.default_rng(0)
    left = pd.DataFrame({"a": rng.normal(size=90), "b": rng.normal(size=90), "mark": (rng.random(90) < 0.3) * 1})
    left["stage"] = rng.choice(["I", "II", "III"], 90)
    right = pd.DataFrame({"sex": rng.choice(["male", "female"], 90), "subtype": rng.choice(["u", "v", "w"], 90)})
    right["age"] = rng.normal(size=90)
    return read_columns(left, what="left"), read_columns(right, what="right"), rng.normal(size=(90, 2))


@pytest.mark.parametrize("k", [0, 2])
def test_each_pair_gets_its_test(tables, k):
    left, right, Z = tables
    found = scan_pairs(left, right, Z[:, :k], Settings(n_permutations=99))
    kinds = found.estimate_kind
    assert (kinds[:2, 2] == "").all()  # correlations are another scan's
    number, classes = ("auc", "log_odds_ratio") if k == 0 else ("log_odds_ratio_per_sd", "log_odds_ratio")
    assert (kinds[:2, 0] == number).all()
    assert kinds[2, 0] == classes
    assert kinds[2, 2] == number
    assert (kinds[[0, 1, 3], [1, 1, 2]] == ("" if k == 0 else "partial_") + "epsilon_squared").all()
    assert (kinds[[2, 3, 3], [1, 0, 1]] == ("" if k == 0 else "partial_") + "cramers_v").all()
    tested = kinds != ""
    assert np.isfinite(found.p[tested]).all()
    assert np.isnan(found.p[~tested]).all()
    assert len(pairing_notes(found, Settings(), adjusted=k > 0)) >= 2


@pytest.mark.parametrize("k", [0, 2])
def test_sides_may_be_exchanged(tables, k):
    left, right, Z = tables
    one, two = scan_pairs(left, right, Z[:, :k], Settings()), scan_pairs(right, left, Z[:, :k], Settings())
    same = np.ones(one.p.shape, dtype=bool)
    same[2, 0] = k == 0  # of two classes, one is the outcome of the model with covariates
    for name in ("p", "estimate", "ci_low", "ci_high"):
        np.testing.assert_allclose(getattr(one, name)[same], getattr(two, name).T[same], rtol=1e-4, atol=1e-6)
    assert one.p[2, 0] == pytest.approx(two.p[0, 2], rel=0.1)


def test_all_continuous(tables):
    left, right, _ = tables
    assert not all_continuous(left, right)
    numbers = read_columns(pd.DataFrame({"a": [1.0, 2.0, 3.0]}), what="x")
    assert all_continuous(numbers, numbers)


def test_small_classes_are_told():
    frame = pd.DataFrame({"rare": [1] * 4 + [0] * 46, "fine": [1] * 25 + [0] * 25})
    frame["type"] = ["u"] * 3 + ["v"] * 20 + ["w"] * 27
    told = small_classes(read_columns(frame, what="markers"))
    assert set(told) == {"rare", "type"}
    assert told["rare"].startswith("not tested")
    assert "1 (4)" in told["rare"]
    assert told["type"].startswith("set aside")
    assert "u (3)" in told["type"]
