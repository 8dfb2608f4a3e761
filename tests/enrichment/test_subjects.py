from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from radassoc.base.apparent import mark_apparent
from radassoc.base.errors import DesignError, InputError
from radassoc.enrichment._subjects import read_subjects

UNSEEN = "predicted for each patient by models that never saw them"
TOTAL = f"Along risk_score, genes are ranked by the risk score, {UNSEEN}"
IMAGING = f"Along risk_score, genes are ranked by the imaging part of the risk score, {UNSEEN}"
PATIENTS = [f"P{i:02d}" for i in range(60)]


def test_column_series_and_list(planted):
    (one,) = read_subjects(planted, "signal")
    assert (one.name, one.source) == ("signal", "permutation")
    (series,) = read_subjects(planted, planted.clinical["age"].rename(None))
    assert series.name == "score"
    assert [item.name for item in read_subjects(planted, ["age", "expression:G3"])] == ["age", "expression:G3"]


def test_two_levels_are_coded_in_sorted_order(planted):
    (site,) = read_subjects(planted, "site")
    assert (site.values == (planted.clinical["site"] == "B")).all()
    assert site.note == "site: 'A' is coded 0 and 'B' is coded 1"


@pytest.mark.parametrize(
    ("by", "error", "message"),
    [
        ("grade", DesignError, "'grade' is no number and has 3 levels"),
        ([], InputError, "list of values to rank by is empty"),
        (["age", "age"], InputError, "more than once: 'age'"),
        (3, InputError, "ranked by a int"),
        (pd.Series([1.0, 2.0], index=["P00", "P00"]), InputError, "name a patient more than once"),
        (pd.Series(["a"], index=["P00"]), InputError, "are no numbers"),
    ],
)
def test_what_cannot_rank_genes(planted, by, error, message):
    with pytest.raises(error, match=message):
        read_subjects(planted, by)


@pytest.mark.parametrize("by", ["months", "clinical:months", ["age", "dead"]])
def test_the_outcome_ranks_no_genes(planted, by):
    clinical = planted.clinical.assign(months=np.arange(1.0, 61.0), dead=np.arange(60) % 2)
    cohort = planted.with_clinical(clinical).with_outcome("months", "dead", unit="months")
    with pytest.raises(DesignError, match="ignores who was censored"):
        read_subjects(cohort, by)


def validation(columns, null):
    samples = pd.DataFrame({"patient": PATIENTS, **{name: np.arange(60.0) for name in columns}})
    return SimpleNamespace(samples=samples, null_samples=null)


def test_a_validation_brings_its_reruns(planted):
    null = pd.DataFrame(np.ones((60, 4)), index=PATIENTS)
    (score,) = read_subjects(planted, validation(["score"], null))
    assert (score.name, score.source, score.note) == ("risk_score", "rerun", TOTAL)
    assert score.values.index.tolist() == PATIENTS


def test_the_imaging_part_is_compared_with_its_own_reruns(planted):
    total, imaging = (pd.DataFrame(np.full((60, 4), value), index=PATIENTS) for value in (1.0, 2.0))
    both = validation(["score", "imaging_score"], total)
    (score,) = read_subjects(planted, both)
    assert (score.note, score.null.iloc[0, 0]) == (TOTAL, 1.0)
    both.null_imaging = imaging
    (score,) = read_subjects(planted, both)
    assert (score.note, score.null.iloc[0, 0]) == (IMAGING, 2.0)


def test_a_validation_without_reruns_gives_no_p(planted):
    (score,) = read_subjects(planted, validation(["score"], None))
    assert score.source == "none"
    assert "n_permutations" in score.reason


def test_a_validation_saved_without_patients(planted):
    with pytest.raises(InputError, match="holds no patient's score"):
        read_subjects(planted, SimpleNamespace(samples=None, null_samples=None))


def test_a_fitted_score_is_relearned_out_of_fold_and_asks_for_the_validation(planted):
    fitted = SimpleNamespace(out_of_fold=lambda cohort: cohort.clinical["age"])
    (score,) = read_subjects(planted, fitted)
    assert score.source == "none"
    assert "validate_risk_score" in score.reason


def test_scores_that_have_seen_the_outcome_are_refused(planted):
    scores = mark_apparent(planted.clinical["age"].astype(float), 12)
    with pytest.raises(DesignError, match="fitted on the outcome of 12"):
        read_subjects(planted, scores)
