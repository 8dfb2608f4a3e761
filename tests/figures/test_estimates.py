from __future__ import annotations

import numpy as np
import pandas as pd

from radassoc.figures._estimates import by_model, draw_rows, leave_room, rivals_of
from radassoc.figures.style import axes_for, style


def rows(*models, measure="concordance"):
    numbers = {"estimate": 0.7, "ci_low": 0.6, "ci_high": 0.8, "p_value": 0.02}
    return pd.DataFrame({"measure": measure, "model": models}).assign(**numbers)


def test_models_stand_in_one_order_without_secondary_estimates():
    table = pd.concat([rows("volume", "full (.632+)", "full"), rows("full", measure="auc")])
    assert by_model(table, "concordance")["model"].tolist() == ["full", "volume"]
    table["estimate"] = np.nan
    assert by_model(table, "concordance").empty


def test_rivals_of_differences():
    assert rivals_of(rows("full - covariates", "score - (covariates + volume)")) == [
        "covariates",
        "covariates + volume",
    ]


def test_p_values_stand_beside_on_request():
    with style():
        axes = axes_for(None)
        draw_rows(axes, rows("full"), ["black"], ["Full"], p=True)
        draw_rows(axes, rows("full"), ["black"], ["Full"], digits=3)
    assert [text.get_text() for text in axes.texts] == ["0.70 (0.60 to 0.80), p = 0.020", "0.700 (0.600 to 0.800)"]


def test_the_axis_reaches_beyond_all_values():
    with style():
        axes = axes_for(None)
        leave_room(axes, [0.5, 0.8, np.nan])
    low, high = axes.get_xlim()
    assert low < 0.5
    assert high > 0.8
