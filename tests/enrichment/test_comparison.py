import numpy as np
import pandas as pd

import radassoc as ra
from radassoc.cohort.cohort import Cohort
from radassoc.enrichment.comparison import COLUMNS, GENE_COLUMNS


def test_saved_and_loaded(tmp_path):
    rng = np.random.default_rng(1)
    patients = [f"P{i}" for i in range(40)]
    clinical = pd.DataFrame({"score": rng.normal(size=40), "sex": ["f", "m"] * 20}, index=patients)
    expression = pd.DataFrame(rng.normal(size=(40, 30)), patients, [f"G{i}" for i in range(30)])
    cohort = Cohort.from_frames(expression=expression, clinical=clinical)
    sets = {"a": [f"G{i}" for i in range(12)]}
    found = ra.compare_enrichment(cohort, "score", sets, groups="sex", n_permutations=20)
    assert list(found.table.columns) == list(COLUMNS)
    assert list(found.genes.columns) == list(GENE_COLUMNS)
    again = ra.load(found.save(tmp_path / "comparison"))
    pd.testing.assert_frame_equal(again.table, found.table)
    pd.testing.assert_frame_equal(again.genes, found.genes)
    assert found.default_figure == "plot_nes_scatter"
