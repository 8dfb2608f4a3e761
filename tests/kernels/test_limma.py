"""Moderated t, camera and rotation beside R limma: one table, a continuous value and two groups, given age."""

import json

import numpy as np
import pandas as pd
import pytest

from radassoc.kernels.camera import camera, inter_gene_correlation
from radassoc.kernels.correlation import basis, unit_rows
from radassoc.kernels.enrichment import pack_sets
from radassoc.kernels.moderated import moderated_t, normal_scores
from radassoc.kernels.rank_walk import set_sums
from radassoc.kernels.rotation import mean_rotation_p, rotated_units


class Case:
    def __init__(self, folder, name):
        told = json.loads((folder / "enrichment_limma.json").read_text())
        data = pd.read_csv(folder / "enrichment_limma_input.csv")
        self.known = {key: np.array(value) for key, value in told[name].items()}
        self.genes = data.iloc[:, 3:].to_numpy()
        self.sets = pack_sets([np.array(members) for members in told["sets"].values()], self.genes.shape[1])
        self.Q = basis(data[["age"]].to_numpy())
        self.rows, self.lengths = unit_rows(self.genes, self.Q)
        self.unit = unit_rows(data[[name]].to_numpy(float), self.Q)[0][0]
        self.r = self.rows @ self.unit
        self.df = len(data) - self.Q.shape[1] - 1
        self.found = moderated_t(self.r[None, :], self.lengths**2, self.df)
        self.z = normal_scores(self.found.t[0], float(self.found.df_total[0]))

    def means(self, rows):
        return set_sums(rows, self.sets).T / self.sets.sizes


@pytest.fixture(params=["value", "group"])
def case(oracles, request):
    return Case(oracles, request.param)


def test_moderated_t_and_its_prior(case):
    np.testing.assert_allclose(case.found.t[0], case.known["t"], atol=1e-10)
    np.testing.assert_allclose(case.found.df_prior[0], case.known["df_prior"], rtol=1e-8)
    np.testing.assert_allclose(case.found.variance_prior[0], case.known["variance_prior"], rtol=1e-8)
    np.testing.assert_allclose(case.z, case.known["z"], atol=1e-10)
    single = moderated_t(case.r[None, :].astype(np.float32), case.lengths**2, case.df)
    np.testing.assert_allclose(single.t[0], case.known["t"], atol=1e-5)


def test_camera_with_estimated_and_with_preset_correlation(case):
    scale = 1 / np.sqrt(1 - case.r**2)
    sums = set_sums((case.rows - np.outer(case.r, case.unit)) * scale[:, None], case.sets)
    own = inter_gene_correlation(sums, case.sets)
    np.testing.assert_allclose(own, case.known["correlation"], atol=1e-10)
    found = camera(case.z, own, case.sets, min(case.df, case.sets.n_genes - 2))
    np.testing.assert_allclose(found.p, case.known["camera_estimated"], rtol=1e-8)
    preset = camera(case.z, np.full(len(own), 0.01), case.sets, case.sets.n_genes - 2)
    np.testing.assert_allclose(preset.p, case.known["camera_fixed"], rtol=1e-8)


def test_exact_rotation_of_the_mean_is_fry(case):
    p = mean_rotation_p(case.unit, case.means(case.rows * case.lengths[:, None]), case.df)
    np.testing.assert_allclose(p, case.known["fry"], rtol=1e-8)


def test_rotated_moderated_t_is_roast_within_monte_carlo_error(case, rng):
    """20,000 of ours against 99,999 of limma's, which keeps the prior of the data; ours learns it anew each time."""
    units = rotated_units(20_000, case.Q, rng)
    found = moderated_t(units @ case.rows.T, case.lengths**2, case.df)
    means = case.means(normal_scores(found.t, found.df_total[:, None]).T)
    p = (1 + (np.abs(means) >= np.abs(case.means(case.z[:, None]))).sum(axis=0)) / 20_001
    known = case.known["roast"]
    error = np.sqrt(known * (1 - known) * (1 / 20_000 + 1 / 99_999)) + 1 / 20_000
    assert (np.abs(p - known) < 4 * error).all()


def test_exact_p_is_what_rotations_count(case, rng):
    units = rotated_units(20_000, case.Q, rng)
    means = case.means(case.rows)
    beyond = (np.abs(units @ means) >= np.abs(case.unit @ means)).mean(axis=0)
    exact = mean_rotation_p(case.unit, means, case.df)
    assert (np.abs(beyond - exact) < 4 * np.sqrt(exact * (1 - exact) / 20_000) + 1e-4).all()


def test_without_excess_spread_all_genes_share_one_variance(rng):
    squares = np.ones(50)
    found = moderated_t(np.full((1, 50), 0.3), squares, 10)
    assert np.isinf(found.df_prior[0])
    np.testing.assert_allclose(found.t, 0.3 / np.sqrt((1 - 0.09) / 10))
    assert found.df_total[0] == 500.0


def test_all_genes_in_a_set_have_nothing_to_be_compared_with(rng):
    z = rng.normal(size=12)
    found = camera(z, np.zeros(2), pack_sets([np.arange(12), np.arange(4)], 12), 10)
    assert np.isnan(found.p[0])
    assert 0 < found.p[1] <= 1
