import numpy as np

from radassoc.kernels.cox_screen import Screen, strong_features


def features(seed=0):
    rng = np.random.default_rng(seed)
    Z = rng.standard_normal((200, 50)) * rng.uniform(1e-3, 1e3, (200, 1))
    residual = rng.standard_normal(50)
    return Z - Z.mean(axis=1, keepdims=True), residual - residual.mean()


def test_the_bound_is_above_the_gradient_and_close():
    Z, residual = features()
    screen, gradient = Screen(Z, 50.0), np.abs(Z @ residual) / 50
    bound = screen.bound(residual)
    assert (bound >= gradient).all()
    length = np.linalg.norm(Z, axis=1) * np.linalg.norm(residual) / 50
    assert (bound - gradient <= 2e-5 * length).all()


def test_violators_are_exactly_those_above_their_penalty():
    Z, residual = features(1)
    gradient = np.abs(Z @ residual) / 50
    l1 = gradient * np.where(np.arange(200) % 2, 1 + 1e-7, 1 - 1e-7)  # single precision cannot tell
    found = Screen(Z, 50.0).violators(Screen(Z, 50.0).bound(residual), residual, l1, np.array([0, 4]))
    assert found.tolist() == [j for j in range(0, 200, 2) if j not in (0, 4)]


def test_strong_rule_by_hand():
    bound, factor = np.array([1.0, 0.85, 0.7, 0.1]), np.array([1.0, 1.0, 1.0, 0.0])
    assert strong_features(bound, 0.9, 1.0, 0.9 * factor).tolist() == [0, 1, 3]  # needs 2 * 0.9 - 1 = 0.8
    assert strong_features(bound, 0.0, 1.0, 0.0 * factor).tolist() == [0, 1, 2, 3]
