from __future__ import annotations

import pytest

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
