"""Independent tasks on several workers: same answer for any number, one progress bar, interruptible."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Lock, local
from typing import Any, TypeVar

from radassoc.base.settings import resolve_jobs, show_progress

__all__ = ["one_blas_thread", "run_tasks"]

Task = TypeVar("Task")
Answer = TypeVar("Answer")


_depth = 0
_lock = Lock()
_limits: Any = None
_here = local()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Run linear algebra on one thread within the block: two pools that compete cost a factor of three.

    Blocks nest, also across threads, at no cost: only the first to enter and the last to leave touch the pools.
    """
    from threadpoolctl import threadpool_limits

    global _depth, _limits
    with _lock:
        if _depth == 0:
            _limits = threadpool_limits(limits=1)
        _depth += 1
    try:
        yield
    finally:
        with _lock:
            _depth -= 1
            if _depth == 0:
                _limits.restore_original_limits()
                _limits = None


def run_tasks(
    function: Callable[[Task], Answer],
    tasks: Sequence[Task],
    *,
    label: str,
    n_jobs: int | None = None,
    prefer: str = "threads",
) -> list[Answer]:
    """Apply ``function`` to each task and return the answers in the order of the tasks.

    Work runs through joblib, so ``joblib.parallel_config(backend="dask")`` around any verb moves it to a cluster; where
    threads of this machine will do, they are used at once: joblib looks for finished work every 10 ms only.
    ``prefer="threads"`` suits compiled kernels, which release the interpreter lock; ``"processes"`` suits Python code.
    """
    workers = min(resolve_jobs(n_jobs), max(len(tasks), 1))
    call = partial(_guarded, function)
    stream = _in_threads if prefer == "threads" and _threads_are_meant() else partial(_by_joblib, prefer=prefer)
    answers: list[Answer] = []
    with _bar(len(tasks), label) as bar, one_blas_thread():
        for answer in stream(call, tasks, workers):
            answers.append(answer)
            bar.update()
    return answers


def _threads_are_meant() -> bool:
    from joblib._parallel_backends import ThreadingBackend
    from joblib.parallel import get_active_backend

    return isinstance(get_active_backend(prefer="threads")[0], ThreadingBackend)


def _in_threads(call: Callable[[Task], Answer], tasks: Sequence[Task], workers: int) -> Iterator[Answer]:
    if workers == 1 or getattr(_here, "is_worker", False):  # a task's own tasks share its thread
        yield from map(call, tasks)
        return
    with ThreadPoolExecutor(workers, initializer=_begin) as pool:
        try:
            yield from pool.map(call, tasks)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _begin() -> None:
    _here.is_worker = True


def _by_joblib(call: Callable[[Task], Answer], tasks: Sequence[Task], workers: int, *, prefer: str) -> Iterator[Answer]:
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=workers, prefer=prefer, return_as="generator")(delayed(call)(task) for task in tasks)


def _bar(total: int, label: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a notebook without ipywidgets: the bar is drawn as text, and that will do
        from tqdm.auto import tqdm
    return tqdm(total=total, desc=label, disable=not show_progress(), leave=False)


def _guarded(function: Callable[[Task], Answer], task: Task) -> Answer:
    with one_blas_thread():  # a worker process has its own pools
        return function(task)
