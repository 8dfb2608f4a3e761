from __future__ import annotations

from dataclasses import replace

from radassoc.report.families import COLUMNS, family_table


def test_one_family_is_primary_and_the_rest_exploratory(results):
    table = family_table(results)
    assert list(table.columns) == list(COLUMNS)
    assert list(table["role"]).count("primary") == 1
    assert table.loc[table["role"] == "primary", "result"].item() == "validation"
    assert table["n_tests"].sum() == 1 + 1 + 6 + 2 + 2


def test_primary_enrichment_marks_one_of_its_families(results, study):
    table = family_table({**results, "study": replace(study, primary="enrichment")})
    assert list(table.loc[table["role"] == "primary", "result"]) == ["enrichment_risk_score"]


def test_without_a_study_all_is_exploratory(validation):
    assert list(family_table({"validation": validation})["role"]) == ["exploratory"]


def test_no_families_keep_their_columns(pca):
    table = family_table({"pca": pca})
    assert table.empty
    assert table["n_tests"].dtype == "int64"
