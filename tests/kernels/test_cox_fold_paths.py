import numpy as np

from radassoc.kernels.cox_fold_paths import collect, pooled_deviance
from radassoc.kernels.cox_record import new_record

TRAIN = np.array([[1, 0, 0], [0, 1, 1], [1, 1, 0], [0, 0, 1]], bool)
EVENTS = np.array([2.0, 1.0, 1.0, 2.0])


def block(rows, counts, deviance):
    """Return the record of two fits at three lambdas, by hand."""
    record = new_record(3, 2, ends=(np.inf, np.inf, np.inf), left_out=~TRAIN[rows], events_out=EVENTS[rows])
    record.counts[:] = counts
    n = record.counts.sum()
    record.column[:n], record.value[:n] = np.arange(n) % 5, np.arange(n) + 1.0
    record.deviance[:] = deviance
    record.eta[:] = 10 * np.arange(3) + np.arange(3)[:, None] + 100 * rows.start
    return record


def records():
    return [
        block(slice(0, 2), [[0, 0], [1, 0], [2, 1]], [[4, 2], [3, 2], [5, 5]]),
        block(slice(2, 4), [[0, 0], [0, 1], [2, 2]], [[1, 1], [1, 1], [1, 1]]),
    ]


def test_blocks_are_put_together_fit_by_fit():
    found = collect(records(), np.array([3.0, 2.0, 1.0]), TRAIN, EVENTS)
    assert found.counts.tolist() == [[0, 1, 2], [0, 0, 1], [0, 0, 2], [0, 1, 2]]
    assert [part.tolist() for part in found.coefficients(0, 2)] == [[1, 2], [2.0, 3.0]]
    assert [part.tolist() for part in found.coefficients(1, 2)] == [[3], [4.0]]
    assert [part.tolist() for part in found.coefficients(3, 1)] == [[0], [1.0]]
    columns, values = found.path(0)
    assert columns.tolist() == [0, 1, 2]
    assert values.tolist() == [[0, 0, 0], [1, 0, 0], [0, 2, 3]]
    assert found.path(2)[1].shape == (3, 2)


def test_scores_go_to_their_patients():
    found = collect(records(), np.array([3.0, 2.0, 1.0]), TRAIN, EVENTS)
    first, second = found.by_repeat(2, 0)
    assert first.tolist() == [20.0, 0.0, 10.0]  # fit 0 leaves out patients 1 and 2, fit 1 patient 0
    assert second.tolist() == [210.0, 220.0, 200.0]
    assert found.by_repeat(2).shape == (2, 3, 3)


def test_a_path_cut_short_is_the_head_of_the_whole():
    whole = collect(records(), np.array([3.0, 2.0, 1.0]), TRAIN, EVENTS)
    short = collect(records(), np.array([3.0, 2.0]), TRAIN, EVENTS)
    assert short.n_lambdas == 2
    np.testing.assert_array_equal(short.deviance, whole.deviance[:, :2])
    for f in range(4):
        np.testing.assert_array_equal(
            short.coefficients(f, 1)[1], whole.coefficients(f, 1)[1] * 0 + [1.0] * (f in (0, 3))
        )


def test_the_pooled_curve_weighs_fits_by_their_events():
    curve = pooled_deviance(records())
    np.testing.assert_allclose(curve, [(2 * 4 + 2 + 1 + 2) / 6, (2 * 3 + 2 + 3) / 6, (2 * 5 + 5 + 3) / 6])
    np.testing.assert_allclose(collect(records(), np.ones(3), TRAIN, EVENTS).curve, curve)
