from __future__ import annotations

import pytest

from radassoc.study.as_meant import read_as_meant


def test_misspelt_keys_are_taken_for_the_nearest(write_study):
    study, lost = read_as_meant(write_study('[cohort]\nradiomic = "r.csv"\n[risk_scor]\nn_fold = 4\n'))
    assert study.file.cohort.radiomics == "r.csv"
    assert study.file.risk_score.n_folds == 4
    assert lost == frozenset()


def test_unknown_keys_are_left_out_and_known_ones_stay(write_study):
    text = '[cohort]\nradiomics = "r.csv"\nradiomic = "other.csv"\nzzz = 1\n[zzz]\na = 1\n'
    study, lost = read_as_meant(write_study(text))
    assert study.file.cohort.radiomics == "r.csv"
    assert lost == frozenset()


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ('[cohort]\nradiomics = "r.csv"\nunit = "moons"\n', {"cohort"}),
        ('[cohort]\nradiomics = "r.csv"\ntest = { fraction = 3.0 }\n', {"cohort"}),
        ('[cohort]\nradiomics = ["r.csv", { path = "x.csv", decimal = 1 }]\n', {"cohort"}),
        ('[cohort]\nradiomics = "r.csv"\n[association]\npairs = [["a"]]\n[pathways]\n', {"association", "pathways"}),
        ('[cohort]\nradiomics = "r.csv"\n[risk_score]\ncovariates = 3\nn_folds = "x"\n', {"risk_score"}),
    ],
)
def test_wrong_values_are_left_out_and_told(write_study, text, lost):
    study, found = read_as_meant(write_study(text))
    assert found == lost
    assert study.file.cohort.radiomics is not None


@pytest.mark.parametrize("text", ["[cohort\n", "", "cohort = 3\n"])
def test_what_is_no_study_stays_none(write_study, text):
    assert read_as_meant(write_study(text)).study is None
