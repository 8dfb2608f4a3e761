import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from radassoc.kernels.concordance import cells_of, concordance


def brute(time, event, score, cell, weight):
    counts = np.zeros(4)
    for i in range(len(time)):
        for j in range(len(time)):
            first = time[i] < time[j] or (time[i] == time[j] and not event[j])
            if cell[i] == cell[j] and event[i] and first and i != j:
                kinds = [score[i] > score[j], score[i] < score[j], score[i] == score[j], True]
                counts += weight[i] * weight[j] * np.array(kinds)
    return counts


def test_six_patients_by_hand():
    #            A    B    C    D    E    F
    time = [1.0, 2.0, 2.0, 2.0, 4.0, 5.0]
    event = [1, 1, 1, 0, 0, 1]
    score = [5.0, 3.0, 1.0, 3.0, 4.0, 1.0]
    # A before B C D E F: five concordant. B before D (tied score), E (discordant), F (concordant).
    # C before D, E (discordant), F (tied score). B and C died together; nobody is left after F.
    found = concordance(np.array(time), np.array(event), np.array(score))
    assert [int(x[0]) for x in found] == [6, 3, 2, 11]
    assert found.c_index[0] == pytest.approx(7 / 11)


@pytest.mark.parametrize(
    ("name", "column", "use"),
    [
        ("plain", "score", {}),
        ("other", "other", {}),
        ("weighted", "other", {"weights": "weight"}),
        ("cells", "other", {"groups": "fold", "strata": "centre"}),
    ],
)
def test_counts_of_r(oracles, name, column, use):
    data = pd.read_csv(oracles / "concordance.csv")
    wanted = json.loads((oracles / "concordance.json").read_text())[name]
    used = {key: data[value].to_numpy() for key, value in use.items()}
    found = concordance(data.time.to_numpy(), data.event.to_numpy(), data[column].to_numpy(), **used)
    assert [x[0] for x in found[:3]] == [wanted["concordant"], wanted["discordant"], wanted["tied.x"]]
    assert found.comparable[0] == sum(wanted.values())


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 25), st.integers(0, 10_000))
def test_every_form_equals_brute_force(n, seed):
    rng = np.random.default_rng(seed)
    time, event = rng.integers(1, 8, n).astype(float), rng.random(n) < 0.6
    scores, weights = rng.integers(0, 5, (n, 3)).astype(float), rng.integers(0, 3, (n, 4))
    groups, strata = rng.integers(0, 2, n), rng.choice(["x", "y"], n)
    cell = [f"{g}{s}" for g, s in zip(groups, strata, strict=True)]
    wide = concordance(time, event, scores, groups=groups, strata=strata, weights=weights)
    assert wide.concordant.shape == (3, 4)
    for b in range(4):
        narrow = concordance(time, event, scores, groups=groups, strata=strata, weights=weights[:, b])
        for c in range(3):
            expected = brute(time, event, scores[:, c], cell, weights[:, b])
            np.testing.assert_array_equal([x[c] for x in narrow], expected)
            np.testing.assert_array_equal([x[c, b] for x in wide], expected)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 20), st.integers(0, 10_000))
def test_a_factor_weighs_pairs_by_who_dies_first(n, seed):
    rng = np.random.default_rng(seed)
    time, event = rng.integers(1, 8, n).astype(float), rng.random(n) < 0.6
    score, weights, factor = rng.normal(size=n).round(0), rng.integers(0, 3, (n, 2)), rng.random((n, 2))
    wide = concordance(time, event, score, weights=weights, factor=factor)
    for b in range(2):
        counts = np.zeros(2)
        for i in np.flatnonzero(event):
            later = (time > time[i]) | ((time == time[i]) & ~event)
            pair = weights[i, b] * factor[i, b] * weights[:, b] * later
            counts += [(pair * (score < score[i])).sum(), pair.sum()]
        narrow = concordance(time, event, score, weights=weights[:, b], factor=factor[:, b])
        for found in ((wide.concordant[0, b], wide.comparable[0, b]), (narrow.concordant[0], narrow.comparable[0])):
            np.testing.assert_allclose(found, counts, atol=1e-12)


def test_cells_combine_labels():
    np.testing.assert_array_equal(cells_of(4, None, np.array([5, 5, 7, 7])), [0, 0, 1, 1])
    assert len(set(cells_of(4, np.array([0, 1, 0, 1]), np.array(["a", "a", "b", "b"])))) == 4


def test_no_comparable_pair_has_no_index():
    found = concordance(np.array([1.0, 2.0]), np.array([0, 1]), np.array([1.0, 2.0]))
    assert found.comparable[0] == 0
    assert np.isnan(found.c_index[0])


def test_missing_scores_are_refused():
    with pytest.raises(ValueError, match="missing"):
        concordance(np.array([1.0, 2.0]), np.array([1, 1]), np.array([1.0, np.nan]))
