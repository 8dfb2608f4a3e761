import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact, mannwhitneyu

import radassoc as ra
from radassoc.exploration._absence import absence_tests


def test_ordinary_tests_between_those_who_lack_a_region_and_those_who_do_not():
    rng = np.random.default_rng(0)
    names = [f"P{i:02d}" for i in range(40)]
    lacks = pd.Series([True] * 12 + [False] * 28, index=names)
    clinical = pd.DataFrame(
        {
            "age": rng.normal(60, 8, 40) - 10 * lacks,
            "idh": np.where(rng.random(40) < np.where(lacks, 0.9, 0.2), "mutant", "wild"),
            "time": rng.exponential(20, 40) * np.where(lacks, 4, 1),
            "event": [0.0] * 3 + [1.0] * 37,
        },
        index=names,
    )
    cohort = ra.Cohort.from_frames(clinical=clinical, time="time", event="event", unit="months")
    found = absence_tests(cohort, {"ET": lacks, "ED": lacks & False}).set_index("variable")
    assert found["region"].unique().tolist() == ["ET"]
    assert found.loc["age", "p_value"] == pytest.approx(
        mannwhitneyu(clinical["age"][~lacks], clinical["age"][lacks])[1]
    )
    table = pd.crosstab(clinical["idh"], lacks).to_numpy()
    assert found.loc["idh", "test"] in ("chi-square", "Fisher")
    if found.loc["idh", "test"] == "Fisher":
        assert found.loc["idh", "p_value"] == pytest.approx(fisher_exact(table)[1])
    assert found.loc["survival", "test"] == "Cox score"
    assert found.loc["survival", "p_value"] < 0.01
    assert found["n_absent"].unique().tolist() == [12]
