import pytest

import radassoc as ra
from radassoc.strata import _interaction_assemble
from radassoc.strata.interactions import interactions


def test_too_many_rows_are_refused(parted, monkeypatch):
    monkeypatch.setattr(_interaction_assemble, "MOST_PAIRS", 100)
    with pytest.raises(ra.InputError, match="240 rows"):
        interactions(parted, "sex", kind="association", keep="all")


def test_the_family_counts_all_tests_and_keep_changes_no_corrected_p(parted):
    top = interactions(parted, "sex", kind="association")
    whole = interactions(parted, "sex", kind="association", keep="all")
    assert top.families[0].n_tests == whole.families[0].n_tests == 240
    assert len(top.table) == 100
    assert top.table["p_adjusted"].tolist() == whole.table["p_adjusted"].head(100).tolist()
    assert 100 <= len(top.background) <= 240


def test_nothing_tested_is_not_estimable(parted):
    found = interactions(parted, "sex", left=parted.radiomics[["f0"]] * 0)
    assert found.status == "not_estimable"
    assert found.table.empty
    assert "estimate" in found.table
