import numpy as np
import pytest
from scipy.stats import beta

from radassoc.association import associate


@pytest.fixture(scope="module")
def whole(wide_study):
    return associate(wide_study(), "radiomics", "expression", keep="all")


def test_every_p_value_is_counted(whole):
    p = whole.table["p_value"].dropna()
    np.testing.assert_array_equal(whole.distribution["n"], np.histogram(p, np.linspace(0, 1, 21))[0])


def test_quantiles_are_sorted_p_values(whole):
    shown, p = whole.quantiles, np.sort(whole.table["log10_p"].dropna())
    np.testing.assert_allclose(shown["log10_p"], p[shown["rank"] - 1])
    row = shown.iloc[40]
    bounds = np.log10(beta.ppf([0.025, 0.975], row["rank"], len(p) - row["rank"] + 1))
    np.testing.assert_allclose(row[["null_low", "null_high"]].astype(float), bounds, rtol=1e-8)


def test_a_large_map_counts_all_its_pairs(whole, few_rows, wide_study):
    with few_rows():
        large = associate(wide_study(), "radiomics", "expression")
    assert large.distribution["n"].sum() == 12_000
    assert (large.distribution["n"] - whole.distribution["n"]).abs().max() <= 6
    np.testing.assert_allclose(large.quantiles["log10_p"], whole.quantiles["log10_p"], atol=2e-3)
