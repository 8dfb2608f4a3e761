"""The hazard that follows from planted effects, by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.cohort._simulated_plan import Plan, log_hazards, pathways_table, survival_table

PATIENTS = pd.DataFrame(
    {
        "sex": ["female", "male"],
        "age": [50.0, 60.0],
        "idh": ["wildtype", "wildtype"],
        "mgmt": ["methylated", "methylated"],
    },
    index=["A", "B"],
)
STANDARD = pd.DataFrame({"x": [1.0, 2.0], "y": [1.0, 1.0]}, index=["A", "B"])


def test_effects_add_up_on_the_scale_of_the_log_hazard() -> None:
    plan = Plan(features={"x": np.e}, covariates={"age": np.e}, by_sex={"y": (1.0, np.e)}, pathways={})
    hazards = log_hazards(plan, STANDARD, PATIENTS)
    # imaging: 1 + 0 and 2 + 1; age: -0.5 and +0.5; around the mean of 0.5 and 3.5
    np.testing.assert_allclose(hazards["log_hazard"], [-1.5, 1.5])
    np.testing.assert_allclose(hazards["risk"], [-1.0, 1.0])


def test_tables_name_each_effect_once() -> None:
    plan = Plan(features={"x": 2.0}, covariates={"age": 1.5}, by_sex={"y": (0.5, 2.0)}, pathways={"P": ("risk", 0.4)})
    told = survival_table(plan)
    assert told[["variable", "sex", "hazard_ratio"]].to_numpy().tolist() == [
        ["x", "all", 2.0],
        ["y", "female", 0.5],
        ["y", "male", 2.0],
        ["age", "all", 1.5],
    ]
    assert pathways_table(plan, ["P", "Q"]).to_numpy().tolist() == [["P", "risk", 0.4], ["Q", "", 0.0]]
