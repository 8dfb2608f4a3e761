from __future__ import annotations


def test_repr_counts_and_names_nobody(small):
    text = repr(small)
    assert "Cohort of 5 patients" in text
    assert "radiomics: 4 patients x 2 columns (5 samples)" in text
    assert "outcome: months (months): 3 patients, 2 events" in text
    for shown in (text, small._repr_html_(), small.audit._repr_html_(), repr(small.audit)):
        assert not any(name in shown for name in [*small.patients, "S1", "S9"])


def test_html_is_escaped(small):
    html = small.with_modality("<b>", small.expression)._repr_html_()
    assert "&lt;b&gt;" in html
    assert "<th><b>" not in html
