"""The answer of one pair has fixed columns."""

from __future__ import annotations

from radassoc.association import pair
from radassoc.association.pair_result import CLASS_COLUMNS, FIT_COLUMNS, SAMPLE_COLUMNS, VALUE_COLUMNS


def test_fixed_columns(study):
    for answer in (pair(study, "f0", "g0"), pair(study, "f2", "g0"), pair(study, "f0", "sex")):
        assert answer.table.columns.tolist() == [answer.left_name, answer.right_name, *VALUE_COLUMNS]
        assert answer.fit.columns.tolist() == list(FIT_COLUMNS)
        assert answer.classes.columns.tolist() == list(CLASS_COLUMNS)
        assert answer.samples.columns.tolist() == list(SAMPLE_COLUMNS)


def test_no_patient_in_print(study):
    assert "P00" not in repr(pair(study, "f0", "g0")) + pair(study, "f0", "g0")._repr_html_()
