import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from radassoc.association._columns import read_columns
from radassoc.association._pair_scan import Settings
from radassoc.association._survival_scan import scan_survival

XS = ["x1", "x2", "x3"]


@pytest.fixture
def frame(oracles):
    return pd.read_csv(oracles / "pairings.csv")


@pytest.fixture
def oracle(oracles):
    return json.loads((oracles / "pairings.json").read_text())


def run(frame, names, covariates=(), strata=None, **settings):
    return scan_survival(
        read_columns(frame[list(names)], what="frame"),
        frame["time"].to_numpy(float),
        frame["event"].to_numpy(bool),
        frame[list(covariates)].to_numpy(float),
        np.zeros(len(frame), int) if strata is None else frame[strata].to_numpy(),
        Settings(**settings),
    )


def test_equals_coxph(frame, oracle):
    plain = run(frame, XS)
    np.testing.assert_allclose(plain.statistic[:, 0] ** 2, oracle["cox_plain"], rtol=1e-6)
    given = run(frame, [*XS, "group"], ["age", "z"], "centre")
    np.testing.assert_allclose(given.statistic[:3, 0] ** 2, oracle["cox_score"], rtol=1e-6)
    np.testing.assert_allclose(given.estimate[:3, 0], oracle["cox_beta"], rtol=1e-6)
    np.testing.assert_allclose(given.std_error[:3, 0], oracle["cox_se"], rtol=1e-6)
    assert given.statistic[3, 0] == pytest.approx(oracle["cox_group"], rel=1e-6)
    assert given.df[3, 0] == 2
    assert np.isnan(given.estimate[3, 0])
    assert given.estimate_kind[3, 0] == "score_of_categories"


def test_p_and_interval_are_of_t(frame):
    found = run(frame, XS, ["age", "z"])
    df = frame["event"].sum() - 3
    assert (found.df == df).all()
    scaled = np.abs(found.statistic) * np.sqrt(df / frame["event"].sum())
    np.testing.assert_allclose(found.p, 2 * stats.t.sf(scaled, df))
    np.testing.assert_allclose(found.ci_high - found.estimate, stats.t.ppf(0.975, df) * found.std_error)


def test_classes_are_not_per_standard_deviation(frame):
    marked = frame.assign(double=frame["mark"] * 2.0)
    found = run(marked, ["mark", "double"])
    assert found.estimate[0, 0] == found.estimate[1, 0]
    assert found.estimate_kind[0, 0] == "log_hazard_ratio"


def test_missing_values_and_few_events(frame):
    short = frame.assign(x2=frame["x2"].where(np.arange(90) >= 20), x3=frame["x3"].where(frame.index < 12))
    found = run(short, XS, ["age"])
    assert found.n[:, 0].tolist() == [90, 70, 12]
    alone = run(frame.iloc[20:], ["x2"], ["age"])
    assert found.p[1, 0] == pytest.approx(alone.p[0, 0], rel=1e-9)
    assert np.isnan(found.p[2, 0])  # fewer than ten events


def test_a_covariate_and_a_rare_class_have_no_answer(frame):
    rare = frame.assign(rare=(frame.index < 4) * 1)
    found = run(rare, ["age", "rare", "x1"], ["age"])
    assert np.isnan(found.p[:2, 0]).all()
    assert np.isfinite(found.p[2, 0])


def test_few_events_are_permuted_within_strata(frame):
    first = frame.iloc[:22]
    assert 10 <= first["event"].sum() < 20
    found = run(first, XS, ["age"], "centre", n_permutations=999)
    assert set(found.p_value_from[:, 0]) == {"permutation"}
    assert (found.p[:, 0] >= 1 / 1000).all()
    normal = 2 * np.exp(-0.5 * found.statistic[:, 0] ** 2)  # the same order of size
    assert (found.p[:, 0] < 6 * normal + 0.05).all()
