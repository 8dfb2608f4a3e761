from __future__ import annotations

import pytest

from radassoc.base.errors import StudyError
from radassoc.study.read import read_study


def problems(write_study, text):
    with pytest.raises(StudyError) as caught:
        read_study(write_study(text))
    return [str(error) for error in getattr(caught.value, "problems", [caught.value])]


def test_sections_and_paths_are_read(write_study):
    study = read_study(
        write_study('[study]\nseed = 4\n[cohort]\nradiomics = "a.csv"\n[external.hn1]\nradiomics = "b.csv"\n')
    )
    assert study.seed == 4
    assert study.folder == study.path.parent
    assert list(study.file.external) == ["hn1"]
    assert study.file.risk_score is None


def test_byte_order_mark_is_accepted(write_study, tmp_path):
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbf[cohort]\nradiomics = 'a.csv'\n")
    assert read_study(path).file.cohort.radiomics == "a.csv"


@pytest.mark.parametrize(
    ("text", "section", "nearest"),
    [
        ("[cohort]\nradiomic = 'a.csv'", "[cohort]", "'radiomics'"),
        ("[cohort]\n[risk_score]\ncovariate = ['age']", "[risk_score]", "'covariates'"),
        ("[cohort]\n[risk_score.preparation]\nmaxmissing = 0.1", "[risk_score.preparation]", "'max_missing'"),
        ("[cohort]\n[external.hn1]\nevnt = 'e'", "[external.hn1]", "'event'"),
        ("[cohort.radiomics]\npath = 'a.csv'\ndropp = ['x']", "[cohort.radiomics]", "'drop'"),
        ("[cohort]\nradiomics = ['a.csv', { path = 'b.csv', prefx = 'x' }]", "[cohort.radiomics]", "'prefix'"),
        ("[cohort.test]\nfractoin = 0.3", "[cohort.test]", "'fraction'"),
    ],
)
def test_misspelt_key_names_section_and_nearest_key(write_study, text, section, nearest):
    told = problems(write_study, text)[0]
    assert told.startswith("Unknown key")
    assert section in told
    assert f"Did you mean {nearest}?" in told


def test_misspelt_section_names_the_nearest(write_study):
    told = problems(write_study, "[cohort]\n[risk_scor]\n")[0]
    assert "Unknown section [risk_scor]" in told
    assert "Did you mean 'risk_score'?" in told


def test_all_problems_are_told_at_once(write_study):
    text = "[study]\ntitel = 'x'\n[cohort]\nunit = 'month'\n[risk_score]\nn_folds = '10'\nties = 3\n"
    told = "\n".join(problems(write_study, text))
    for part in (
        "'titel' in [study]",
        "unit in [cohort] is 'month'",
        "Did you mean 'months'?",
        "n_folds in [risk_score]",
    ):
        assert part in told
    assert len(problems(write_study, text)) == 4


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[cohort.test]\nfraction = 0.3\ncolumn = 'site'\nvalues = [1]", "either fraction, or column"),
        ("[cohort.test]\ncolumn = 'site'", "belong together"),
        ("[cohort]\n[association]\npairs = [['radiomics']]", "two tables each"),
        ("[cohort]\n[pathways]\n", "'gene_sets' is missing in [pathways]"),
        ("[study]\n", "section [cohort] is missing"),
        ("[study\n", "is not a TOML file"),
    ],
)
def test_other_mistakes_have_one_message(write_study, text, message):
    told = problems(write_study, text)
    assert len(told) == 1
    assert message in told[0]


def test_missing_file_says_where_it_was_looked_for(tmp_path):
    with pytest.raises(StudyError, match="study file") as caught:
        read_study(tmp_path / "nix.toml")
    assert str(tmp_path) in str(caught.value)
    with pytest.raises(StudyError, match="cannot be read"):
        read_study(tmp_path)
