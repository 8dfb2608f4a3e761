import numpy as np

from radassoc.kernels.cox_screen import add_violators, keep_strong, new_screen, update_bound


def features(seed=0):
    rng = np.random.default_rng(seed)
    Z = rng.standard_normal((200, 50)) * rng.uniform(1e-3, 1e3, (200, 1))
    residual = rng.standard_normal(50)
    return Z - Z.mean(axis=1, keepdims=True), residual - residual.mean()


def looked_at(screen):
    chosen = screen.strong[: screen.n_strong[0]].tolist()
    assert np.flatnonzero(screen.is_strong).tolist() == sorted(chosen)
    return chosen


def test_the_bound_is_above_the_gradient_and_close():
    Z, residual = features()
    screen, gradient = new_screen(Z), np.abs(Z @ residual) / 50
    update_bound(screen, residual, 50.0)
    assert (screen.bound >= gradient).all()
    length = np.linalg.norm(Z, axis=1) * np.linalg.norm(residual) / 50
    assert (screen.bound - gradient <= 2e-5 * length).all()


def test_violators_are_exactly_those_above_their_penalty():
    Z, residual = features(1)
    gradient = np.abs(Z @ residual) / 50
    l1 = gradient * np.where(np.arange(200) % 2, 1 + 1e-7, 1 - 1e-7)  # single precision cannot tell
    screen = new_screen(Z)
    update_bound(screen, residual, 50.0)
    screen.strong[:2], screen.n_strong[0] = [0, 4], 2
    screen.is_strong[[0, 4]] = True
    assert add_violators(screen, Z, residual, 50.0, l1)
    assert looked_at(screen) == [0, 4] + [j for j in range(0, 200, 2) if j not in (0, 4)]
    assert not add_violators(screen, Z, residual, 50.0, l1)


def test_strong_rule_by_hand():
    screen, factor = new_screen(np.zeros((4, 3))), np.array([1.0, 1.0, 1.0, 0.0])
    screen.bound[:] = [1.0, 0.85, 0.7, 0.1]
    keep_strong(screen, 0.9, 1.0, 0.9 * factor)
    assert looked_at(screen) == [0, 1, 3]  # needs 2 * 0.9 - 1 = 0.8
    keep_strong(screen, 0.0, 1.0, 0.0 * factor)
    assert looked_at(screen) == [0, 1, 2, 3]
