import json
from pathlib import Path

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy import stats

from radassoc.strata._heterogeneity import heterogeneity

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "by_stratum.json").read_text())


def test_equals_metafor():
    found = heterogeneity(np.array(ORACLE["effect"], dtype=float), np.array(ORACLE["error"], dtype=float))
    for i, told in enumerate(ORACLE["fits"]):
        assert_allclose([found.statistic[i], found.p[i]], [told["QE"], told["QEp"]], rtol=1e-10)
        assert_allclose([found.statistic[i], found.p[i]], [told["QM"], told["QMp"]], rtol=1e-8)


def test_equals_welch():
    values = [np.array(v) for v in ORACLE["values"]]
    mean = np.array([[v.mean() for v in values]])
    error = np.array([[v.std(ddof=1) / np.sqrt(v.size) for v in values]])
    df = np.array([[v.size - 1.0 for v in values]])
    assert_allclose(heterogeneity(mean, error, df).p, ORACLE["welch_three"], rtol=1e-10)
    assert_allclose(heterogeneity(mean[:, :2], error[:, :2], df[:, :2]).p, ORACLE["welch_two"], rtol=1e-10)


def test_two_strata_by_hand():
    # 1.0 and 2.0 with errors 0.3 and 0.4: z = 1 / 0.5 = 2
    found = heterogeneity(np.array([[1.0, 2.0]]), np.array([[0.3, 0.4]]))
    assert_allclose(found.statistic, 4.0)
    assert_allclose(found.p, 2 * stats.norm.sf(2.0))
    assert_allclose([found.low[0], found.high[0]], [1 - 1.959964 * 0.5, 1 + 1.959964 * 0.5], rtol=1e-6)


def test_interval_excludes_zero_exactly_when_p_is_below_five_percent():
    rng = np.random.default_rng(1)
    effect, error, df = rng.normal(size=(300, 2)), rng.uniform(0.3, 1, (300, 2)), rng.integers(4, 30, (300, 2))
    found = heterogeneity(effect, error, df.astype(float))
    assert ((found.low > 0) | (found.high < 0)).tolist() == (found.p < 0.05).tolist()


def test_order_of_strata_turns_only_the_difference():
    rng = np.random.default_rng(2)
    effect, error = rng.normal(size=(20, 2)), rng.uniform(0.3, 1, (20, 2))
    one, other = heterogeneity(effect, error), heterogeneity(effect[:, ::-1], error[:, ::-1])
    assert_allclose(one.p, other.p)
    assert_allclose(one.difference, -other.difference)


@pytest.mark.parametrize(("effect", "error"), [([1.0, np.nan], [0.1, 0.2]), ([1.0, 2.0], [0.1, 0.0])])
def test_one_estimate_is_no_test(effect, error):
    found = heterogeneity(np.array([effect]), np.array([error]))
    assert np.isnan([found.p[0], found.statistic[0], found.difference[0]]).all()
    assert found.n_strata[0] == 1


def test_level_with_slopes_of_few_patients():
    """With 8 and 12 patients and unequal variances Welch keeps the level that the normal test exceeds."""
    rng = np.random.default_rng(3)
    sizes, spreads, n = (8, 12), (2.0, 1.0), 4000
    draws = [rng.normal(scale=s, size=(n, k)) for k, s in zip(sizes, spreads, strict=True)]
    mean = np.column_stack([d.mean(axis=1) for d in draws])
    error = np.column_stack([d.std(axis=1, ddof=1) / np.sqrt(d.shape[1]) for d in draws])
    by_t = heterogeneity(mean, error, np.tile([7.0, 11.0], (n, 1))).p
    by_z = heterogeneity(mean, error).p
    assert 0.04 < (by_t < 0.05).mean() < 0.06
    assert (by_z < 0.05).mean() > 0.065
