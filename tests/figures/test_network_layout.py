import numpy as np

from radassoc.figures._network_layout import place_nodes


def test_joined_nodes_stand_near_each_other_and_none_cover_each_other():
    weights = np.zeros((6, 6))
    for i, j in ((0, 1), (1, 2), (0, 2), (3, 4)):
        weights[i, j] = weights[j, i] = 0.6
    where = place_nodes(weights)
    distance = np.linalg.norm(where[:, None] - where[None], axis=2)
    assert (distance + 9 * np.eye(6)).min() > 0.75
    assert distance[weights > 0].mean() < distance[(weights == 0) & ~np.eye(6, dtype=bool)].mean()
    np.testing.assert_array_equal(where, place_nodes(weights))
