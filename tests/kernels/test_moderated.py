import numpy as np

from radassoc.kernels.moderated import moderated_t


def test_moderated_t_and_its_prior(limma):
    np.testing.assert_allclose(limma.found.t[0], limma.known["t"], atol=1e-10)
    np.testing.assert_allclose(limma.found.df_prior[0], limma.known["df_prior"], rtol=1e-8)
    np.testing.assert_allclose(limma.found.variance_prior[0], limma.known["variance_prior"], rtol=1e-8)
    np.testing.assert_allclose(limma.z, limma.known["z"], atol=1e-10)
    single = moderated_t(limma.r[None, :].astype(np.float32), limma.lengths**2, limma.df)
    np.testing.assert_allclose(single.t[0], limma.known["t"], atol=1e-5)


def test_without_excess_spread_all_genes_share_one_variance(rng):
    squares = np.ones(50)
    found = moderated_t(np.full((1, 50), 0.3), squares, 10)
    assert np.isinf(found.df_prior[0])
    np.testing.assert_allclose(found.t, 0.3 / np.sqrt((1 - 0.09) / 10))
    assert found.df_total[0] == 500.0
