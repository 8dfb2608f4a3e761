from __future__ import annotations

from radassoc.figures import plot_attrition


def test_each_step_and_each_exclusion_is_told(audit):
    told = [text.get_text() for text in plot_attrition(audit).texts]
    assert "With imaging\nn = 81" in told
    assert "no imaging\nn = 490" in told
    assert not any("n = 0" in text for text in told)


def test_no_patients(audit):
    audit.flow = audit.flow.iloc[:0]
    assert "No patients" in plot_attrition(audit).texts[0].get_text()
