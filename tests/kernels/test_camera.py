import numpy as np

from radassoc.kernels.camera import camera, inter_gene_correlation
from radassoc.kernels.enrichment import pack_sets
from radassoc.kernels.rank_walk import set_sums


def test_camera_with_estimated_and_with_preset_correlation(limma):
    scale = 1 / np.sqrt(1 - limma.r**2)
    sums = set_sums((limma.rows - np.outer(limma.r, limma.unit)) * scale[:, None], limma.sets)
    own = inter_gene_correlation(sums, limma.sets)
    np.testing.assert_allclose(own, limma.known["correlation"], atol=1e-10)
    found = camera(limma.z, own, limma.sets, min(limma.df, limma.sets.n_genes - 2))
    np.testing.assert_allclose(found.p, limma.known["camera_estimated"], rtol=1e-8)
    preset = camera(limma.z, np.full(len(own), 0.01), limma.sets, limma.sets.n_genes - 2)
    np.testing.assert_allclose(preset.p, limma.known["camera_fixed"], rtol=1e-8)


def test_all_genes_in_a_set_have_nothing_to_be_compared_with(rng):
    z = rng.normal(size=12)
    found = camera(z, np.zeros(2), pack_sets([np.arange(12), np.arange(4)], 12), 10)
    assert np.isnan(found.p[0])
    assert 0 < found.p[1] <= 1
