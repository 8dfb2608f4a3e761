from __future__ import annotations

import subprocess
import sys

import pytest

import radassoc as ra
from radassoc.cohort.cohort import Cohort


@pytest.mark.slow
def test_cohort_goes_through_every_door(small, tmp_path):
    assert Cohort.from_mudata(small.to_mudata()).fingerprint == small.fingerprint
    assert Cohort.read(small.write(tmp_path / "cohort.h5mu")).fingerprint == small.fingerprint
    alone = Cohort.from_anndata(small.to_anndata("radiomics"), modality="radiomics")
    assert alone.radiomics.equals(small.radiomics)
    assert alone.outcome.table.equals(small.outcome.table)


def test_doors_return_the_class_of_cohorts(small, tmp_path):
    assert type(Cohort.read(small.write(tmp_path / "cohort.h5mu"))) is Cohort


def test_unknown_table_has_no_door(small):
    with pytest.raises(ra.IdentifierError, match="expression"):
        small.to_anndata("expresion")


def test_libraries_are_imported_only_when_a_door_opens():
    code = "import sys, radassoc as ra; ra.Cohort; ra.read_cohort; print({'anndata', 'mudata'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
