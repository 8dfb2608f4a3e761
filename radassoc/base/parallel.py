"""Independent tasks on several workers: same answer for any number, one progress bar, interruptible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from radassoc.base.settings import resolve_jobs, show_progress

__all__ = ["one_blas_thread", "run_tasks"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")


def one_blas_thread() -> Any:
    """Return a context in which linear algebra runs on one thread: two pools that compete cost a factor of three."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1)


def run_tasks(
    function: Callable[[Task], Answer],
    tasks: Sequence[Task],
    *,
    label: str,
    n_jobs: int | None = None,
    prefer: str = "threads",
) -> list[Answer]:
    """Apply ``function`` to each task and return the answers in the order of the tasks.

    Work runs through joblib, so ``joblib.parallel_config(backend="dask")`` around any verb moves it to a cluster.
    ``prefer="threads"`` suits compiled kernels, which release the interpreter lock; ``"processes"`` suits Python code.
    """
    from joblib import Parallel, delayed
    from tqdm.auto import tqdm

    workers = min(resolve_jobs(n_jobs), max(len(tasks), 1))
    bar = tqdm(total=len(tasks), desc=label, disable=not show_progress(), leave=False)
    answers: list[Answer] = []
    with bar, one_blas_thread():
        stream = Parallel(n_jobs=workers, prefer=prefer, return_as="generator")(
            delayed(_guarded)(function, task) for task in tasks
        )
        for answer in stream:
            answers.append(answer)
            bar.update()
    return answers


def _guarded(function: Callable[[Task], Answer], task: Task) -> Answer:
    with one_blas_thread():  # a worker process has its own pools
        return function(task)
