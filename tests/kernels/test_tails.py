import numpy as np
import pandas as pd

from radassoc.kernels.tails import correlation_p, t_from_correlation, t_tails


def test_log_tail_equals_r_where_the_p_value_underflows(oracles):
    known = pd.read_csv(oracles / "tails.csv")
    p, log10_p = t_tails(known["t"].to_numpy(), known["df"].to_numpy())
    assert (p == 0).any()
    np.testing.assert_allclose(log10_p * np.log(10), known["log_p"], rtol=1e-12, atol=1e-13)


def test_p_equals_r_where_it_can_be_told(oracles):
    known = pd.read_csv(oracles / "tails.csv").query("log_p > -575")  # 1e-250
    p, _ = t_tails(known["t"].to_numpy(), known["df"].to_numpy())
    np.testing.assert_allclose(p, np.exp(known["log_p"]), rtol=1e-11)


def test_perfect_and_missing_correlations():
    r = np.array([1.0, -1.0, 0.0, np.nan])
    p, log10_p = t_tails(t_from_correlation(r, 5.0), 5.0)
    np.testing.assert_array_equal(p, [0.0, 0.0, 1.0, np.nan])
    np.testing.assert_array_equal(log10_p, [-np.inf, -np.inf, 0.0, np.nan])


def test_p_falls_with_the_size_of_the_correlation():
    p = correlation_p(np.linspace(0, 0.999, 400), 40.0)
    assert (np.diff(p) < 0).all()
