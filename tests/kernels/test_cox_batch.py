import numpy as np
import pytest

from radassoc.kernels.cox_batch import Walker
from radassoc.kernels.cox_features import new_features
from radassoc.kernels.cox_record import new_record
from radassoc.kernels.cox_risk import risk_sets, training_sets
from radassoc.kernels.cox_state import new_batch
from radassoc.kernels.cox_walk import Penalty

LAMBDAS = np.array([1.0, 0.15, 0.1, 0.05])


@pytest.fixture
def new_walker(brute_cox):
    study = brute_cox(seed=7, p=30)
    Z = (study.X - study.X.mean(axis=0)) / study.X.std(axis=0)
    risk = risk_sets(study.time, study.event, **study.arguments())
    train = np.ones((2, 40), bool)
    train[1, ::7] = False

    def new(ends=(np.inf, np.inf, np.inf)):
        return Walker(
            new_features(np.ascontiguousarray(Z.T)),
            risk,
            training_sets(risk, train),
            shift=np.zeros((1, 0)),
            penalty=Penalty(np.ones(30), np.ones(30), np.ones((1, 30)), 1.0),
            limit=np.ones((30, 2)),
            record=new_record(4, 2, ends=ends),
        )

    return new


def walked(walker, stops=(4,)):
    walker.start()
    walker.plan(LAMBDAS)
    for stop in stops:
        walker.advance(stop)
    return walker


def test_a_walk_that_runs_out_of_room_and_space_goes_on_where_it_stopped(new_walker):
    wanted = walked(new_walker()).record
    small = new_walker()
    small.batch = new_batch(2, small._shared[2], 2, small.batch.saturated)
    small.record = small.record._replace(column=np.zeros(3, np.int32), value=np.zeros(3))
    found = walked(small).record
    assert small.batch.feature.shape[1] > 4
    assert found.column.size > 6
    np.testing.assert_array_equal(found.counts, wanted.counts)
    n = wanted.n_written[0]
    assert found.n_written[0] == n > 8
    order = [np.lexsort((r.column[:n], np.repeat(np.arange(8), r.counts.ravel()))) for r in (found, wanted)]
    np.testing.assert_array_equal(found.column[order[0]], wanted.column[order[1]])
    np.testing.assert_allclose(found.value[order[0]], wanted.value[order[1]], atol=1e-8)


def test_rests_on_the_way_do_not_matter(new_walker):
    whole, rested = walked(new_walker()).record, walked(new_walker(), (1, 2, 4)).record
    for name in ("column", "value", "counts", "deviance_ratio"):
        np.testing.assert_array_equal(getattr(rested, name), getattr(whole, name))


def test_a_walk_ends_where_it_is_told(new_walker):
    walker = walked(new_walker(ends=(np.inf, np.inf, 2.0)))
    assert walker.n_done == 2
    assert walker.batch.ended.all()
    assert walker.record.counts[1].all()
    assert not walker.record.counts[2].any()
