"""The cross-validated curve against R cv.glmnet, folds and lambdas given; read from tests/oracles."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.cox_folds import solve_folds

#: name in cox_cv.json: columns, options; "time" and "fold" name columns of cox_cv.csv
CURVES = {
    "small": (40, {"fold": "small_fold"}),
    "wide": (300, {}),
    "wide_elastic": (300, {"l1_ratio": 0.5}),
    "tied": (300, {"time": "tied"}),
    "factors": (40, {}),
    "raw": (40, {}),
    "strata": (40, {}),
}


def saturated(time: np.ndarray, event: np.ndarray) -> float:
    """Return the log likelihood of the saturated model with Breslow ties: minus the sum of d log d over event times."""
    deaths = np.unique(time[event == 1], return_counts=True)[1]
    return -float((deaths * np.log(deaths)).sum())


@pytest.mark.parametrize("name", CURVES)
def test_curve_of_cv_glmnet(oracles, name):
    data = pd.read_csv(oracles / "cox_cv.csv")
    told = json.loads((oracles / "cox_cv.json").read_text())
    wanted = told["curves"][name]
    p, options = CURVES[name]
    options = dict(options)
    data = data[data[options.get("fold", "fold")].notna()]
    fold = data[options.pop("fold", "fold")].to_numpy()
    time, event = data[options.pop("time", "time")].to_numpy(), data["event"].to_numpy()
    X = data[[f"x{j}" for j in range(1, 25)]].to_numpy()
    i, j = np.triu_indices(24, 1)
    X = np.hstack([X, X[:, i] * X[:, j]])[:, :p]
    train = fold != np.unique(fold)[:, None]
    if name != "raw":
        options["scale"] = np.array([X[rows].std(axis=0) for rows in train])  # cv.glmnet standardises in every fold
    if name == "factors":
        options["factor"] = np.array(told["penalty_factor"])
    if name == "strata":
        options["strata"] = data["centre"].to_numpy()
    found = solve_folds(X, time, event, train, lambdas=np.array(wanted["lambdas"]), ties="breslow", **options)
    # glmnet counts from the saturated model, in full and in training: a constant, 0 without ties
    ties = 2 * sum(saturated(time, event) - saturated(time[rows], event[rows]) for rows in train) / event.sum()
    assert (ties == 0) == (name != "tied")
    np.testing.assert_allclose(found.curve + ties, wanted["deviance"], atol=1e-8 if name == "strata" else 5e-4)
    assert int(np.argmin(found.curve)) + 1 == wanted["best"] > 1
    spread = np.sqrt(found.events_out @ (found.deviance - found.curve) ** 2 / found.events_out.sum() / (len(train) - 1))
    if name != "tied":
        np.testing.assert_allclose(spread, wanted["error"], atol=5e-4)
