from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.figures._survival_text import comparison_lines


def test_ratio_p_source_and_score(comparison):
    lines = [line for line in comparison_lines(comparison) if line]
    assert lines == [
        "HR 2.31 (95% CI 1.40 to 3.90)",
        "log-rank p = 0.012; groups: out of fold",
        "score: imaging + age",
    ]


def test_restricted_means_stand_beside_a_ratio_that_misleads(comparison):
    comparison.non_proportional = True
    told = "\n".join(comparison_lines(comparison))
    assert "restricted mean up to 6 months" in told
    assert "difference \u22123.2 months (\u22126 to 0.1)" in told
    comparison.rmst["ci_low"] = np.nan
    assert "difference \u22123.2 months\n" in "\n".join(comparison_lines(comparison))


def test_a_searched_cut_tells_its_bias_and_its_corrected_p(comparison):
    comparison.optimised = True
    assert "no valid p" in "\n".join(comparison_lines(comparison))
    row = comparison.table.iloc[0].to_dict() | {"measure": "max_log_rank", "p_value": 0.2}
    comparison.table = pd.concat([comparison.table, pd.DataFrame([row])], ignore_index=True)
    told = "\n".join(comparison_lines(comparison))
    assert "HR 2.31 (biased: cut chosen on these patients)" in told
    assert "best of all cuts, corrected: p = 0.20" in told
    assert "0.012" not in told


def test_a_trend_stands_beside_the_log_rank_test(comparison):
    row = comparison.table.iloc[0].to_dict() | {"measure": "log_rank_trend", "p_value": 0.03}
    comparison.table = pd.concat([comparison.table, pd.DataFrame([row])], ignore_index=True)
    assert "log-rank p = 0.012; trend p = 0.030" in "\n".join(comparison_lines(comparison))


def test_many_contrasts_are_named_and_not_all_told(comparison):
    ratio = comparison.table.iloc[1].to_dict()
    rows = [ratio | {"contrast": f"Q{k} vs Q1"} for k in range(2, 9)]
    comparison.table = pd.concat([comparison.table.iloc[:1], pd.DataFrame(rows)], ignore_index=True)
    told = comparison_lines(comparison)
    assert told[:2] == ["HR against Q1 (95% CI):", "  Q2 2.31 (1.40 to 3.90)"]
    assert sum("2.31" in line for line in told) == 4
    assert "  and 3 more" in told


def test_intervals_of_several_contrasts_are_explained_once(comparison):
    ratio = comparison.table.iloc[1].to_dict() | {"interval": "conditional on the groups"}
    rows = [ratio | {"contrast": f"Q{k} vs Q1"} for k in (2, 3)]
    comparison.table = pd.concat([comparison.table.iloc[:1], pd.DataFrame(rows)], ignore_index=True)
    assert comparison_lines(comparison)[0] == "HR against Q1 (conditional on the groups):"
    comparison.optimised = True
    assert comparison_lines(comparison)[1] == "  Q2 2.31 (biased)"


def test_contrasts_of_several_references_are_named_in_full(comparison):
    ratio = comparison.table.iloc[1].to_dict()
    rows = [ratio | {"contrast": contrast} for contrast in ("b vs a", "c vs b")]
    comparison.table = pd.concat([comparison.table.iloc[:1], pd.DataFrame(rows)], ignore_index=True)
    assert comparison_lines(comparison)[:2] == ["HR (95% CI):", "  b vs a 2.31 (1.40 to 3.90)"]


def test_the_direction_of_a_ratio_is_told(comparison):
    comparison.table["contrast"] = "WT vs Mutant"
    assert comparison_lines(comparison)[0] == "HR 2.31 (95% CI 1.40 to 3.90), WT vs Mutant"
