import json

import numpy as np
import pandas as pd
import pytest

from radassoc.association._categorical import scan_categorical
from radassoc.association._columns import BINARY, CATEGORICAL, CONTINUOUS, read_columns
from radassoc.association._pair_scan import Settings

XS = ["x1", "x2", "x3"]


@pytest.fixture
def frame(oracles):
    return pd.read_csv(oracles / "pairings.csv")


@pytest.fixture
def oracle(oracles):
    return json.loads((oracles / "pairings.json").read_text())


def codes(frame, *names):
    return read_columns(frame[list(names)], what="frame").values


def test_without_covariates_it_is_kruskal_wallis(frame, oracle):
    found = scan_categorical(
        frame[XS].to_numpy(), codes(frame, "group"), np.empty((90, 0)), kind=CONTINUOUS, settings=Settings()
    )
    np.testing.assert_allclose(found.statistic[:, 0], oracle["kruskal"], rtol=1e-10)
    np.testing.assert_allclose(found.p[:, 0], oracle["kruskal_p"], rtol=1e-10)
    np.testing.assert_allclose(found.estimate[:, 0], np.array(oracle["kruskal"]) / 89)
    assert (found.df == 2).all()
    assert ((found.ci_low <= found.estimate) & (found.estimate <= found.ci_high)).all()


def test_with_covariates_it_is_the_partial_f_of_ranks(frame, oracle):
    found = scan_categorical(
        frame[XS].to_numpy(),
        codes(frame, "group"),
        frame[["age", "z"]].to_numpy(float),
        kind=CONTINUOUS,
        settings=Settings(),
    )
    np.testing.assert_allclose(found.statistic[:, 0], oracle["partial_f"], rtol=1e-9)
    np.testing.assert_allclose(found.p[:, 0], oracle["partial_f_p"], rtol=1e-9)
    assert set(found.estimate_kind.ravel()) == {"partial_epsilon_squared"}


def test_two_of_categories(frame, oracle):
    one, two, Z = codes(frame, "group"), codes(frame, "other"), frame[["age", "z"]].to_numpy(float)
    plain = scan_categorical(one, two, Z[:, :0], kind=CATEGORICAL, settings=Settings())
    assert plain.statistic[0, 0] == pytest.approx(oracle["chisq_3x3"] * 89 / 90)
    assert plain.estimate[0, 0] == pytest.approx(np.sqrt(oracle["chisq_3x3"] / 90 / 2))
    assert plain.df[0, 0] == 4
    given = scan_categorical(one, two, Z, kind=CATEGORICAL, settings=Settings())
    trace, F, p = oracle["pillai"]
    assert given.estimate[0, 0] == pytest.approx(np.sqrt(trace / 2))
    assert given.statistic[0, 0] == pytest.approx(F)
    # an expected count is below five: permuted, which comes near
    assert given.p_value_from[0, 0] == "permutation"
    assert given.p[0, 0] == pytest.approx(p, abs=0.01)


def test_two_classes_against_categories(frame):
    found = scan_categorical(
        codes(frame, "mark"), codes(frame, "group"), np.empty((90, 0)), kind=BINARY, settings=Settings()
    )
    counts = pd.crosstab(frame["mark"], frame["group"]).to_numpy()
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / 90
    assert found.statistic[0, 0] == pytest.approx(((counts - expected) ** 2 / expected).sum() * 89 / 90)


def test_rare_levels_are_set_aside(frame):
    group = codes(frame, "group")
    group[:4] = 3  # a level of four
    found = scan_categorical(frame[XS].to_numpy(), group, np.empty((90, 0)), kind=CONTINUOUS, settings=Settings())
    rest = scan_categorical(
        frame[XS].to_numpy()[4:], group[4:], np.empty((86, 0)), kind=CONTINUOUS, settings=Settings()
    )
    assert (found.n == 86).all()
    np.testing.assert_array_equal(found.p, rest.p)
    both = scan_categorical(group, codes(frame, "other"), np.empty((90, 0)), kind=CATEGORICAL, settings=Settings())
    assert both.n[0, 0] == 86
    assert both.df[0, 0] == 4


def test_a_table_of_one_level_has_no_answer(frame):
    found = scan_categorical(
        frame[XS].to_numpy(), np.zeros((90, 1)), np.empty((90, 0)), kind=CONTINUOUS, settings=Settings()
    )
    assert np.isnan(found.p).all()


@pytest.mark.parametrize("kind", [CONTINUOUS, CATEGORICAL])
def test_permutations_are_of_residuals_freed_of_the_covariates_anew(kind):
    """One by one: move the residuals of x, regress on covariates again, take the trace."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(18, 1)) if kind == CONTINUOUS else rng.permutation(np.repeat([0.0, 1.0, 2.0], 6))[:, None]
    y, Z = np.repeat([0.0, 1.0, 2.0], 6)[:, None], rng.normal(size=(18, 1))
    settings = Settings(ranked=False, n_permutations=40)
    found = scan_categorical(x, y, Z, kind=kind, settings=settings)
    assert found.p_value_from[0, 0] == "permutation"
    from radassoc.association._pair_scan import draw_rows

    D = np.column_stack([np.ones(18), Z])
    M = np.eye(18) - D @ np.linalg.pinv(D)
    dummies = lambda c: (c == np.unique(c)[None, 1:]).astype(float)  # noqa: E731
    X, Y = M @ (x if kind == CONTINUOUS else dummies(x)), M @ dummies(y)

    def trace(X):
        X = M @ X
        return np.trace(np.linalg.pinv(X.T @ X) @ X.T @ Y @ np.linalg.pinv(Y.T @ Y) @ Y.T @ X)

    null = []
    for row in draw_rows(18, settings):
        moved = np.empty_like(X)
        moved[row] = X
        null.append(trace(moved))
    assert found.p[0, 0] == pytest.approx((1 + (np.array(null) >= trace(X) - 1e-9).sum()) / 41)
