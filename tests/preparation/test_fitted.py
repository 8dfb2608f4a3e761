"""A fitted preparation in another cohort."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.cohort.cohort import Cohort
from radassoc.preparation.recipe import Preparation
from radassoc.preparation.steps import learn


def test_apply_keeps_what_is_known_of_the_features() -> None:
    rng = np.random.default_rng(0)
    names = ["original_firstorder_Mean", "original_glcm_Contrast", "original_shape_Flatness"]
    frame = pd.DataFrame(rng.normal(size=(12, 3)), columns=names, index=[f"p{i}" for i in range(12)])
    frame[names[2]] = 1.0
    cohort = Cohort.from_frames(radiomics=frame)
    out = learn(Preparation(), frame).apply(cohort)
    assert list(out.features("radiomics").index) == names[:2]
    assert out.features("radiomics")["feature_class"].tolist() == ["firstorder", "glcm"]
    np.testing.assert_allclose(out.radiomics.mean(), 0, atol=1e-12)


def test_a_table_that_is_handed_out_is_a_copy() -> None:
    fitted = learn(Preparation(), pd.DataFrame({"a": [1.0, 2.0, 4.0]}))
    fitted.table["kept"] = False
    assert fitted.features == ("a",)
