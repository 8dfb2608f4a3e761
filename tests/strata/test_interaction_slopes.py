import numpy as np
import pandas as pd

from radassoc.strata import _interaction_slopes
from radassoc.strata._interaction_inputs import read_inputs
from radassoc.strata._interaction_slopes import scan_slopes


def inputs_of(cohort, left="radiomics", right="expression"):
    return read_inputs(cohort, "sex", [left, right], levels=None, covariates=["age"], strata=(), outcome=False)


def scan(inputs, **settings):
    given = {"scale": "sd", "level": 0.05, "rng": np.random.default_rng(0)} | settings
    return scan_slopes(inputs, "unequal", **given)


def test_large_maps_keep_the_same_small_p_values(parted, monkeypatch):
    whole = scan(inputs_of(parted))
    monkeypatch.setattr(_interaction_slopes, "MOST_PAIRS", 10)
    monkeypatch.setattr(_interaction_slopes, "_CELLS", 120)
    monkeypatch.setattr(_interaction_slopes, "_TOP", 1)
    part = scan(inputs_of(parted))
    assert part.n_tests == whole.n_tests == 240
    np.testing.assert_array_equal(part.counts, whole.counts)
    small = np.sort(whole.estimates.overall_p[whole.estimates.overall_p <= 0.05])
    np.testing.assert_allclose(np.sort(part.estimates.overall_p)[: len(small)], small)
    assert not part.complete


def test_missing_values_are_left_out_pair_by_pair(parted):
    X, Y = parted.radiomics, parted.expression
    X.iloc[:5, 1], Y.iloc[10:14, 2] = np.nan, np.nan
    found = scan(inputs_of(parted, X, Y.rename_axis(columns="gene")), scale="units")
    place = np.flatnonzero((found.i == 1) & (found.j == 2))[0]
    rows = X.iloc[:, 1].notna() & Y.iloc[:, 2].notna()
    assert found.estimates.n[place].sum() == rows.sum() == 81
    part = rows & (parted.column("sex") == "male")
    design = np.column_stack([X.loc[part].iloc[:, 1], np.ones(part.sum()), parted.column("age")[part]])
    wanted = np.linalg.lstsq(design, Y.loc[part].iloc[:, 2], rcond=None)[0][0]
    assert np.isclose(found.estimates.slopes[place, 1], wanted)


def test_columns_that_hardly_vary_or_rest_on_one_patient_are_not_tested(parted):
    X = pd.DataFrame({"spike": parted.radiomics["f0"] * 0.001, "flat": 0.0, "fine": parted.radiomics["f1"]})
    X.iloc[0, 0], X.iloc[:5, 1] = 9.0, np.arange(5.0)
    found = scan(inputs_of(parted, X))
    assert found.tested[0].tolist() == [2]
    assert found.heavy.tolist() == [0]
    scores = scan(inputs_of(parted, X), scale="normal_scores")
    assert scores.tested[0].tolist() == [0, 2]
