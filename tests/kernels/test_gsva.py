import numpy as np
from scipy.stats import norm

from radassoc.kernels.gsva import gsva_scores, kernel_places, place_order


def test_places_are_smoothed_shares_of_the_reference():
    rng = np.random.default_rng(1)
    reference, X = rng.normal(size=(12, 3)), rng.normal(size=(4, 3))
    width = reference.std(axis=0, ddof=1) / 4
    known = norm.cdf((X[:, None] - reference[None]) / width).mean(axis=1)
    np.testing.assert_allclose(kernel_places(X, reference), known, atol=5e-4)  # the table has steps of 0.001


def test_places_far_outside_are_none_and_all():
    reference = np.arange(5.0)[:, None]
    assert kernel_places(np.array([[-100.0], [100.0]]), reference).ravel().tolist() == [0.0, 1.0]


def test_order_is_stable():
    assert place_order(np.array([[0.5, 0.9, 0.5, 1.0, 0.0]])).tolist() == [[3, 1, 0, 2, 4]]


def test_walk_of_four_genes_by_hand():
    # weights |4-2|, |3-2|, |2-2|, |1-2| along the order; hits at ranks 0 and 3: 2/3, then two misses of 1/2, then 1/3
    order = np.array([[2, 0, 1, 3]])
    np.testing.assert_allclose(gsva_scores(order, [np.array([2, 3])]), [[2 / 3 - 1 / 3]])
