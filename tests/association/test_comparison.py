import pandas as pd

import radassoc as ra
from radassoc.association.compare_modalities import compare_modalities


def test_survives_save_and_load_without_patients(tmp_path):
    cohort = ra.simulate_cohort(n_patients=40, seed=1).cohort
    found = compare_modalities(cohort, "radiomics", "expression", n_permutations=19, penalties=[0.3])
    found.save(tmp_path / "c")
    back = ra.load(tmp_path / "c")
    assert back.samples is None
    for name in ("table", "loadings", "penalties", "null"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(found, name), check_exact=True)
