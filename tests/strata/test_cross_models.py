import numpy as np
import pytest
from numpy.testing import assert_allclose

from radassoc.strata._cross_models import HALF, INTERACTION, OTHER, OWN, balanced, train
from radassoc.survival._pipeline import learn_model


def test_balanced_has_equal_events_and_keeps_the_share_of_deaths():
    event = np.array([True] * 30 + [False] * 10 + [True] * 12 + [False] * 7)
    code = np.array([0] * 40 + [1] * 19)
    used = balanced(event, code, np.random.default_rng(1))
    assert (used & event & (code == 0)).sum() == (used & event & (code == 1)).sum() == 12
    assert (used & ~event & (code == 0)).sum() == 4  # 10 * 12 / 30
    assert used[code == 1].all()


def test_own_model_sees_its_stratum_alone(arrays, settings):
    data, code = arrays()
    trained = train(OTHER, data, code, settings, ("x",), np.random.default_rng(0))
    alone = learn_model(data.take(np.flatnonzero(code == 1)), settings, ("x",))
    assert_allclose(trained.score(data, code), alone.imaging(data.X) + alone.clinical(data.Z))
    changed = data._replace(X=np.where(code[:, None] == 0, 99.0, data.X))
    again = train(OTHER, changed, code, settings, ("x",), np.random.default_rng(0))
    assert again.coefficients.tolist() == trained.coefficients.tolist()


@pytest.mark.parametrize("q", [0, 2])
def test_interaction_follows_opposite_slopes(arrays, settings, q):
    data, code = arrays(q=q)
    trained = train(INTERACTION, data, code, settings, ("x",), np.random.default_rng(0))
    score = trained.score(data, code)
    slopes = [np.corrcoef(score[code == s], data.X[code == s, 0])[0, 1] for s in (0, 1)]
    assert slopes[0] < -0.7
    assert slopes[1] > 0.7
    assert 0 in trained.selected
    assert trained.selected.max() < 5


def test_covariate_that_is_constant_in_a_stratum_has_no_product(arrays, settings):
    data, code = arrays(q=1)
    flat = data._replace(Z=np.where(code[:, None] == 0, 1.0, data.Z))
    assert np.isfinite(
        train(INTERACTION, flat, code, settings, ("x",), np.random.default_rng(0)).score(flat, code)
    ).all()


def test_half_has_as_many_events_as_one_stratum(arrays, settings, monkeypatch):
    seen = {}
    monkeypatch.setattr(
        "radassoc.strata._cross_models.learn_model",
        lambda data, *rest: seen.update(n=int(data.event.sum())) or learn_model(data, *rest),
    )
    data, code = arrays()
    used = balanced(data.event, code, np.random.default_rng(0))
    part, own = data.take(np.flatnonzero(used)), code[used]
    train(HALF, part, own, settings, ("x",), np.random.default_rng(0))
    one = (part.event & (own == 0)).sum()
    assert abs(seen["n"] - one) <= 1
    train(OWN, part, own, settings, ("x",), np.random.default_rng(0))
    assert seen["n"] == one
