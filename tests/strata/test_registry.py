import pytest

from radassoc.base.errors import InputError
from radassoc.strata._registry import analysis_of


def test_survival_is_groups_or_variables(parted):
    assert type(analysis_of("survival", {"groups": "arm"}, parted).run(parted)).kind == "survival_comparison"
    assert type(analysis_of("survival", {"variables": ["age"]}, parted).run(parted)).kind == "cox_table"


def test_score_settings_go_to_both_verbs(parted):
    found = analysis_of("risk_score", {"n_outer_folds": 3, "n_repeats": 1, "l1_ratio": 0.5}, parted)
    assert found.fit is not None
    with pytest.raises(InputError, match="takes no 'stabilty'"):
        analysis_of("risk_score", {"stabilty": 3}, parted)


def test_again_keeps_the_rest(parted):
    found = analysis_of("survival", {"groups": "arm"}, parted).again(tau=7.0)
    assert found.settings == {"groups": "arm", "tau": 7.0}
    assert found.run(parted).tau == 7.0


def test_step_of_sd_is_that_of_all_patients(parted):
    found = analysis_of("survival", {"variables": ["age"], "per": {"age": "SD"}}, parted)
    assert found.settings["per"]["age"] == pytest.approx(parted.column("age").std(), rel=1e-3)
    values = parted.column("age").rename("years")
    given = analysis_of("survival", {"variables": {"years": values}, "per": {"years": "SD"}}, parted)
    assert given.settings["per"]["years"] == pytest.approx(values.std(), rel=1e-3)


def test_what_is_lacking_is_named(parted):
    with pytest.raises(InputError, match="lacks 'left', 'right'"):
        analysis_of("association", {}, parted)
    with pytest.raises(InputError, match="lacks 'by', 'gene_sets'"):
        analysis_of("enrichment", {}, parted)
