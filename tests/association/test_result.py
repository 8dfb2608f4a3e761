from radassoc.association.result import DROPPED_COLUMNS, VALUE_COLUMNS
from radassoc.base.columns import tidy


def test_columns_have_their_types_without_rows():
    kinds = tidy([], VALUE_COLUMNS).dtypes.astype(str)
    assert kinds[["estimate", "statistic", "p_value", "log10_p", "p_adjusted"]].eq("float64").all()
    assert kinds["n"] == "int64"
    assert tidy([], DROPPED_COLUMNS).dtypes.astype(str)["n_missing"] == "int64"
