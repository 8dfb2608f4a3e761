"""The same scan on a Dask cluster: bit-identical tables."""

import pickle
import sys

import pandas as pd
import pytest

from radassoc.association import associate
from radassoc.association._where import where
from radassoc.base.errors import InputError, MissingDependencyError


def test_no_cluster_is_this_machine():
    here, made = where(None), []

    def once(value):
        made.append(value)
        return 10 * value

    prepared = here.prepare(once, [(1,), (2,)])
    assert made == []
    tasks = [(prepared[0], 3), (prepared[1], 4), (prepared[0], 5)]
    assert here.run(lambda a, b: a * b, tasks, label="products") == [30, 80, 50]
    assert sorted(made) == [1, 2]
    again = pickle.loads(pickle.dumps(where(None).prepare(abs, [(-7,)])[0]))
    assert again.get() == 7


def test_what_is_no_client(monkeypatch):
    pytest.importorskip("dask.distributed")
    with pytest.raises(InputError, match=r"dask\.distributed\.Client"):
        where("tcp://127.0.0.1")
    monkeypatch.setitem(sys.modules, "dask.distributed", None)
    with pytest.raises(MissingDependencyError, match="distributed"):
        where("tcp://127.0.0.1")


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # what Dask warns of on a loaded machine is no matter of ours
def test_a_cluster_gives_the_same_bits(few_rows, wide_study):
    distributed = pytest.importorskip("dask.distributed")
    settings = {"covariates": ["age"], "keep": "top"}
    with few_rows():
        here = associate(wide_study(genes=5000), "radiomics", "expression", **settings)
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            there = associate(wide_study(genes=5000), "radiomics", "expression", client=client, **settings)
    for name in ("table", "estimates", "adjusted", "distribution", "quantiles", "adjustment", "changes"):
        pd.testing.assert_frame_equal(getattr(there, name), getattr(here, name), check_exact=True)
