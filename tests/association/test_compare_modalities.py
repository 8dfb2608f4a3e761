from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import radassoc as ra
from radassoc.association.compare_modalities import compare_modalities
from radassoc.base.errors import DesignError, InputError
from radassoc.base.settings import options


@pytest.fixture
def cohort(oracles):
    data = pd.read_csv(oracles / "modalities.csv")
    data.index = [f"P{i:02d}" for i in range(len(data))]
    return ra.Cohort.from_frames(
        radiomics=data.iloc[:, :12], expression=data.iloc[:, 12:27], clinical=data[["z", "site"]]
    )


@pytest.fixture
def told(oracles):
    return json.loads((oracles / "modalities.json").read_text())


@pytest.mark.parametrize(
    ("case", "settings"),
    [
        ("plain", {"scale": "standard"}),
        ("scores", {"scale": "normal_scores"}),
        ("residual", {"scale": "standard", "covariates": ["z"]}),
    ],
)
def test_mantel_and_rv_are_those_of_r(cohort, told, case, settings):
    found = compare_modalities(cohort, "radiomics", "expression", penalties=[0.5], **settings)
    rows = found.table.set_index("measure")
    if case != "residual":  # R does not scale the residuals again
        assert rows.loc["mantel", "estimate"] == pytest.approx(told[case]["mantel_spearman"], abs=1e-10)
        assert rows.loc["rv", "estimate"] == pytest.approx(told[case]["rv"], abs=1e-10)
        spread = found.null["rv"].std() / np.sqrt(999)
        assert rows.loc["rv", "expected"] == pytest.approx(told[case]["rv_mean"], abs=4 * spread)
        assert found.null["rv"].var() == pytest.approx(told[case]["rv_variance"], rel=0.25)
    assert (rows["p_value"] < 0.01).all()
    assert found.status == "ok"
    assert found.families[0].n_tests == 3
    assert ((rows["estimate"] - rows["expected"]) / (1 - rows["expected"])).equals(rows["beyond_chance"])


def test_sparse_cca_finds_what_both_tables_share(cohort):
    found = compare_modalities(cohort, "radiomics", "expression", covariates=["z"], n_permutations=199)
    chosen = found.penalties[found.penalties["chosen"]]
    assert len(chosen) == 1
    loadings = found.loadings.set_index("name")
    assert (loadings["side"] == "radiomics").sum() == chosen["n_left"].iloc[0]
    best = loadings[loadings["side"] == "expression"].index[:3]
    assert set(best) <= {"y01", "y02", "y03", "y04"}
    assert set(np.sign(loadings.loc[["y01", "y02"], "loading"])) == {-1.0, 1.0}
    scores = found.samples
    estimate = found.table.set_index("measure").loc["sparse_cca", "estimate"]
    assert np.corrcoef(scores["left"], scores["right"])[0, 1] == pytest.approx(estimate)
    assert any(note.startswith("Beyond chance (p = 0.005") for note in found.notes)


def test_unrelated_tables_are_worded_with_what_chance_gives(cohort):
    rng = np.random.default_rng(2)
    noise = pd.DataFrame(rng.normal(size=(40, 8)), index=cohort.patients).add_prefix("n")
    found = compare_modalities(cohort.with_modality("noise", noise), "radiomics", "noise", n_permutations=99)
    assert found.status == "no_signal"
    assert found.table["expected"].iloc[2] > 0.3
    assert sum(note.startswith("No evidence") for note in found.notes) == 3


def test_one_seed_one_answer_for_any_number_of_workers(cohort):
    with options(n_jobs=1):
        one = compare_modalities(cohort, "radiomics", "expression", n_permutations=250, strata=["site"], seed=3)
    with options(n_jobs=2):
        two = compare_modalities(cohort, "radiomics", "expression", n_permutations=250, strata=["site"], seed=3)
    pd.testing.assert_frame_equal(one.null, two.null, check_exact=True)
    pd.testing.assert_frame_equal(one.table, two.table, check_exact=True)
    other = compare_modalities(cohort, "radiomics", "expression", n_permutations=250, seed=4)
    assert not other.null.equals(one.null)


def test_one_wild_patient_does_not_rule_normal_scores(cohort):
    frames = {name: cohort[name] for name in cohort.modalities}
    rng = np.random.default_rng(5)
    for name, frame in frames.items():
        frames[name] = pd.DataFrame(rng.normal(size=frame.shape), index=frame.index, columns=frame.columns)
        frames[name].iloc[0] = 1e4
    wild = ra.Cohort.from_frames(radiomics=frames["radiomics"], expression=frames["expression"])
    ranks = compare_modalities(wild, "radiomics", "expression", n_permutations=99, penalties=[0.5])
    raw = compare_modalities(wild, "radiomics", "expression", n_permutations=99, penalties=[0.5], scale="standard")
    assert raw.table["estimate"][1] > 0.99
    assert ranks.table["estimate"][1] < 0.6


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scale": "none"}, "scale='none'"),
        ({"method": "kendall"}, "method='kendall'"),
        ({"penalties": []}, r"penalties=\(\)"),
        ({"penalties": [0.2, 0.2]}, "penalties="),
        ({"penalties": [0, 2]}, "penalties="),
        ({"n_permutations": 9}, "n_permutations=9"),
    ],
)
def test_wrong_arguments_are_refused(cohort, settings, message):
    with pytest.raises(InputError, match=message):
        compare_modalities(cohort, "radiomics", "expression", **settings)


def test_two_different_tables_and_enough_patients(cohort):
    with pytest.raises(InputError, match="two different tables"):
        compare_modalities(cohort, "radiomics", "radiomics")
    with pytest.raises(DesignError, match="9 patients"):
        compare_modalities(cohort.subset(cohort.patients[:9]), "radiomics", "expression")


@pytest.mark.real_data
@pytest.mark.slow
def test_glioma_imaging_and_expression_agree_until_idh_grade_and_volume_are_known(cohorts):
    folder = cohorts / "glioma"
    derive = {
        "grade": {
            "from": "oncotree_code",
            "map": {"GBM": "4", "AASTR": "3", "AOAST": "3"} | dict.fromkeys(("ASTR", "OAST", "ODG"), "2"),
        }
    }
    cohort = ra.read_cohort(
        radiomics=folder / "radiomics.csv",
        expression=folder / "expression.tsv.gz",
        clinical=folder / "clinical.csv",
        derive=derive,
    )
    alone = compare_modalities(cohort, "radiomics", "expression", n_permutations=199)
    assert (alone.table["p_value"] < 0.05).all()
    given = ["idh_status", "grade", "radiomics:VOLUME_TC"]
    after = compare_modalities(cohort, "radiomics", "expression", covariates=given, n_permutations=199)
    assert (after.table["beyond_chance"] < alone.table["beyond_chance"]).all()
    assert after.status == "no_signal"
