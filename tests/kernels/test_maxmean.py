import numpy as np
import pandas as pd

from radassoc.kernels.enrichment import pack_sets
from radassoc.kernels.maxmean import maxmean


def test_equals_r_gsa(oracles):
    given = pd.read_csv(oracles / "maxmean.csv")
    known = pd.read_csv(oracles / "maxmean_scores.csv").set_index("pathway")["score"]
    sets = pack_sets([np.flatnonzero(given[name]) for name in known.index], len(given))
    scores = given["score"].to_numpy()
    np.testing.assert_allclose(maxmean(scores[None, :], sets)[0], known, rtol=1e-10)
    np.testing.assert_allclose(maxmean(-scores[None, :], sets)[0], -known, rtol=1e-10)


def test_what_all_genes_have_in_common_is_taken_out():
    """A set like all other genes stands out by its mean where all genes rise, and not by its maxmean."""
    rng = np.random.default_rng(1)
    R = rng.normal(size=(300, 400)) + 1.0
    sets = pack_sets([np.arange(20)], 400)
    found = maxmean(R, sets)[:, 0]
    assert abs(np.median(R[:, :20].mean(axis=1))) > 0.9
    assert abs(np.mean(found > 0) - 0.5) < 0.15


def test_genes_of_one_sign_have_no_other_part():
    assert np.isfinite(maxmean(np.arange(1.0, 7.0)[None, :], pack_sets([np.array([0, 5])], 6))).all()
