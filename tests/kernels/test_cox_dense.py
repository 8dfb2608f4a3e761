import numpy as np

from radassoc.kernels.cox_dense import factor, in_order, solve


def test_the_dead_of_a_time_come_before_those_censored_then():
    order = in_order(np.array([2.0, 5.0, 2.0, 5.0]), np.array([0, 1, 1, 0]), np.array(["b", "a", "b", "b"]))
    assert order.rows.tolist() == [1, 3, 2, 0]
    assert order.dead.tolist() == [1.0, 0.0, 1.0, 0.0]
    assert order.opens.tolist() == [True, True, False, False]
    assert order.new.tolist() == [True, True, True, False, True]


def test_factor_and_solve_answer_a_system():
    A = np.array([[4.0, 2.0, 1.0], [2.0, 3.0, 0.5], [1.0, 0.5, 2.0]])
    right, lower, answer = np.array([1.0, 2.0, 3.0]), A.copy(), np.zeros(3)
    assert factor(lower, 0)
    solve(lower, right, answer, 0)
    np.testing.assert_allclose(answer, np.linalg.solve(A, right))
    assert not factor(np.ones((2, 2)), 0)
