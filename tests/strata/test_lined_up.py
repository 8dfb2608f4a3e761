import numpy as np
import pandas as pd

from radassoc.strata._effects import EFFECT_COLUMNS
from radassoc.strata._lined_up import heterogeneity_frame


def table(rows):
    plain = dict.fromkeys(EFFECT_COLUMNS, np.nan) | {"interval": "Wald", "reason": "", "effect_scale": "identity"}
    return pd.DataFrame([plain | {"estimate_kind": "slope", **row} for row in rows])


def rows_of(*effects, name="x", **more):
    return [{"stratum": s, "term": name, "effect": e, "std_error": 0.5, **more} for s, e in effects]


def test_rows_meet_by_their_keys_in_any_order():
    rows = [*rows_of(("a", 1.0), ("b", 2.0)), *rows_of(("b", 5.0), ("a", 3.0), name="y")]
    found = heterogeneity_frame(table(rows), ("term",), ("a", "b"))
    assert found["term"].tolist() == ["x", "y"]
    assert found["estimate"].tolist() == [1.0, 2.0]
    assert found["contrast_of_strata"].tolist() == ["b - a"] * 2
    assert found["estimate_kind"].tolist() == ["difference_of_slopes"] * 2


def test_a_row_of_one_stratum_says_why_it_has_no_test():
    found = heterogeneity_frame(table(rows_of(("a", 1.0))), ("term",), ("a", "b"))
    assert found["p_value"].isna().all()
    assert "fewer than two strata" in found["reason"][0]


def test_other_kinds_are_not_subtracted():
    rows = [*rows_of(("a", 1.0)), *rows_of(("b", 2.0), estimate_kind="rank_slope")]
    found = heterogeneity_frame(table(rows), ("term",), ("a", "b"))
    assert found["p_value"].isna().all()
    assert found["reason"][0] == "other kinds of estimates in the strata"


def test_conditional_intervals_give_no_p():
    rows = rows_of(("a", 1.0), ("b", 9.0), interval="conditional on the groups")
    found = heterogeneity_frame(table(rows), ("term",), ("a", "b"))
    assert found["p_value"].isna().all()
    assert found["ci_low"][0] > 0
    assert found["interval"][0] == "conditional on the score"
    assert not found["differs"][0]


def test_correction_is_over_one_measure():
    rows = [r | {"measure": m} for m in ("one", "two") for r in rows_of(("a", 0.0), ("b", 1.5))]
    rows += [r | {"measure": "two"} for r in rows_of(("a", 0.0), ("b", 0.1), name="y")]
    found = heterogeneity_frame(table(rows), ("term", "measure"), ("a", "b")).set_index(["measure", "term"])
    p = found["p_value"]
    assert found.loc[("one", "x"), "p_adjusted"] == p[("one", "x")]
    assert np.isclose(found.loc[("two", "x"), "p_adjusted"], 2 * p[("two", "x")])


def test_significance_goes_by_the_adjusted_p_where_there_is_one():
    rows = rows_of(("a", 1.0), p_value=0.01, p_adjusted=0.2) + rows_of(("b", 1.0), p_value=0.01)
    assert heterogeneity_frame(table(rows), ("term",), ("a", "b"))["significant_in"].tolist() == ["b"]
