from __future__ import annotations

from radassoc._version import __version__
from radassoc.base.provenance import provenance


def test_tells_versions_seed_data_and_counts():
    told = provenance(data="abc", seed=3, n_patients=77)
    assert told["versions"]["radassoc"] == __version__
    assert {"python", "numpy", "scipy", "pandas", "numba", "lifelines"} <= set(told["versions"])
    assert (told["data"], told["seed"], told["counts"]) == ("abc", 3, {"n_patients": 77})
