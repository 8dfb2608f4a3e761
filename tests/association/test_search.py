import numpy as np
import pytest

from radassoc.association._groups import Tables
from radassoc.association._search import correlation_at, search
from radassoc.association._where import where
from radassoc.base.settings import options
from radassoc.kernels.tails import correlation_p

RNG = np.random.default_rng(5)


@pytest.mark.parametrize("p", [0.5, 1e-3, 1e-40])
def test_the_correlation_of_a_p_value(p):
    assert correlation_p(np.array([correlation_at(p, 50)]), 50.0)[0] == pytest.approx(p, rel=1e-9)


@pytest.mark.slow
def test_every_pair_up_to_the_threshold_and_none_beyond():
    X, Y = RNG.normal(size=(40, 30)), RNG.normal(size=(40, 2500))
    X[:3, 4] = np.nan
    found = search(Tables(X, Y, np.empty((40, 0)), ranked=False), 0.01, most=10_000, where=where(None))
    expected = set()
    for i in range(30):
        seen = ~np.isnan(X[:, i])
        r = np.corrcoef(X[seen, i], Y[seen].T)[0, 1:]
        expected |= {(i, int(j)) for j in np.flatnonzero(correlation_p(r, seen.sum() - 2.0) <= 0.01)}
    assert set(zip(found.hits.i.tolist(), found.hits.j.tolist(), strict=True)) == expected
    assert found.n_tests == 30 * 2500
    assert sorted(found.counts) == [35, 38]


def test_too_many_hits_are_told_and_still_counted():
    X = RNG.normal(size=(40, 10))
    found = search(Tables(X, X, np.empty((40, 0)), ranked=False), 1.0, most=7, where=where(None))
    assert not found.complete
    assert len(found.hits.i) == 7
    assert found.n_tests == 100


def test_workers_change_no_bit():
    X, Y = RNG.normal(size=(25, 60)), RNG.normal(size=(25, 4200))
    answers = []
    for n_jobs in (1, 2):
        with options(n_jobs=n_jobs):
            answers.append(search(Tables(X, Y, X[:, :2], ranked=True), 1e-3, most=10_000, where=where(None)))
    np.testing.assert_array_equal(answers[0].hits.r, answers[1].hits.r)
    np.testing.assert_array_equal(answers[0].hits.j, answers[1].hits.j)
