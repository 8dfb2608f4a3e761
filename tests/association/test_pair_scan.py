import numpy as np

from radassoc.association._pair_scan import Settings, draw_rows, empty_scan, patterns


def test_blocks_find_their_place_also_turned():
    whole, part = empty_scan(3, 4), empty_scan(2, 1)
    part.put(np.arange(2), np.zeros(1, int), p=np.array([[0.1], [0.2]]), p_value_from="t", n=7)
    whole.put_scan(np.array([0, 2]), np.array([3]), part, turned=False)
    whole.put_scan(np.array([1]), np.array([0, 1]), part, turned=True)
    assert whole.p[[0, 2], 3].tolist() == [0.1, 0.2]
    assert whole.p[1, :2].tolist() == [0.1, 0.2]
    assert whole.n[1, 0] == 7
    assert (whole.p_value_from != "").sum() == 4
    assert np.isnan(whole.p).sum() == 8


def test_patterns_group_columns_by_who_is_missing():
    X = np.array([[1.0, np.nan, 1.0], [1.0, 1.0, 1.0]])
    found = [(rows.tolist(), columns.tolist()) for rows, columns in patterns(X)]
    assert found == [([True, True], [0, 2]), ([False, True], [1])]


def test_one_seed_one_draw():
    settings = Settings(n_permutations=5, seed=3)
    assert (draw_rows(10, settings) == draw_rows(10, settings)).all()
    assert (np.sort(draw_rows(10, settings), axis=1) == np.arange(10)).all()
    assert (draw_rows(10, settings) != draw_rows(10, settings._replace(seed=4))).any()
