import numpy as np
import pytest

from radassoc.association import associate


@pytest.fixture(scope="module")
def whole(wide_study):
    return associate(wide_study(), "radiomics", "expression", method="linear")


@pytest.fixture
def large(few_rows, wide_study):
    def scanned(**settings):
        with few_rows():
            return associate(wide_study(), "radiomics", "expression", method="linear", **settings)

    return scanned


def test_rows_and_columns_of_the_kept_pairs(whole, large):
    part = large()
    assert set(part.estimates.index) == set(part.table["feature"])
    assert set(part.estimates.columns) == set(part.table["gene"])
    known = whole.estimates.loc[part.estimates.index, part.estimates.columns]
    np.testing.assert_allclose(part.estimates, known, rtol=1e-10)
    below = whole.adjusted.loc[part.adjusted.index, part.adjusted.columns] < 0.05
    np.testing.assert_array_equal(part.adjusted < 0.05, below)
    assert len(part.left_info) == 40


def test_the_full_matrix_in_single_precision(whole, large):
    full = large(full_matrix=True)
    assert full.estimates.shape == whole.estimates.shape
    assert set(full.estimates.dtypes.astype(str)) == {"float32"}
    np.testing.assert_allclose(full.estimates, whole.estimates, atol=1e-5)
    np.testing.assert_allclose(full.adjusted, whole.adjusted, rtol=0.01)


def test_with_nothing_found_the_strongest_are_shown(few_rows, wide_study):
    cohort = wide_study().subset(wide_study().patients[:30])
    with few_rows():
        found = associate(cohort, "radiomics", cohort.expression.iloc[:, 100:])
    assert found.status == "no_signal"
    assert found.table.empty
    assert found.estimates.size > 100


def test_one_table_against_itself_in_full(few_rows, wide_study):
    cohort = wide_study()
    with few_rows():
        found = associate(cohort, "radiomics", "radiomics", method="pearson")
        wide = associate(cohort, "expression", "expression", method="pearson", full_matrix=True)
    assert found.estimates.shape == (40, 40)
    np.testing.assert_allclose(wide.adjusted, wide.adjusted.T)
    assert np.isnan(np.diag(wide.adjusted)).all()
