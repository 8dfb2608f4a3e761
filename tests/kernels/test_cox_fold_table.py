import numpy as np
import pytest

from radassoc.kernels.cox_fold_table import fold_table
from radassoc.kernels.cox_risk import risk_sets


@pytest.fixture
def parts(rng):
    X = rng.standard_normal((12, 4)) * [1.0, 1e-3, 1e3, 1.0] + 5.0
    missing = np.zeros((12, 4), bool)
    missing[[2, 7], 1] = missing[4, 2] = True
    X[missing] = 0.0
    train = np.ones((3, 12), bool)
    train[[0, 1, 2], [0, 1, 2]] = False
    risk = risk_sets(np.arange(1.0, 13.0), np.ones(12), strata=np.arange(12) % 2)
    fill = rng.standard_normal((3, 4)) * [1.0, 1e-3, 1e3, 1.0]
    return {
        "X": X, "risk": risk, "train": train, "factor": np.array([0.0, 1.0, 2.0, np.inf]),
        "scale": rng.uniform(1, 2, (3, 4)), "fill": fill, "missing": missing, "used": np.ones((3, 4), bool),
    }  # fmt: skip


def test_units_are_those_of_the_table(parts):
    table = fold_table(**parts, every=False)
    spread = parts["X"].std(axis=0)
    np.testing.assert_allclose(table.unit, spread)
    np.testing.assert_allclose(table.features.rows * spread[:, None], (parts["X"] - parts["X"].mean(axis=0)).T)
    assert table.gapped.tolist() == [1, 2]
    np.testing.assert_allclose(table.shift(slice(1, 3)), parts["fill"][1:, 1:3] / spread[1:3])
    limit = table.limit(table.scale_of(slice(0, 2)), slice(0, 2), 2)
    np.testing.assert_allclose(limit[2], 2 * parts["scale"][:2, 2] / spread[2])
    assert limit[0].tolist() == [0.0, 0.0]
    assert np.isinf(limit[3]).all()


def test_what_a_fit_drops_is_infinitely_expensive(parts):
    parts["used"][1, 2] = False
    parts["scale"][2, 2] = 0.0
    table, all_fits = fold_table(**parts, every=False), slice(0, 3)
    assert np.isinf(table.limit(table.scale_of(all_fits), all_fits, 3)[2]).tolist() == [False, True, True]


def test_one_row_serves_all_fits(parts):
    for name in ("scale", "fill", "used"):
        parts[name] = parts[name][:1]
    parts["factor"][0] = 1.0
    table = fold_table(**parts, every=False)
    assert table.shift(slice(0, 3)).shape == (1, 2)
    assert table.scale_of(slice(1, 3)).shape == (1, 4)
    assert table.limit(table.scale_of(slice(0, 3)), slice(0, 3), 3).shape == (4, 3)


@pytest.mark.parametrize("every", [True, False])
def test_a_free_feature_must_vary_within_a_stratum_of_the_training_set(parts, every):
    parts["X"][:, 0] = (np.arange(12) % 2) + 3.0 * ~parts["train"][1]
    parts["X"][:, 1] = 2.0  # and one fit fills the gaps with another number
    parts["fill"][:, 1] = [2.0, 2.0, 2.5]
    parts["X"][:, 3] = np.arange(12) % 2
    parts["factor"][3] = 1.0
    used = fold_table(**parts, every=every).used
    assert used[:, 0].tolist() == [True, False, True]
    assert used[:, 3].tolist() == [not every] * 3


def test_scales_of_the_training_part(parts):
    X = np.random.default_rng(1).standard_normal((12, 4)) * [1.0, 1e-3, 1e3, 1.0] + 5.0
    X[1:, 3] = 2.0  # constant where the first patient is left out
    weights = np.repeat([1.0, 2.0, 0.0], 4)
    risk = risk_sets(np.arange(1.0, 13.0), np.ones(12), weights=weights)
    table = fold_table(X, risk, parts["train"], None, "training", None, None, None, every=False)
    for f, rows in enumerate(parts["train"]):
        share = rows * weights / (rows * weights).sum()
        wanted = np.sqrt(share @ (X - share @ X) ** 2)
        np.testing.assert_allclose(table.scale_of(slice(f, f + 1))[0], wanted, rtol=1e-9, atol=1e-12)
    limit = table.limit(table.scale_of(slice(0, 3)), slice(0, 3), 3)
    assert np.isinf(limit[3]).tolist() == [True, False, False]
    with pytest.raises(ValueError, match="without missing cells"):
        fold_table(**{**parts, "scale": "training"}, every=False)
