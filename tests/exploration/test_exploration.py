import pandas as pd

import radassoc as ra
from radassoc.exploration.explore import explore


def test_survives_save_and_load_without_patients(tmp_path):
    cohort = ra.simulate_cohort(n_patients=40, seed=1).cohort
    found = explore(cohort, n_permutations=19)
    found.save(tmp_path / "e")
    back = ra.load(tmp_path / "e")
    assert back.samples is None
    for name in ("table", "features", "clusters", "patterns", "correlation_map", "regions", "absence"):
        pd.testing.assert_frame_equal(getattr(back, name), getattr(found, name), check_exact=True)
    for name in ("table", "features", "patterns"):
        assert not set(cohort.patients) & set(getattr(found, name).astype(str).to_numpy().ravel())
