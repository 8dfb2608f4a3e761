import numpy as np

from radassoc.kernels.cox_walk import plan_route


def test_a_route_goes_through_every_lambda_in_small_steps():
    lambdas = np.array([1.2, 1.0, 0.95, 0.5, 0.0])
    route = plan_route(lambdas, 1.0)
    np.testing.assert_array_equal(route.lambdas[route.row >= 0], lambdas)
    assert route.row[route.row >= 0].tolist() == [0, 1, 2, 3, 4]
    between = route.lambdas[2:-1]
    assert (between[1:] / between[:-1] > 0.92).all()
    assert route.row[-2:].tolist() == [3, 4]  # nothing lies between a number and zero in logarithms


def test_a_route_that_starts_far_below_the_null_model():
    route = plan_route(np.array([0.1]), 1.0)
    assert route.row.tolist() == [-1] * (len(route.row) - 1) + [0]
    assert (np.diff(np.log(route.lambdas)) > np.log(0.92)).all()
    assert route.lambdas[0] > 0.92


def test_a_route_without_a_useful_lambda():
    route = plan_route(np.array([1.0, 0.5]), 0.0)
    assert route.lambdas.tolist() == [1.0, 0.5]
    assert route.row.tolist() == [0, 1]
