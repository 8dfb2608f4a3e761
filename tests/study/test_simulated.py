from __future__ import annotations

import pandas as pd
import pytest

import radassoc as ra
from radassoc.base.errors import StudyError
from radassoc.study.cohorts import read_cohorts
from radassoc.study.read import read_study
from radassoc.study.simulated import write_simulated_study


@pytest.mark.slow
def test_files_hold_the_simulated_cohort(tmp_path):
    study = write_simulated_study(tmp_path / "made", n_patients=60, seed=2)
    read = read_cohorts(read_study(study)).main
    made, truth = ra.simulate_cohort(n_patients=60, seed=2)
    pd.testing.assert_frame_equal(read.radiomics, made.radiomics, check_names=False, rtol=1e-12)
    pd.testing.assert_frame_equal(
        read.expression.loc[made.expression.index, made.expression.columns],
        made.expression,
        check_names=False,
        rtol=1e-12,
    )
    assert read.outcome.table["event"].sum() == made.outcome.table["event"].sum()
    back = ra.load(study.parent / "truth.json")
    pd.testing.assert_frame_equal(back.survival, truth.survival)


def test_folder_with_content_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(StudyError, match="not empty"):
        write_simulated_study(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
