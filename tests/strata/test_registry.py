import pytest

from radassoc.base.errors import InputError
from radassoc.strata._registry import analysis_of


def test_survival_is_groups_or_variables(parted):
    assert (
        type(analysis_of("survival", {"groups": "arm"}, parted, parted.patients).run(parted)).kind
        == "survival_comparison"
    )
    assert (
        type(analysis_of("survival", {"variables": ["age"]}, parted, parted.patients).run(parted)).kind == "cox_table"
    )


def test_score_settings_go_to_both_verbs(parted):
    found = analysis_of("risk_score", {"n_outer_folds": 3, "n_repeats": 1, "l1_ratio": 0.5}, parted, parted.patients)
    assert found.fit is not None
    with pytest.raises(InputError, match="takes no 'stabilty'"):
        analysis_of("risk_score", {"stabilty": 3}, parted, parted.patients)


def test_again_keeps_the_rest(parted):
    found = analysis_of("survival", {"groups": "arm"}, parted, parted.patients).again(tau=7.0)
    assert found.settings == {"groups": "arm", "tau": 7.0}
    assert found.run(parted).tau == 7.0


def test_step_of_sd_is_that_of_all_patients(parted):
    found = analysis_of("survival", {"variables": ["age"], "per": {"age": "SD"}}, parted, parted.patients)
    assert found.settings["per"]["age"] == pytest.approx(parted.column("age").std(), rel=1e-3)
    values = parted.column("age").rename("years")
    given = analysis_of("survival", {"variables": {"years": values}, "per": {"years": "SD"}}, parted, parted.patients)
    assert given.settings["per"]["years"] == pytest.approx(values.std(), rel=1e-3)


def test_what_is_lacking_is_named(parted):
    with pytest.raises(InputError, match="lacks 'left', 'right'"):
        analysis_of("association", {}, parted, parted.patients)
    with pytest.raises(InputError, match="lacks 'by', 'gene_sets'"):
        analysis_of("enrichment", {}, parted, parted.patients)


def test_a_fitted_score_is_taken_out_of_fold_in_all_its_patients(parted):
    import radassoc as ra
    from radassoc.base.apparent import is_out_of_fold

    score = ra.fit_risk_score(parted, n_folds=3, n_repeats=1, strata=())
    asked = {"variables": {"score": score, "age": "age"}, "per": {"score": "SD"}}
    settings = analysis_of("survival", asked, parted, parted.patients).settings
    values = settings["variables"]["score"]
    assert is_out_of_fold(values)
    assert settings["per"]["score"] == pytest.approx(values.std(), rel=1e-3)
    assert settings["variables"]["age"] == "age"
    found = ra.by_stratum(parted, "sex", "survival", **asked)
    assert found.heterogeneity["p_value"].isna().any()  # no p beside a learned score
