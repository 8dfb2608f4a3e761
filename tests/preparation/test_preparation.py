"""Learning a preparation from a cohort and applying it to others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import DesignError
from radassoc.cohort.cohort import Cohort
from radassoc.preparation.preparation import Preparation, fit_preparation


def make(n: int, seed: int) -> Cohort:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(5, 2, size=(n, 4)), index=[f"s{i}" for i in range(n)], columns=list("abcd"))
    frame.iloc[1, 0] = np.nan
    frame["d"] = frame["b"] * 3
    patients = pd.Series([f"p{i // 2}" for i in range(n)], index=frame.index)
    return Cohort.from_frames(radiomics=frame, patients={"radiomics": patients})


def test_each_patient_counts_once() -> None:
    cohort = make(20, 0)
    fitted = fit_preparation(cohort)
    counts = fitted.provenance["counts"]
    assert (counts["n_patients"], counts["n_samples"]) == (10, 20)
    means = cohort.patient_frame("radiomics")["c"]
    table = fitted.table.set_index("feature")
    assert table.loc["c", "center"] == pytest.approx(means.mean(), abs=1e-12)


def test_other_patients_get_training_values() -> None:
    fitted = fit_preparation(make(20, 0), preparation=Preparation(max_correlation=0.99))
    other = make(6, 1)
    out = fitted.apply(other)
    assert list(out["radiomics"].columns) == ["a", "b", "c"]
    table = fitted.table.set_index("feature")
    expected = (other["radiomics"]["c"] - table.loc["c", "center"]) / table.loc["c", "scale"]
    np.testing.assert_allclose(out["radiomics"]["c"], expected, atol=1e-12)
    assert out["radiomics"].loc["s1", "a"] == pytest.approx(
        (table.loc["a", "fill"] - table.loc["a", "center"]) / table.loc["a", "scale"]
    )
    assert out.sample_patients("radiomics").equals(other.sample_patients("radiomics"))
    assert list(other["radiomics"].columns) == list("abcd")


def test_one_patient_teaches_nothing() -> None:
    with pytest.raises(DesignError, match="1 patients have 'radiomics'"):
        fit_preparation(make(2, 0))
