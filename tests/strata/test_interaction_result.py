import numpy as np
import pandas as pd

from radassoc.base.columns import tidy
from radassoc.strata.interaction_result import EFFECT_COLUMNS, STRATUM_COLUMNS, VALUE_COLUMNS, Interactions


def empty(analysis="survival", **values):
    table = tidy([values] if values else [], ("feature", *VALUE_COLUMNS))
    return Interactions(
        table=table,
        effects=tidy([], ("feature", *EFFECT_COLUMNS)),
        strata=tidy([], STRATUM_COLUMNS),
        dropped=pd.DataFrame({"name": [], "reason": []}),
        background=pd.DataFrame(),
        analysis=analysis,
        variable="sex",
        n_tests=0,
        n_significant=0,
    )


def test_columns_have_their_types_without_rows():
    kinds = empty().table.dtypes.astype(str)
    assert kinds[["estimate_1", "ci_low_2", "estimate", "std_error", "p_adjusted", "detectable"]].eq("float64").all()
    assert kinds[["n_1", "n_events_2"]].eq("int64").all()
    assert kinds["differs"] == "bool"
    assert empty().keys == ("feature",)


def test_a_paper_prints_hazard_ratios_and_their_ratio():
    numbers = {"estimate_1": 0.0, "ci_low_1": -1.0, "ci_high_1": 1.0, "estimate_2": np.log(2), "ci_low_2": 0.0}
    numbers |= {"ci_high_2": 1.0, "estimate": np.log(2), "ci_low": -0.5, "ci_high": 2.0, "p_value": 0.0321}
    row = dict.fromkeys(VALUE_COLUMNS, 0) | numbers | {"feature": "f", "stratum_1": "men", "stratum_2": "women"}
    shown = empty(**row).formatted.iloc[0]
    assert shown["hazard ratio in men"] == "1.00 (0.37 to 2.72)"
    assert shown["hazard ratio in women"] == "2.00 (1.00 to 2.72)"
    assert shown["ratio of hazard ratios"] == "2.00 (0.61 to 7.39)"
    assert shown["p"] == "0.032"
    assert "slope in men" in empty("association", **row).formatted.columns
