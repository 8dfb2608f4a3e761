"""References become the tables of a map."""

from __future__ import annotations

import pytest

from radassoc.association._pair_question import check_pair, source_of
from radassoc.base.errors import InputError


def test_references_and_series(study):
    assert source_of(study, "radiomics:f0") == ("radiomics", "f0")
    assert source_of(study, "g0") == ("expression", "g0")
    frame, name = source_of(study, "age")
    assert (frame.columns.tolist(), name) == (["age"], "age")
    frame, name = source_of(study, study.column("g0").rename("score"))
    assert (frame.shape, name) == ((50, 1), "score")


def test_one_column_twice_is_refused(study):
    with pytest.raises(InputError, match="both columns"):
        check_pair(study, ("radiomics", "radiomics"), ("f0", "f0"))
    check_pair(study, ("radiomics", "expression"), ("f0", "f0"))
