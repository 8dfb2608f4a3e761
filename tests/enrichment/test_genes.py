import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import ExpressionError
from radassoc.enrichment._genes import complete_genes, outlier_note, usable_genes


def frame(**columns):
    return pd.DataFrame(columns, index=[f"P{i}" for i in range(10)])


def test_gaps_take_the_mean_and_sparse_genes_leave():
    values = np.arange(10.0)
    table = frame(full=values, gap=np.r_[np.nan, values[1:]], sparse=np.r_[[np.nan] * 3, values[3:]])
    filled, notes = complete_genes(table)
    assert filled.columns.tolist() == ["full", "gap"]
    assert filled.loc["P0", "gap"] == 5.0
    assert "1 genes are missing in more than 20% of the rows and were left out: 'sparse'." in notes
    assert "1 genes have missing values (1 in all), which the gene's mean replaced." in notes
    assert np.isnan(table.loc["P0", "gap"])


def test_constant_genes_leave_and_tied_genes_are_told():
    values = np.arange(10.0)
    table = frame(a=values, b=-values, constant=np.full(10, 2.0), tied=np.r_[np.zeros(6), values[:4]])
    usable, notes = usable_genes(table)
    assert usable.columns.tolist() == ["a", "b", "tied"]
    assert any("1 constant genes were left out: 'constant'" in note for note in notes)
    assert any("1 genes have one value in more than half of the patients (first: 'tied')" in note for note in notes)


def test_half_of_the_patients_on_one_value_is_not_more_than_half():
    values = np.arange(10.0)
    _, notes = usable_genes(frame(a=values, b=np.r_[np.zeros(5), values[5:]]))
    assert notes == ()


def test_a_gene_that_one_patient_leads_is_told():
    values = np.arange(10.0)
    (told,) = outlier_note(frame(a=values, led=np.r_[values[:9], 500.0]))
    assert "In 1 of 2 genes one patient" in told
    assert outlier_note(frame(a=values)) == ()


def test_nothing_to_rank():
    with pytest.raises(ExpressionError, match="Of 2 genes, 1 vary among 10 patients"):
        usable_genes(frame(a=np.arange(10.0), b=np.ones(10)))
