from __future__ import annotations

import pytest

from radassoc.study.read import read_study
from radassoc.study.requirements import absent_data, available, runs

IMAGING = "[cohort]\nradiomics = 'r.csv'\nclinical = 'c.csv'\n"
SURVIVAL = IMAGING + "time = 't'\nevent = 'e'\nunit = 'days'\n"


@pytest.mark.parametrize(
    ("text", "section", "reason"),
    [
        (IMAGING + "[risk_score]", "risk_score", "no outcome"),
        ("[cohort]\nexpression = 'x.csv'\n[risk_score]", "risk_score", "no radiomics and no outcome"),
        (SURVIVAL + "[groups]", "groups", "no [risk_score]"),
        (SURVIVAL + "[validation]", "validation", "no [risk_score]"),
        (
            SURVIVAL + "[cox_table]\nvariables = ['risk_score', 'age']",
            "cox_table",
            'names "risk_score", and the study has',
        ),
        (SURVIVAL + "[subgroups]\nsubgroups = 'sex'", "subgroups", 'variable names "risk_score"'),
        (IMAGING + "[nomogram]\nvariables = 'age'", "nomogram", "no outcome"),
        (
            SURVIVAL + "[risk_score]\nmodality = 'mutations'\noptional = true\n[nomogram]\nvariables = 'risk_score'",
            "nomogram",
            "no mutations",
        ),
        (SURVIVAL + "[risk_score]\n[evaluation]", "evaluation", "no test patients and no [external]"),
        (
            SURVIVAL + "test = { fraction = 0.3 }\n[risk_score]\n[evaluation]\nclinical_model = 'nomogram'",
            "evaluation",
            "no [nomogram]",
        ),
        (SURVIVAL + "[sample_size]", "sample_size", "no [risk_score]"),
        (SURVIVAL + "[pathways]\ngene_sets = 'hypoxia'", "pathways", "no expression"),
        (SURVIVAL + "[association]\npairs = [['radiomics', 'mutations']]", "association", "no mutations"),
        (SURVIVAL + "[enrichment]\ngene_sets = 'hypoxia'", "enrichment", "no [risk_score]"),
        (SURVIVAL + "[enrichment]\nby = 'radiomics:a'", "enrichment", "neither it nor [pathways] has gene_sets"),
        ("[cohort]\nexpression = 'x.csv'\n[pca]\n", "pca", "no radiomics"),
    ],
)
def test_what_is_missing_is_named(write_study, text, section, reason):
    study = read_study(write_study(text))
    assert reason in absent_data(study)[section]
    assert not runs(study, section)


def test_nothing_is_missing_where_everything_is_there(write_study):
    study = read_study(write_study(SURVIVAL + "[risk_score]\n[groups]\n"))
    assert absent_data(study) == {}
    assert runs(study, "risk_score")
    assert runs(study, "pca")
    assert not runs(study, "enrichment")
    assert available(study) == {"radiomics", "clinical", "outcome"}


def test_the_sample_size_is_told_with_every_risk_score(write_study):
    assert runs(read_study(write_study(SURVIVAL + "[risk_score]\n")), "sample_size")
    assert not runs(read_study(write_study(SURVIVAL)), "sample_size")


def test_expression_alone_asks_for_no_components(write_study):
    study = read_study(write_study("[cohort]\nexpression = 'x.csv'\n"))
    assert not runs(study, "pca")
    assert absent_data(study) == {}
