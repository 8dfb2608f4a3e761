from __future__ import annotations

import re
from dataclasses import replace

import pytest

from radassoc.base.errors import InputError
from radassoc.report.report import render_report, write_report

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(results, pictures):
    return render_report(results, pictures, title="Trial <script>alert('x')</script>")


def test_no_text_of_the_user_becomes_markup(page):
    assert "<script" not in page
    assert "&lt;script&gt;alert" in page


def test_no_patient_is_named(page, cohort):
    assert not [patient for patient in cohort.patients if patient in page]


def test_nothing_is_loaded_from_elsewhere(page):
    assert re.findall(r'(?:src|href)="(?!data:image/png;base64,|#)', page) == []
    assert "url(" not in page
    assert "@import" not in page


def test_long_names_may_break_at_underscores_and_nowhere_as_markup(table_one):
    wide = table_one.wide.assign(characteristic=["original_glcm_<b>x</b>", "a", "b"])
    page = render_report({"table_one": replace(table_one, wide=wide)}, [], title="T")
    assert "<td>original_<wbr>glcm_<wbr>&lt;b&gt;x&lt;/b&gt;</td>" in page


def test_every_anchor_of_the_contents_exists_once(page):
    anchors = re.findall(r'<li><a href="#([\w-]+)">', page)
    assert len(anchors) >= 10
    for anchor in anchors:
        assert page.count(f'id="{anchor}"') == 1


def test_figures_have_words_and_tables_captions(page):
    assert page.count("<img ") == len(re.findall(r'<img [^>]*alt="[^"]{20,}"', page)) > 5
    assert page.count("<table>") == page.count("<caption>") > 5


@pytest.mark.slow
def test_file_is_written_and_the_same_twice(tmp_path, results):
    some = {name: results[name] for name in ("study", "cohort", "risk_score", "survival")}
    first = write_report(some, tmp_path / "a.html", title="T")
    second = write_report(some, tmp_path / "sub" / "b.html", title="T")
    assert first.read_bytes() == second.read_bytes()


def test_patients_are_printed_only_on_request(tmp_path, validation):
    hidden = write_report({"validation": validation}, tmp_path / "a.html").read_text()
    shown = write_report({"validation": validation}, tmp_path / "b.html", patient_level=True).read_text()
    assert "PAT-000-QZ" not in hidden
    assert "PAT-000-QZ" in shown


def test_nothing_and_nonsense_are_refused(tmp_path):
    with pytest.raises(InputError, match="no results"):
        write_report({}, tmp_path / "a.html")
    with pytest.raises(InputError, match="is a dict"):
        write_report({"x": {}}, tmp_path / "a.html")
    assert list(tmp_path.iterdir()) == []


def test_results_need_names(cohort, tmp_path):
    for given in ([cohort], cohort):
        with pytest.raises(InputError, match=f"given as {type(given).__name__}"):
            write_report(given, tmp_path / "report.html")
    assert list(tmp_path.iterdir()) == []
