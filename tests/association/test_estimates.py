import numpy as np
import pytest
from scipy import stats

from radassoc.association._estimates import answers, kind_of_estimate

RNG = np.random.default_rng(7)
X, Y = RNG.normal(size=(2, 35))
R = np.array([np.corrcoef(X, Y)[0, 1]])
SURE = np.array([False])


def test_a_slope_is_that_of_linregress():
    ratio = np.array([Y.std() / X.std()])
    found = answers(R, ratio, 33.0, SURE, method="linear")
    known = stats.linregress(X, Y)
    told = [found[name][0] for name in ("estimate", "std_error", "p")]
    np.testing.assert_allclose(told, [known.slope, known.stderr, known.pvalue], rtol=1e-10)
    half = stats.t.ppf(0.975, 33) * known.stderr
    np.testing.assert_allclose([found["ci_low"][0], found["ci_high"][0]], [known.slope - half, known.slope + half])


def test_the_interval_of_pearson_is_scipys():
    found = answers(R, np.ones(1), 33.0, SURE, method="pearson")
    known = stats.pearsonr(X, Y).confidence_interval()
    np.testing.assert_allclose([found["ci_low"][0], found["ci_high"][0]], known, rtol=1e-10)
    assert np.isnan(found["std_error"][0])


def test_the_interval_of_ranks_is_that_of_bonett_and_wright():
    found = answers(np.array([0.5]), np.ones(1), 48.0, SURE, method="spearman")
    half = 1.959963984540054 * np.sqrt((1 + 0.5**2 / 2) / 47)
    expected = np.tanh(np.arctanh(0.5) + np.array([-half, half]))
    np.testing.assert_allclose([found["ci_low"][0], found["ci_high"][0]], expected)


def test_no_interval_where_t_is_doubtful_and_none_beyond_one():
    found = answers(np.array([0.3, 1.0]), np.ones(2), 20.0, np.array([True, False]), method="spearman")
    assert np.isnan(found["ci_low"][0])
    assert found["ci_high"][1] == 1.0


@pytest.mark.parametrize(("method", "kind"), [("spearman", "partial_spearman"), ("linear", "adjusted_slope")])
def test_names(method, kind):
    assert kind_of_estimate(method, adjusted=True) == kind
