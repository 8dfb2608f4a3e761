import json

import numpy as np
import pytest
from scipy import optimize

from radassoc.kernels.pooling import cochran_q, pool, tau_squared, tau_squared_interval


@pytest.fixture
def oracle(oracles):
    return json.loads((oracles / "pooling.json").read_text())


def rows(one):
    return np.array([one["y"]]), np.array([one["v"]])


TESTS = {"z": "wald", "knha": "hartung_knapp", "adhoc": "hartung_knapp_truncated"}


def test_fixed_effects_equal_metafor(oracle):
    for one in oracle.values():
        y, v = rows(one)
        found, differ = pool(y, v, 0.0, "wald"), cochran_q(y, v)
        told = [found.estimate[0], found.std_error[0], differ.q[0], differ.p[0]]
        np.testing.assert_allclose(told, [one["fixed"][name] for name in ("estimate", "se", "Q", "Qp")], atol=1e-10)


def test_random_effects_equal_metafor(oracle):
    for one in oracle.values():
        for short, method in (("dl", "dersimonian_laird"), ("reml", "reml")):
            for test, interval in TESTS.items():
                if (wanted := one.get(f"{short}_{test}")) is None:
                    continue
                y, v = rows(one)
                tau2 = tau_squared(y, v, method)
                found = pool(y, v, tau2, interval)
                told = [tau2[0], found.estimate[0], found.std_error[0]]
                np.testing.assert_allclose(told, [wanted[n] for n in ("tau2", "estimate", "se")], atol=1e-8)


def test_profile_intervals_equal_metafor(oracle):
    for one in oracle.values():
        if "confint" in one:
            low, high = tau_squared_interval(*rows(one), 0.95)
            np.testing.assert_allclose([low[0], high[0]], one["confint"]["tau2"][1:], atol=1e-8)


def test_reml_is_the_maximum_of_the_restricted_likelihood():
    rng = np.random.default_rng(5)
    for _ in range(20):
        y, v = rng.normal(size=(1, 7)), rng.uniform(0.05, 0.6, size=(1, 7))

        def minus(t, y=y[0], v=v[0]):
            w = 1 / (v + t)
            mu = (w @ y) / w.sum()
            return 0.5 * (np.log(v + t).sum() + np.log(w.sum()) + (w * (y - mu) ** 2).sum())

        best = optimize.minimize_scalar(minus, bounds=(0, 20), method="bounded", options={"xatol": 1e-10}).x
        assert minus(tau_squared(y, v, "reml")[0]) <= minus(best) + 1e-9


def test_rows_do_not_touch_one_another_and_missing_strata_take_no_part():
    rng = np.random.default_rng(6)
    y, v = rng.normal(size=(30, 6)), rng.uniform(0.05, 0.6, size=(30, 6))
    y[3, 2] = v[3, 2] = np.nan
    together = tau_squared(y, v, "reml")
    alone = [tau_squared(y[[i]], v[[i]], "reml")[0] for i in range(30)]
    np.testing.assert_allclose(together, alone, atol=1e-11)
    kept = [0, 1, 3, 4, 5]
    assert together[3] == pytest.approx(tau_squared(y[[3]][:, kept], v[[3]][:, kept], "reml")[0], abs=1e-11)
    assert pool(y, v, together, "wald").weights[3, 2] == 0


def test_two_strata_by_hand():
    """Weights 1 / 0.01 each: the mean; Q = 100 (0.35^2 + 0.35^2)."""
    y, v = np.array([[0.2, 0.9]]), np.array([[0.01, 0.01]])
    assert pool(y, v, 0.0, "wald").estimate[0] == pytest.approx(0.55)
    assert cochran_q(y, v).q[0] == pytest.approx(24.5)
    assert tau_squared(y, v, "dersimonian_laird")[0] == pytest.approx((24.5 - 1) / 100)
