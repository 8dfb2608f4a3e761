from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.figures import plot_exploration


@pytest.fixture(scope="module")
def found():
    rng = np.random.default_rng(0)
    names = [f"P{i:02d}" for i in range(40)]
    X = pd.DataFrame(rng.normal(size=(40, 6)), index=names, columns=[f"original_glcm_F{i}" for i in range(6)])
    X["original_shape_MeshVolume"] = np.exp(rng.normal(size=40))
    X.iloc[:4, 0] = np.nan
    site = pd.DataFrame({"site": list("ab") * 20}, index=names)
    return ra.explore(ra.Cohort.from_frames(radiomics=X, clinical=site), n_permutations=19)


def panels(figure):
    return {axes.get_title("left"): axes for axes in figure.axes}


@pytest.mark.slow
def test_six_panels(found):
    drawn = panels(plot_exploration(found))
    assert {"Rank correlation of features", "Gaps", "Patients far from all others", "Centres"} <= set(drawn)
    offsets = sum(len(points.get_offsets()) for points in drawn["Patients far from all others"].collections)
    assert offsets == 40
    assert sum(len(points.get_offsets()) for points in drawn["Features that are size"].collections) == 6
    share = sum(bar.get_height() for bar in drawn["How often features say the same"].patches)
    assert share == pytest.approx(100)
    assert drawn["Centres"].get_xlabel().endswith("between 2 centres")


@pytest.mark.slow
def test_what_was_not_looked_at_is_said(found):
    cohort = ra.simulate_cohort(n_patients=30, seed=1).cohort
    bare = ra.explore(cohort, volume=None, centre=None, n_permutations=19)
    drawn = panels(plot_exploration(bare, title="Sheet"))
    assert "No feature holds a volume" in drawn["Features that are size"].texts[0].get_text()
    assert "not asked" in drawn["Centres"].texts[0].get_text()
    object.__setattr__(bare, "samples", None)
    assert "no distances" in panels(plot_exploration(bare))["Patients far from all others"].texts[0].get_text()
