from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.cohort.cohort import Cohort
from radassoc.figures import plot_subgroup_forest
from radassoc.survival.subgroups import subgroup_effects


@pytest.fixture(scope="module")
def cohort(pytestconfig):
    frame = pd.read_csv(
        pytestconfig.rootpath / "tests" / "oracles" / "clinical_cox.csv", index_col="patient", dtype={"grade": object}
    )
    return Cohort.from_frames(clinical=frame, time="time", event="event", unit="months")


def test_rows_texts_and_the_line_of_all_patients(cohort):
    effects = subgroup_effects(cohort, "sex", ["grade", "age"])
    figure = plot_subgroup_forest(effects)
    sheet, panel = figure.axes
    told = [text.get_text() for text in sheet.texts]
    assert told[0] == "sex: male vs female"
    assert {"All patients", "grade", "age", "≤ 61.2", "> 61.2", "p (interaction)"} <= set(told)
    everybody = effects.table["hazard_ratio"].iloc[0]
    assert any(np.allclose(line.get_xdata(), everybody) for line in panel.lines)
    drawn = np.concatenate([c.get_offsets()[:, 0] for c in panel.collections])
    np.testing.assert_allclose(drawn, effects.table["hazard_ratio"])


def test_areas_follow_events(cohort):
    effects = subgroup_effects(cohort, "sex", ["grade"])
    sizes = [c.get_sizes()[0] for c in plot_subgroup_forest(effects).axes[1].collections]
    assert np.argsort(sizes).tolist() == np.argsort(effects.table["n_events"]).tolist()


def test_nothing_to_draw_is_a_sentence(cohort):
    frame = cohort.clinical.head(40).assign(event=np.arange(40) < 4)
    few = Cohort.from_frames(clinical=frame, time="time", event="event", unit="months")
    effects = subgroup_effects(few, "sex", ["age"])
    assert effects.status == "not_estimable"
    assert "events" in plot_subgroup_forest(effects).axes[0].texts[0].get_text()
