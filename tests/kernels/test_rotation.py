import numpy as np
import pytest

from radassoc.kernels.moderated import moderated_t, normal_scores
from radassoc.kernels.rotation import mean_rotation_p, rotated_units, rotated_within


def test_exact_rotation_of_the_mean_is_fry(limma):
    p = mean_rotation_p(limma.unit, limma.means(limma.rows * limma.lengths[:, None]), limma.df)
    np.testing.assert_allclose(p, limma.known["fry"], rtol=1e-8)


def test_rotated_moderated_t_is_roast_within_monte_carlo_error(limma, rng):
    """20,000 of ours against 99,999 of limma's, which keeps the prior of the data; ours learns it anew each time."""
    units = rotated_units(20_000, limma.Q, rng)
    found = moderated_t(units @ limma.rows.T, limma.lengths**2, limma.df)
    means = limma.means(normal_scores(found.t, found.df_total[:, None]).T)
    p = (1 + (np.abs(means) >= np.abs(limma.means(limma.z[:, None]))).sum(axis=0)) / 20_001
    known = limma.known["roast"]
    error = np.sqrt(known * (1 - known) * (1 / 20_000 + 1 / 99_999)) + 1 / 20_000
    assert (np.abs(p - known) < 4 * error).all()


def test_exact_p_is_what_rotations_count(limma, rng):
    units = rotated_units(20_000, limma.Q, rng)
    means = limma.means(limma.rows)
    beyond = (np.abs(units @ means) >= np.abs(limma.unit @ means)).mean(axis=0)
    exact = mean_rotation_p(limma.unit, means, limma.df)
    assert (np.abs(beyond - exact) < 4 * np.sqrt(exact * (1 - exact) / 20_000) + 1e-4).all()


@pytest.mark.slow
def test_rotation_within_strata_keeps_the_length_of_each_and_the_level_under_unequal_variances():
    """Value and genes vary more in the second stratum: turned as a whole, the level would not be kept."""
    rng = np.random.default_rng(4)
    strata = np.repeat([0, 1], [45, 15])
    Q = np.linalg.qr(np.column_stack([np.ones(60), strata]))[0]
    spread = np.where(strata == 1, 3.0, 1.0)
    found = {"whole": [], "within": []}
    for _ in range(400):
        unit = spread * rng.normal(size=60)
        unit -= Q @ (Q.T @ unit)
        unit /= np.linalg.norm(unit)
        gene = spread * rng.normal(size=60)
        for name, turned in (
            ("whole", rotated_units(199, Q, rng)),
            ("within", rotated_within(199, unit, strata, Q, rng)),
        ):
            found[name].append((1 + (np.abs(turned @ gene) >= abs(unit @ gene)).sum()) / 200)
    np.testing.assert_allclose(np.linalg.norm(turned[:, :45], axis=1), np.linalg.norm(unit[:45]))
    assert np.mean(np.array(found["whole"]) <= 0.05) > 0.1
    assert np.mean(np.array(found["within"]) <= 0.05) < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 400)
