import pandas as pd
import pytest

import radassoc as ra
from radassoc.association.find_modules import find_modules
from radassoc.base.errors import RadiomicsError


def test_members_must_be_there():
    cohort = ra.simulate_cohort(n_patients=40, seed=1).cohort
    found = find_modules(cohort)
    members = found.table[found.table["module"] != ""]
    with pytest.raises(RadiomicsError, match="not in the table"):
        found.transform(cohort["radiomics"].drop(columns=members["feature"].iloc[0]))
    # columns in no module are not needed, and the order of columns does not matter
    part = cohort["radiomics"][list(members["feature"])[::-1]]
    pd.testing.assert_frame_equal(found.transform(part), found.transform(cohort["radiomics"]), atol=1e-12)


def test_composition_counts_every_member():
    found = find_modules(ra.simulate_cohort(n_patients=40, seed=1).cohort)
    counts = found.composition.groupby("module")["size"].sum()
    assert counts.to_dict() == found.modules.set_index("module")["size"].to_dict()
