import numpy as np
import pytest
from scipy.stats import false_discovery_control

from radassoc.association._correct import correct, null_share, possible_cut
from radassoc.association._tail import Tail

RNG = np.random.default_rng(9)
P = np.r_[RNG.uniform(size=900), RNG.uniform(size=100) * 1e-5]


def tail_of_all(p):
    edges = np.r_[0.0, np.geomspace(1e-8, 1, 4000)]
    return Tail(np.log10(np.maximum(edges, 1e-300)), edges, np.searchsorted(np.sort(p), edges, side="right"))


@pytest.mark.parametrize("correction", ["bh", "by"])
def test_all_p_values_equal_scipy(correction):
    found = correct(P, P.size, correction).at(P)
    np.testing.assert_allclose(found, false_discovery_control(P, method=correction), rtol=1e-10)


def test_holm_one_step_at_a_time():
    worst, expected = 0.0, {}
    for rank, p in enumerate(sorted(P)):
        worst = expected[p] = min(max(worst, p * (P.size - rank)), 1.0)
    np.testing.assert_allclose(correct(P, P.size, "holm").at(P), [expected[p] for p in P], rtol=1e-10)


@pytest.mark.parametrize("correction", ["bh", "by", "holm", "storey"])
def test_the_smallest_and_the_counts_give_the_same_where_it_matters(correction):
    """Up to the cut that the counts allow, nothing is lost; beyond it, values are bounds from above."""
    whole, tail = correct(P, P.size, correction), tail_of_all(P)
    cut = possible_cut(tail, correction, 0.05)
    part = correct(P[cut >= P], P.size, correction, tail)
    found, expected = part.at(P), whole.at(P)
    below = expected < 0.05
    assert below.sum() > 20
    np.testing.assert_allclose(found[below], expected[below], rtol=5e-3 if correction == "storey" else 1e-12)
    assert (found >= expected * (1 - 5e-3)).all()
    assert (found <= expected * 1.03).all()


def test_missing_p_values_stay_missing():
    assert np.isnan(correct(np.array([0.1, np.nan]), 1, "bh").at(np.array([np.nan])))


def test_nothing_found_has_an_adjusted_value_of_one():
    assert correct(np.empty(0), 10, "bh").at(np.array([0.5])).tolist() == [1.0]


def test_share_of_nulls_from_values_and_from_counts():
    assert null_share(P, None) == pytest.approx(0.9, abs=0.1)
    assert null_share(P, tail_of_all(P)) == pytest.approx(null_share(P, None), rel=0.01)
