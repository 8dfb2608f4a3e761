"""Which genes a simulated table has, and that background modules stay apart from pathways."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from radassoc.base.errors import InputError
from radassoc.cohort._simulated_expression import choose_genes, simulate_activities, simulate_expression

SETS = {"one": ("TP53", "MDM2"), "two": ("MDM2", "EGFR")}
PATIENTS = pd.Index([f"P{i}" for i in range(3000)], name="patient")


def test_a_gene_of_two_sets_follows_the_first() -> None:
    genes = choose_genes(SETS, 3)
    assert dict(genes["module"]) == {"TP53": "one", "MDM2": "one", "EGFR": "two"}


def test_background_genes_are_spread_over_the_alphabet() -> None:
    genes = choose_genes(SETS, 103)
    background = genes.index[genes["module"].str.startswith("background")]
    assert len(background) == 100
    assert len({gene[0] for gene in background}) > 15
    assert genes["module"].nunique() == 2 + 4


def test_numbers_of_genes_that_cannot_be_met_are_told() -> None:
    with pytest.raises(InputError, match=r"between 3 .* and 4472"):
        choose_genes(SETS, 2)


def test_an_activity_that_follows_exactly_is_the_value() -> None:
    value = pd.Series(np.linspace(-1, 1, len(PATIENTS)), index=PATIENTS)
    found = simulate_activities(["one", "two"], {"one": (value, 1.0), "two": (value, -1.0)}, PATIENTS, 0)
    np.testing.assert_allclose(found["one"], value)
    np.testing.assert_allclose(found["two"], -value)


def test_genes_correlate_by_their_loadings_within_and_not_across_modules() -> None:
    genes = choose_genes(SETS, 53)
    activities = simulate_activities(list(SETS), {}, PATIENTS, 0)
    R = np.corrcoef(simulate_expression(genes, activities, 0).to_numpy(), rowvar=False)
    loading, module = genes["loading"].to_numpy(), genes["module"].to_numpy()
    expected = np.where(module[:, None] == module, np.outer(loading, loading), 0.0)
    np.fill_diagonal(expected, 1.0)
    assert np.abs(R - expected).max() < 0.08  # 1,378 correlations, standard error 0.018
