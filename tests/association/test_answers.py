"""The verb hands each pair to the scan that its columns ask for."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kruskal, mannwhitneyu

import radassoc as ra
from radassoc.association import _answers, associate
from radassoc.base.errors import DesignError, InputError


def few_genes(n):
    cohort = ra.simulate_cohort(n_patients=n, seed=3).cohort
    return cohort.with_modality("expression", cohort.expression.iloc[:, :12]).with_modality(
        "radiomics", cohort.radiomics.iloc[:, :6]
    )


@pytest.fixture(scope="module")
def mixed():
    cohort = few_genes(80)
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "mutated": rng.integers(0, 2, 80),
            "subtype": rng.choice(["one", "two", "three"], 80),
            "level": rng.normal(size=80),
        },
        index=cohort.patients,
    ).rename_axis(columns="marker")
    return cohort, frame


def test_each_pair_gets_its_test(mixed):
    cohort, frame = mixed
    found = associate(cohort, "radiomics", frame, keep="all")
    kinds = found.table.groupby("marker")["p_value_from"].unique().map(list).to_dict()
    assert kinds == {"mutated": ["mann-whitney"], "subtype": ["kruskal-wallis"], "level": ["t"]}
    name = cohort.radiomics.columns[0]
    p = found.table.query("feature == @name").set_index("marker")["p_value"]
    x = cohort.radiomics[name]
    classes = x[frame["mutated"] == 1], x[frame["mutated"] == 0]
    of_class = mannwhitneyu(*classes, method="asymptotic", use_continuity=False)
    assert p["mutated"] == pytest.approx(of_class.pvalue, rel=1e-9)
    assert p["subtype"] == pytest.approx(kruskal(*(part for _, part in x.groupby(frame["subtype"]))).pvalue, rel=1e-9)
    assert found.families[0].n_tests == found.table["p_value"].notna().sum()
    assert any("Mann-Whitney" in note for note in found.notes)


def test_survival_is_a_right_side(mixed):
    found = associate(mixed[0], "radiomics", "survival", keep="all", covariates=["age"])
    assert found.right_name == "outcome"
    assert found.table["outcome"].unique().tolist() == ["survival"]
    assert found.table["p_value_from"].isin(["cox-score", "permutation"]).all()
    assert len(found.adjustment) == 1
    assert found.families[0].hypothesis == "No association of any column of radiomics with survival given age"


def test_repeated_samples_are_clusters(mixed):
    cohort, _ = mixed
    frame = cohort.expression
    twice = pd.concat([frame, frame + np.random.default_rng(1).normal(size=frame.shape)])
    twice.index = [f"S{i}" for i in range(160)]
    owner = pd.Series([*cohort.patients, *cohort.patients], index=twice.index)
    repeated = cohort.with_modality("expression", twice, patients=owner)
    found = associate(repeated, "radiomics", "expression", keep="top")
    assert set(found.table["p_value_from"]) == {"cr2"}
    assert (found.table["n"] == 2 * found.table["n_patients"]).all()
    assert found.provenance["counts"]["n_patients"] == found.table["n_patients"].max()


def test_what_a_scan_does_not_have_is_refused(mixed, few_rows, monkeypatch):
    cohort, frame = mixed
    with pytest.raises(InputError, match="max_statistic"):
        associate(cohort, "radiomics", frame, correction="max_statistic")
    monkeypatch.setattr(_answers, "MOST_ROWS", 5)
    with pytest.raises(DesignError, match="too many for tests of survival"):
        associate(cohort, "radiomics", "survival")
    with few_rows(5), pytest.raises(InputError, match="columns of text"):
        associate(cohort, "radiomics", frame)


def test_classes_of_a_large_map_are_read_as_numbers_and_told(mixed, few_rows):
    cohort, frame = mixed
    with few_rows(5):
        found = associate(cohort, "radiomics", frame[["mutated", "level"]], keep="top")
    assert any("1 columns of two values were read as numbers" in note for note in found.notes)


def test_a_feature_of_two_values_is_a_measurement_that_hardly_varies(mixed):
    cohort, _ = mixed
    frame = cohort.radiomics
    frame.iloc[:, 0] = np.where(np.arange(len(frame)) < 30, 0.0, 1.5)
    found = associate(
        cohort.with_modality("radiomics", frame),
        "radiomics",
        "expression",
        correction="max_statistic",
        n_permutations=20,
        keep="all",
    )
    assert set(found.table["p_value_from"]) == {"t"}
