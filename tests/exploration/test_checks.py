import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.exploration.explore import explore


@pytest.mark.slow
def test_every_finding_is_worded():
    cohort = ra.simulate_cohort(n_patients=60, seed=1).cohort
    found = explore(cohort, n_permutations=99)
    assert (found.table["verdict"].str.len() > 5).all()
    assert found.table["check"].drop_duplicates().tolist()[:3] == ["correlation", "missing", "outliers"]


def test_a_null_is_worded_as_no_evidence():
    rng = np.random.default_rng(5)
    names = [f"P{i}" for i in range(60)]
    X = pd.DataFrame(rng.normal(size=(60, 20)), index=names).add_prefix("f")
    cohort = ra.Cohort.from_frames(radiomics=X, clinical=pd.DataFrame({"site": list("abc") * 20}, index=names))
    table = explore(cohort, n_permutations=99).table.set_index("measure")
    assert "no evidence that centres differ" in table.loc["share of variation (PERMANOVA)", "verdict"]
    assert table.loc["share of variation (PERMANOVA)", "p_value"] > 0.05
    assert table.loc["patients far from all", "verdict"].startswith("no patient is far")
