from __future__ import annotations

import pytest

from radassoc.report.key_table import key_table


def test_one_table_has_concordance_and_pathways_before_and_after(results):
    table = key_table(results)
    assert list(table["question"][:2]) == ["nested C: full model", "nested C: tumour volume alone"]
    row = table[table["question"] == "HYPOXIA along the risk score"].iloc[0]
    assert (row["estimate"], row["p_adjusted"], row["estimate_after"], row["p_adjusted_after"]) == (
        1.9,
        0.004,
        0.7,
        0.8,
    )
    permutation = table[table["question"] == "nested C: full model − covariates alone"].iloc[0]
    assert permutation["p_value"] == pytest.approx(0.41)
    assert permutation["interval_95"] == "−0.040 to 0.070"
