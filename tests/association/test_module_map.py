import pandas as pd

import radassoc as ra
from radassoc.association.associate_modules import associate_modules
from radassoc.association.module_map import LABEL_COLUMNS, ModuleMap


def test_survives_save_and_load(tmp_path):
    cohort = ra.simulate_cohort(n_patients=50, seed=1).cohort
    found = associate_modules(cohort, "radiomics", ["age", "sex"])
    found.save(tmp_path / "m")
    back = ra.load(tmp_path / "m")
    assert isinstance(back, ModuleMap)
    assert set(LABEL_COLUMNS) <= set(back.table.columns)
    pd.testing.assert_frame_equal(back.table, found.table, check_exact=True)
    pd.testing.assert_frame_equal(back.left_modules.table, found.left_modules.table, check_exact=True)
    assert back.right_modules is None
