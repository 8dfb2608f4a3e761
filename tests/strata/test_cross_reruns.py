import numpy as np
import pytest
from numpy.testing import assert_allclose

from radassoc.strata._cross_reruns import average, candidates, own_models, rerun_cross


def test_average_leaves_empty_models_out():
    values = np.array([[1.0, np.nan], [3.0, np.nan]])
    assert_allclose(average(values), [2.0, np.nan])


def test_candidates_are_not_pruned_but_clustered(arrays, settings):
    data, _ = arrays(p=3)
    twins = data._replace(X=np.column_stack([data.X, data.X[:, 0] + 1e-6 * data.X[:, 1]]))
    found = candidates(twins, settings)
    assert found.columns.tolist() == [0, 1, 2, 3]
    assert found.cluster[0] == found.cluster[3] != found.cluster[1]
    assert found.places(np.array([3, 1])).tolist() == [1, 3]


@pytest.mark.slow
def test_shapes_and_seeds(arrays, settings):
    data, code = arrays(n=80)
    known, cells = candidates(data, settings), np.zeros(80, dtype=np.int64)
    asked = {"n_folds": 3, "n_repeats": 1, "n_bootstraps": 1, "n_permutations": 2}
    one, two = (rerun_cross(data, code, settings, cells, known, **asked) for _ in range(2))
    assert one.matrices.shape == (1, 2, 6, 2)
    assert one.contrasts.shape == (2, 7)
    assert one.similarity.shape == (2, 2)
    assert_allclose(one.contrasts, two.contrasts)
    assert len(own_models(data, code, settings, ("x",))) == 2
