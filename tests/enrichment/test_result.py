from radassoc.base.columns import tidy
from radassoc.enrichment import result


def test_columns_have_their_types_without_rows():
    kinds = tidy([], result.COLUMNS).dtypes.astype(str)
    assert kinds[["es", "nes", "p_value", "self_contained_p", "coverage"]].eq("float64").all()
    assert kinds[["size", "n_listed", "n_leading_edge", "n_patients"]].eq("int64").all()
    assert kinds["enriched"] == "bool"
    assert tidy([], result.WALK_COLUMNS).dtypes.astype(str)["position"] == "int64"
