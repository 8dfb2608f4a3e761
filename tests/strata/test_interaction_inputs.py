import numpy as np
import pytest

import radassoc as ra
from radassoc.strata._interaction_inputs import read_inputs


def test_patients_are_the_same_in_all_parts(parted):
    found = read_inputs(
        parted, "sex", ["radiomics", "expression"], levels=None, covariates=["idh"], strata=["centre"], outcome=True
    )
    known = int(parted.column("idh").notna().sum())
    assert found.levels == ("female", "male")
    assert [len(table.frame) for table in found.tables] == [known, known]
    assert len(found.group) == len(found.time) == len(found.Z) == len(found.layers) == known
    patients = found.tables[0].frame.index
    assert (found.group == (parted.column("sex").loc[patients] == "male")).all()
    np.testing.assert_allclose(found.Z.std(axis=0), 1.0)
    assert any("idh unknown" in note for note in found.notes)


def test_two_tables_of_one_kind_are_refused(parted):
    with pytest.raises(ra.InputError, match="against itself"):
        read_inputs(parted, "sex", ["radiomics", "radiomics"], levels=None, covariates=[], strata=[], outcome=False)
