import numpy as np

from radassoc.association._groups import Tables, groups_of, units_of, varying

RNG = np.random.default_rng(2)


def tables():
    X, Y, Z = RNG.normal(size=(30, 5)), RNG.normal(size=(30, 4)), RNG.normal(size=(30, 2))
    X[:4, 1] = X[:4, 3] = np.nan
    Y[26:, 0] = np.nan
    X[:, 4] = 2 * Z[:, 0] + 1
    return Tables(X, Y, Z, ranked=False)


def test_pairs_of_the_same_patients_are_together():
    groups = list(groups_of(tables()))
    told = {(tuple(g.left), tuple(g.right)): (len(g.rows), g.df) for g in groups}
    assert told == {
        ((0, 2, 4), (0,)): (26, 22),
        ((0, 2, 4), (1, 2, 3)): (30, 26),
        ((1, 3), (0,)): (22, 18),
        ((1, 3), (1, 2, 3)): (26, 22),
    }


def test_too_few_patients_make_no_group():
    few = Tables(RNG.normal(size=(4, 2)), RNG.normal(size=(4, 2)), np.empty((4, 0)), ranked=True)
    assert list(groups_of(few)) == []


def test_units_leave_out_what_the_covariates_explain():
    data = tables()
    group = next(g for g in groups_of(data) if len(g.rows) == 30)
    units = units_of(data.X[:, [0, 2, 4]], np.array([0, 2, 4]), group.Q, ranked=False)
    assert units.positions.tolist() == [0, 2]
    np.testing.assert_allclose((units.double() ** 2).sum(axis=1), 1)
    np.testing.assert_allclose(units.double() @ data.Z, 0, atol=1e-12)
    assert varying(data, "left").tolist() == [True, True, True, True, False]


def test_heavy_ties_are_marked():
    column = np.r_[np.zeros(25), 1.0, 2.0, 3.0, 4.0, 5.0]
    values, intercept = np.column_stack([column, RNG.normal(size=30)]), np.full((30, 1), 30**-0.5)
    units = units_of(values, np.arange(2), intercept, ranked=True)
    assert units.tied.tolist() == [True, False]


def test_single_and_double_precision_are_of_the_same_columns():
    X = RNG.normal(size=(30, 4))
    X[:, 1] = 3.0
    units = units_of(X, np.array([2, 4, 6, 8]), np.full((30, 1), 30**-0.5), ranked=True)
    assert units.positions.tolist() == [2, 6, 8]
    np.testing.assert_allclose(units.single, units.double(), atol=1e-7)
    np.testing.assert_allclose(units.double(np.array([2])), units.double()[2:], atol=1e-15)
