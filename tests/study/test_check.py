from __future__ import annotations

import json

import pytest

from radassoc.study.check import check_study


def told(path):
    return "\n".join(str(problem) for problem in check_study(path).problems)


def change(path, *pairs):
    text = path.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return path


def test_sound_study_has_counts_and_no_problem(small_study):
    found = check_study(small_study)
    assert found.problems == ()
    assert found.exit_code == 0
    assert found.counts["cohort"]["radiomics_patients"] == 60
    assert "No problem found." in found.told()
    assert [path.name for path in small_study.parent.iterdir() if path.is_dir()] == []


def test_all_problems_are_told_at_once(small_study):
    change(
        small_study,
        ('primary = "risk_score"', 'primary = "groups "'),
        ('covariates = ["age"]', 'covariates = ["agee", "sex"]'),
        ('"radiomics:VOLUME_TC"', '"radiomics:VOLUME"'),
        ('gene_sets = "sets.gmt"', 'gene_sets = "hypoxya"'),
    )
    text = told(small_study)
    for part in ("primary in [study]", "[enrichment]", "agee", "VOLUME", "hypoxya"):
        assert part in text
    assert len(check_study(small_study).problems) == 4
    assert check_study(small_study).exit_code == 3


def test_missing_file_and_missing_section_are_told_together(small_study):
    change(small_study, ("[risk_score]\nn_folds = 4\nn_repeats = 1\n", ""), ('"clinical.csv"', '"clinic.csv"'))
    text = told(small_study)
    assert "clinic.csv is not there" in text
    assert "[groups] cannot run: the study has no [risk_score]" in text


def test_unknown_keys_hide_no_missing_file_and_no_misspelt_column(small_study):
    change(
        small_study,
        ('title = "Small', 'titel = "Small'),
        ("n_folds = 4", "n_foldz = 4"),
        ('covariates = ["age"]', 'covariates = ["agee"]'),
        ('gene_sets = "sets.gmt"', 'gene_sets = "nix.gmt"'),
    )
    small_study.write_text(small_study.read_text() + "[heatmaps]\nall = true\n")
    text = told(small_study)
    for part in ("titel", "n_foldz", "[heatmaps]", "agee", "nix.gmt is not there"):
        assert part in text
    assert len(check_study(small_study).problems) == 5


def test_wrong_values_hide_no_missing_file(small_study):
    change(small_study, ('unit = "months"', 'unit = "moons"'), ('"clinical.csv"', '"clinic.csv"'))
    text = told(small_study)
    assert "moons" in text
    assert "clinic.csv is not there" in text
    assert len(check_study(small_study).problems) == 2


def test_missing_table_hides_no_gene_set(small_study):
    change(small_study, ('"clinical.csv"', '"clinic.csv"'), ('gene_sets = "sets.gmt"', 'gene_sets = "hypoxya"'))
    text = told(small_study)
    assert "clinic.csv is not there" in text
    assert "hypoxya" in text


def test_wrong_time_hides_no_column_and_no_gene_set(small_study):
    change(
        small_study,
        ('time = "os_months"', 'time = "os_monts"'),
        ("n_folds = 4", 'n_folds = 4\ncovariates = ["agee"]'),
        ('"radiomics:VOLUME_TC"', '"radiomics:VOLUM"'),
        ('gene_sets = "sets.gmt"', 'gene_sets = "hypoxya"'),
    )
    text = told(small_study)
    for part in ("os_monts", "[risk_score]: ", "agee", "VOLUM", "hypoxya"):
        assert part in text
    assert len(check_study(small_study).problems) == 4


def test_wrong_split_hides_no_column(small_study):
    change(
        small_study,
        ('unit = "months"', 'unit = "months"\ntest = { column = "centre", values = ["A"] }'),
        ('covariates = ["age"]', 'covariates = ["agee"]'),
    )
    text = told(small_study)
    assert "centre" in text
    assert "agee" in text


def test_optional_sections_are_left_out_instead(small_study):
    change(small_study, ('expression = "expression.tsv"\n', ""))
    assert "[enrichment] cannot run" in told(small_study)
    change(
        small_study,
        ("[pathways]\n", "[pathways]\noptional = true\n"),
        ("[association]\n", "[association]\noptional = true\n"),
        ("[enrichment]\n", "[enrichment]\noptional = true\n"),
    )
    found = check_study(small_study)
    assert found.problems == ()
    assert set(found.left_out) == {"pathways", "association", "enrichment"}
    assert "[enrichment] will be left out: the study has no expression" in found.told()


def test_too_few_events_are_a_design_problem(small_study):
    path = small_study.parent / "clinical.csv"
    lines = path.read_text().splitlines()
    rows = [line.rsplit(",", 1)[0] + (",1" if i < 5 else ",0") for i, line in enumerate(lines[1:])]
    path.write_text("\n".join([lines[0], *rows]) + "\n")
    found = check_study(small_study)
    assert "5 events among the 60 patients" in told(small_study)
    assert found.exit_code == 4


def test_covariates_must_be_in_external_cohorts(small_study):
    change(small_study, ("n_folds = 4", 'n_folds = 4\ncovariates = ["age"]'))
    external = '\n[external.hn1]\nradiomics = "radiomics.csv"\nclinical = { path = "clinical.csv", drop = ["age"] }\n'
    small_study.write_text(
        small_study.read_text() + external + 'time = "os_months"\nevent = "os_event"\nunit = "months"\n'
    )
    assert "[risk_score] with [hn1]" in told(small_study)


def test_models_are_fitted_only_in_cohorts_of_the_study(small_study):
    text = small_study.read_text()
    small_study.write_text(text + '\n[cox_table]\nvariables = ["age", "sex"]\nalso_in = ["hn1"]\n')
    (problem,) = check_study(small_study).problems
    assert problem.found == "also_in in [cox_table] names 'hn1', which is no cohort of the study."
    assert "no [external]" in problem.wanted


def test_json_has_the_same_findings(small_study):
    change(small_study, ('covariates = ["age"]', 'covariates = ["agee"]'))
    found = json.loads(json.dumps(check_study(small_study).as_json()))
    assert found["ok"] is False
    assert found["problems"][0]["error"] == "StudyError"
    assert "agee" in found["problems"][0]["found"]
    assert found["cohorts"]["cohort"]["patients"] == 60


@pytest.mark.parametrize("text", ["[cohort\n", "[cohort]\nradiomic = 'x'\n"])
def test_study_file_itself_is_checked(write_study, text):
    assert check_study(write_study(text)).exit_code == 3
