import numpy as np
import pytest
from numpy.testing import assert_allclose

from radassoc.strata._crossed import CONTRASTS, MODELS, TESTED, contrasts_of, cross, measured


@pytest.mark.slow
def test_every_drawn_patient_is_tested_once_by_models_that_did_not_see_them(arrays, settings):
    data, code = arrays()
    found = cross(data, code, settings, n_folds=3, n_repeats=2, path=("t",), models=TESTED)
    assert (np.isfinite(found.scores).all(axis=2) == (found.folds >= 0)).all()
    sizes = [[(data.event & (found.folds[0] == k) & (code == s)).sum() for s in (0, 1)] for k in range(3)]
    assert np.ptp(sizes) <= 1
    # the outcome of a test fold changes no score of that fold
    k = found.folds[0] == 0
    moved = data._replace(X=np.where(k[:, None], data.X + 7, data.X))
    again = cross(moved, code, settings, n_folds=3, n_repeats=1, path=("t",), models=TESTED)
    shift = again.scores[0, k] - found.scores[0, k]
    assert_allclose(shift[:, 0], shift[0, 0])


def test_contrasts_by_hand():
    values = np.zeros((2, 6, 2))
    values[0] = [[0.7, 0.6], [0.5, 0.8], [0, 0], [0, 0], [0.65, 0.75], [0, 0]]
    values[1] = [[1.0, 0.4], [0.3, 0.9], [0, 0], [0, 0], [0.5, 0.8], [0, 0]]
    told = contrasts_of(values, MODELS)
    assert_allclose(told, [0.2, 0.2, 0.2, 0.6, 0.3, -0.05, -0.05])
    assert told.size == len(CONTRASTS)


def test_constant_scores_have_half_and_no_slope(arrays, settings):
    data, code = arrays()
    found = cross(data, code, settings, n_folds=3, n_repeats=1, path=("t",), models=TESTED)
    flat = found._replace(scores=np.where(np.isnan(found.scores), np.nan, 1.0))
    values = measured(data, code, flat)
    assert_allclose(values[0, 0], 0.5)
    assert np.isnan(values[0, 1]).all()
