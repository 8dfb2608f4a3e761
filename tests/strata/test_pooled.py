from radassoc.base.columns import tidy
from radassoc.strata.pooled import LEFT_COLUMNS, PART_COLUMNS, VALUE_COLUMNS


def test_columns_have_their_types_without_rows():
    kinds = tidy([], VALUE_COLUMNS).dtypes.astype(str)
    numbers = [name for name in VALUE_COLUMNS if name not in ("effect_scale", "reason", "n_strata")]
    assert kinds[numbers].eq("float64").all()
    assert kinds["n_strata"] == "int64"
    assert tidy([], PART_COLUMNS).dtypes.astype(str)["weight"] == "float64"
    assert tidy([], LEFT_COLUMNS).dtypes.astype(str)["i2"] == "float64"
