"""The simulations that show whether p-values, intervals and bounds hold: their arithmetic, small runs, their tables."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from radassoc.base.parallel import one_blas_thread
from radassoc.cohort.cohort import Cohort
from radassoc.survival._pipeline import Arrays
from radassoc.survival.compare import compare_survival
from radassoc.survival.validate import validate_risk_score

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
Load = Callable[[str], ModuleType]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return a loader of the scripts in benchmarks/, which import one another by their plain names."""
    if not BENCHMARKS.is_dir():
        pytest.skip("benchmarks/ is not beside the tests")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module


# ---- the arithmetic
def test_simulated_features_come_in_blocks_and_hazards_are_as_told(load: Load) -> None:
    simulated = load("simulated")
    data: Arrays = simulated.draw(simulated.Truth(0.5, 0.8, covariate=True), 4000, 15, 1, "test")
    r = np.corrcoef(data.X.T)
    assert abs(r[0, 1] - 0.5) < 0.05
    assert abs(r[0, 5]) < 0.05
    assert 0.6 < data.event.mean() < 0.8
    # exponential survival: the hazard is events over time at risk; one SD of age multiplies it by exp(0.8)
    linear = 0.5 * (data.X[:, 0] - data.X[:, 5]) + 0.8 * data.Z[:, 0]
    assert np.isclose(data.event.sum() / (data.time * np.exp(linear)).sum(), 1 / 20, rtol=0.06)


def test_a_run_that_was_cut_off_goes_on(load: Load, tmp_path: Path) -> None:
    simulated, log, asked = load("simulated"), tmp_path / "run.log", []

    def task(name: str, number: int) -> float:
        asked.append((name, number))
        return number / 3

    first = simulated.go_on(log, [("a", 0), ("a", 1)], task)
    again = simulated.go_on(log, [("a", 1), ("b", 2)], task)
    assert asked == [("a", 0), ("a", 1), ("b", 2)]
    assert [line["found"] for line in first + again] == [0.0, 1 / 3, 1 / 3, 2 / 3]


def as_cohort(data: Arrays) -> Cohort:
    patients = pd.Index([f"p{i:03d}" for i in range(len(data.time))], name="patient")
    clinical = pd.DataFrame({"time": data.time, "event": data.event.astype(int)}, index=patients)
    imaging = pd.DataFrame(data.X, index=patients, columns=[f"original_glcm_F{j}" for j in range(data.X.shape[1])])
    return Cohort.from_frames(radiomics=imaging, clinical=clinical, time="time", event="event", unit="months")


@pytest.mark.slow
@pytest.mark.parametrize("cut", ["median", "maxstat"])
def test_the_simulated_tests_are_those_of_the_verbs(load: Load, monkeypatch: pytest.MonkeyPatch, cut: str) -> None:
    """p of pipeline and groups equal validate_risk_score and compare_survival; stopping early changes no decision."""
    null = load("null_pipeline")
    monkeypatch.setattr(null, "PERMUTATIONS", 9)
    data = null.draw(null.Truth(0.4), 60, 10, 1, "verbs")
    settings = null.settings_of(3)
    with one_blas_thread():
        observed = null.statistics(data, null.run(data, settings))
        counts = null.rerun_counts(data, settings, observed, stop=False)
        stopped = null.rerun_counts(data, settings, observed)
    p = (counts + 1) / 10
    found = validate_risk_score(
        as_cohort(data),
        n_folds=3,
        n_outer_folds=3,
        n_outer_repeats=1,
        interval="none",
        n_permutations=9,
        cut=cut,
        seed=3,
    )
    groups = compare_survival(as_cohort(data), found).table.set_index("measure")
    assert found.table["p_value"].max() == p[0]
    assert groups.loc["log_rank", "p_value"] == p[1 if cut == "median" else 2]
    np.testing.assert_array_equal(p <= 0.10, (stopped + 1) / 10 <= 0.10)


# ---- small runs
@pytest.mark.slow
def test_maxstat_holds_five_percent_in_a_small_run(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    null = load("null_maxstat")
    monkeypatch.setattr(null, "DESIGNS", [(40, "none"), (40, "values and times")])
    table = null.main(50).set_index(["ties", "test"])["p_at_most_0.05"]
    for ties in ("none", "values and times"):
        assert table[ties, "auto"] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 50)
        assert table[ties, "best of all cuts, ordinary log-rank"] > table[ties, "auto"]


@pytest.mark.slow
def test_pairings_hold_five_percent_in_a_small_run(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    null = load("null_pairings")
    monkeypatch.setattr(null, "PAIRINGS", ("two classes, 30%", "survival"))
    monkeypatch.setattr(null, "GIVEN", ("confounder, adjusted", "confounder, not adjusted"))
    monkeypatch.setattr(null, "CLUSTERS", (13,))
    monkeypatch.setattr(null, "VARIES", ("between patients",))
    table = null.main(20).set_index(["pairing", "given", "test"])
    rate, bound = table["p_at_most_0.05"], 0.05 + 3 * np.sqrt(0.05 * 0.95 / 20)
    for pairing in null.PAIRINGS:
        assert rate[pairing, "confounder, adjusted", "radassoc"] <= bound
        assert rate[pairing, "confounder, not adjusted", "radassoc"] > 0.2
    for test in ("cluster_robust", "mixed"):
        assert rate["between patients", "none", test] <= bound
    assert rate["between patients", "none", "naive, samples as patients"] > 0.15


@pytest.mark.slow
def test_maps_hold_their_level_in_a_small_run(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    null = load("null_association")
    monkeypatch.setattr(null, "DESIGNS", [("spearman", True, 0.15, "factors"), ("pearson", False, 0.0, "factors")])
    table = null.main(12).set_index(["method", "question"])
    assert (table["studies"] == 12).all()
    for method in ("spearman", "pearson"):
        assert (
            table.loc[(method, "p at most 0.05"), "rate"] <= 0.05 + 3 * table.loc[(method, "p at most 0.05"), "error"]
        )
        assert table.loc[(method, "any false hit: by"), "rate"] <= table.loc[(method, "any false hit: bh"), "rate"]
        assert table.loc[(method, "any false hit: max_statistic"), "rate"] <= 0.35


@pytest.mark.slow
def test_the_permutation_tests_hold_their_level_in_a_small_run(load: Load) -> None:
    null = load("null_pipeline")
    table = null.main(5)
    judged = table[table["test"].isin(null.RERUN_TESTS)]
    for level in null.LEVELS:
        bound = level + 3 * np.sqrt(level * (1 - level) / 5) + 0.5 / 5
        assert (judged[f"p_at_most_{level:.2f}"] <= bound).all()


@pytest.mark.slow
def test_intervals_cover_in_a_small_run(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    """5 studies of noise and of signal: the rerun interval misses one at most, and the conditional one is narrower."""
    coverage = load("coverage_nested_c")
    monkeypatch.setattr(coverage, "SCENARIOS", {name: coverage.SCENARIOS[name] for name in ("noise", "signal")})
    monkeypatch.setattr(coverage, "TRAINING_SETS", 60)
    table = coverage.main(5).set_index(["scenario", "interval"])
    for scenario in ("noise", "signal"):
        rerun, conditional = table.loc[(scenario, "rerun, shifted")], table.loc[(scenario, "conditional on the models")]
        assert rerun["coverage"] >= 4 / 5
        assert rerun["mean_width"] > conditional["mean_width"]


@pytest.mark.slow
def test_stability_keeps_its_bound_in_a_small_run(load: Load) -> None:
    table = load("stability_bound").main(10).set_index("scenario")
    assert table["within"].all()
    assert table.loc["signal, independent features", "true_stable"] > 0.2


@pytest.mark.slow
def test_power_grows_with_the_signal_in_a_small_run(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    power = load("power_pipeline")
    monkeypatch.setattr(power, "EFFECTS", (0.0, 0.8))
    table = power.main(5).set_index("log_hazard_ratio")
    assert table.loc[0.8, "power_pipeline"] >= 0.6
    assert table.loc[0.0, "power_pipeline"] <= 0.4
    assert table.loc[0.8, "true_features_selected"] > table.loc[0.0, "true_features_selected"]


# ---- the committed tables
@pytest.fixture
def table() -> Callable[[str], pd.DataFrame]:
    def read(name: str) -> pd.DataFrame:
        path = BENCHMARKS / f"{name}.csv"
        if not path.is_file():
            pytest.skip(f"{path.name} is not beside the tests")
        return pd.read_csv(path)

    return read


def accepted(level: float, studies: pd.Series) -> pd.Series:
    """Return the largest rate that so many simulations may show where ``level`` is promised."""
    return level + 2 * np.sqrt(level * (1 - level) / studies)


@pytest.mark.parametrize(
    ("name", "tests"), [("null_pipeline", "permuted|against reruns"), ("null_maxstat", "auto|monte_carlo")]
)
def test_committed_levels_are_accepted(table: Callable[[str], pd.DataFrame], name: str, tests: str) -> None:
    """The tests that must hold stay within level + two Monte Carlo errors over at least 500 studies."""
    found = table(name)
    judged = found[found["test"].str.contains(tests)]
    assert len(judged) >= 4
    assert (judged["studies"] >= 500).all()
    shares = [column for column in found.columns if column.startswith("p_at_most_")]
    assert {"p_at_most_0.05", "p_at_most_0.10"} & set(shares)
    for column in shares:
        level = float(column.removeprefix("p_at_most_"))
        assert (judged[column] <= accepted(level, judged["studies"])).all()


def test_committed_maps_are_accepted(table: Callable[[str], pd.DataFrame]) -> None:
    """p-values of pairs within two errors of their level; false hits too, all studies of a correction together.

    Ranks with a strong confounder are the exception that the docs tell: 5.1 to 5.4% instead of 5%; not so by the
    largest statistic, which holds in every design.
    """
    found = table("null_association")
    assert (found["studies"] >= 2000).all()
    largest = found[found["question"].str.endswith("max_statistic")]
    assert (largest["rate"] <= largest["accepted"]).all()
    assert len(found.groupby(["method", "age_is_a_covariate", "missing", "co_expression"])) >= 9
    ranks = found["method"] == "spearman"
    confounded, pairs = ranks & found["age_is_a_covariate"], found["question"].str.startswith("p at most")
    five = found["question"] == "p at most 0.05"
    assert (found["rate"] <= found["accepted"])[five & ~confounded].all()
    assert (found["rate"] <= 0.0011)[pairs & ~five & ~ranks].all()
    assert (found["rate"] <= 0.055)[five & confounded].all()
    assert (found["rate"] <= 0.0013)[pairs & ~five].all()
    together = found[~pairs & ~confounded].groupby("question").agg({"rate": "mean", "studies": "sum"})
    assert (together["rate"] <= accepted(0.05, together["studies"])).all()
    assert (found["rate"] <= 0.09)[~pairs].all()


def test_committed_pairings_are_accepted(table: Callable[[str], pd.DataFrame]) -> None:
    """Every pairing within two errors of 5%; repeated samples within 3.5 to 6.5% where the naive test is far off."""
    found = table("null_pairings")
    assert (found["studies"] >= 500).all()
    patients = found[found["test"] == "radassoc"]
    confounded = patients["given"] == "confounder, not adjusted"
    assert (patients["p_at_most_0.05"] <= patients["accepted"])[~confounded].all()
    assert (patients["p_at_most_0.05"] > 0.2)[confounded].all()
    samples = found[found["test"].isin(["cluster_robust", "mixed"])]
    assert set(samples["patients"]) == {13, 30, 61}
    assert samples["p_at_most_0.05"].between(0.035, 0.065).all()
    assert (found.loc[found["test"].str.startswith("naive"), "p_at_most_0.05"] > 0.13).all()


def test_committed_coverage_is_accepted(table: Callable[[str], pd.DataFrame]) -> None:
    found = table("coverage_nested_c").set_index(["scenario", "contrast", "interval"])
    assert (found["studies"] >= 500).all()
    for scenario in ("noise", "signal"):
        assert 0.92 <= found.loc[(scenario, "full", "rerun, shifted"), "coverage"] <= 0.98


def test_committed_bound_is_held(table: Callable[[str], pd.DataFrame]) -> None:
    found = table("stability_bound")
    assert (found["studies"] >= 500).all()
    assert found["within"].all()


def test_committed_power_grows_with_the_signal(table: Callable[[str], pd.DataFrame]) -> None:
    found = table("power_pipeline").sort_values("log_hazard_ratio")
    assert found["power_pipeline"].is_monotonic_increasing
    assert found["power_pipeline"].iloc[-1] > 0.9


@pytest.mark.slow
def test_tables_as_wholes_hold_their_level_in_a_small_run(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    null = load("null_modalities")
    monkeypatch.setattr(null, "PERMUTATIONS", 19)
    monkeypatch.setattr(null, "PENALTIES", (0.4,))
    monkeypatch.setattr(null, "DESIGNS", null.DESIGNS[1:])
    table = null.main(6).set_index(["design", "test"])["p_at_most_0.05"]
    assert (table["age shared and given"] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 6)).all()
    assert table["age shared and not given", "rv"] > 0.5


def test_committed_comparisons_of_tables_are_accepted(table: Callable[[str], pd.DataFrame]) -> None:
    """Mantel, RV, sparse CCA and PERMANOVA within two errors, also given a confounder, without which they are not."""
    found = table("null_modalities")
    assert (found["studies"] >= 500).all()
    told = found["design"] != "age shared and not given"
    for level in ("0.05", "0.10"):
        assert (found[f"p_at_most_{level}"] <= found[f"accepted_{level}"])[told].all()
    assert (found["p_at_most_0.05"] > 0.3)[~told].all()
