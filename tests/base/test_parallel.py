from __future__ import annotations

import threading
import time

import pytest

from radassoc.base import parallel
from radassoc.base.parallel import run_tasks
from radassoc.base.seeds import generator


def draw(i):
    return generator(0, "task", i).random()


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_order_and_values_do_not_depend_on_workers(n_jobs):
    assert run_tasks(draw, range(20), label="draws", n_jobs=n_jobs) == [draw(i) for i in range(20)]


def test_no_task_no_answer():
    assert run_tasks(draw, [], label="draws") == []


def test_an_error_comes_through():
    def fail(i):
        raise ValueError("task")

    with pytest.raises(ValueError, match="task"):
        run_tasks(fail, [1, 2], label="fails", n_jobs=2)


def test_blocks_nest_and_the_last_one_restores_the_pools() -> None:
    from threadpoolctl import threadpool_info

    from radassoc.base.parallel import one_blas_thread

    def sizes() -> list[int]:
        return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]

    before = sizes()
    with one_blas_thread():
        with one_blas_thread():
            pass
        assert set(sizes()) == {1}
    assert sizes() == before


def test_tasks_of_a_task_share_its_thread() -> None:
    """Two workers that each start two more would compete for the cores."""

    def inner(i: int) -> int:
        return threading.get_ident()

    def outer(i: int) -> bool:
        return set(run_tasks(inner, range(4), label="inner", n_jobs=2)) == {threading.get_ident()}

    assert run_tasks(outer, range(4), label="outer", n_jobs=2) == [True] * 4


def test_an_error_stops_the_tasks_that_have_not_begun() -> None:
    begun = []

    def fail(i: int) -> None:
        begun.append(i)
        time.sleep(0.01)
        raise ValueError("task")

    with pytest.raises(ValueError, match="task"):
        run_tasks(fail, range(200), label="fails", n_jobs=2)
    assert len(begun) < 50


def test_a_parallel_config_is_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    from joblib import parallel_config

    asked = []
    monkeypatch.setattr(
        parallel, "_by_joblib", lambda call, tasks, workers, prefer: asked.append(prefer) or map(call, tasks)
    )
    with parallel_config(backend="loky"):
        assert run_tasks(abs, [-1, 2], label="configured", n_jobs=2) == [1, 2]
    assert run_tasks(abs, [-1, 2], label="threads", n_jobs=2) == [1, 2]
    assert asked == ["threads"]
