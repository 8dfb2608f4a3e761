"""What cox_path is given, as arrays."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.survival._path_inputs import features_frame, path_factors, path_lambdas, path_risk_sets

NAMES = pd.Index(["a", "b", "c"])


def test_features_get_names_where_they_have_none() -> None:
    assert features_frame(np.ones((2, 3))).columns.tolist() == ["x0", "x1", "x2"]
    with pytest.raises(InputError, match="1 features have missing values: 'x1'"):
        features_frame(np.array([[1.0, np.nan]]))


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (None, [1, 1, 1]),
        ({"b": 0}, [1, 0, 1]),
        (pd.Series({"c": np.inf, "a": 2}), [2, 1, np.inf]),
        ([0.5, 1, 2], [0.5, 1, 2]),
        (np.array([0.0, 0, 0]), [0, 0, 0]),
    ],
)
def test_factors_in_any_form(given: object, wanted: list[float]) -> None:
    assert path_factors(given, NAMES).tolist() == wanted


def test_lambdas() -> None:
    assert path_lambdas(None) is None
    assert path_lambdas([1, 0]).tolist() == [1.0, 0.0]
    with pytest.raises(InputError, match="increase"):
        path_lambdas([0, 1])


def test_a_series_is_matched_by_label_and_a_list_by_position() -> None:
    index = pd.Index(["p", "q", "r"])
    time = pd.Series([3.0, 1.0, 2.0], index=["r", "p", "q"])
    risk = path_risk_sets(index, time, [1, 0, 1], None, ["s", "s", "t"], None, "efron")
    assert risk.event_time[np.isfinite(risk.event_time)].tolist() == [1.0, 3.0]
    assert risk.n_strata == 2
