import numpy as np
import pytest

from radassoc.kernels.cox_fit import cox_maximum
from radassoc.kernels.cox_power import expected_information


@pytest.mark.slow
@pytest.mark.parametrize(("effect", "n", "n_events"), [(0.0, 60, 42), (0.7, 60, 42), (1.0, 200, 100), (-0.7, 60, 42)])
def test_is_the_mean_information_of_simulated_studies(effect, n, n_events):
    rng = np.random.default_rng(1)
    seen = []
    for _ in range(120):
        x = rng.normal(size=(n, 1))
        time = rng.exponential(size=n) / np.exp(effect * x[:, 0])
        end = np.sort(time)[n_events - 1]
        fit = cox_maximum(x, np.minimum(time, end), time <= end)
        seen.append(1 / fit.covariance[0, 0])
    assert np.mean(seen) == pytest.approx(expected_information(effect, n, n_events), rel=0.06)


def test_no_effect_among_many_is_the_number_of_events():
    assert expected_information(0.0, 100_000, 1000) == pytest.approx(1000, rel=1e-3)
    assert expected_information(0.8, 100, 60) == pytest.approx(expected_information(-0.8, 100, 60), rel=1e-6)
