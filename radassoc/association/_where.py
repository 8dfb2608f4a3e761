"""Where the work of a scan is done: on the cores of this machine, or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from threading import Lock
from typing import Any, Protocol

from radassoc.base.errors import InputError, MissingDependencyError
from radassoc.base.parallel import one_blas_thread, run_tasks

__all__ = ["Where", "where"]


class Where(Protocol):
    """Runs functions over many arguments; what is prepared may live elsewhere until it is used."""

    def prepare(self, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Return what stands for the answer of ``function(*task)``, for each task: an argument of :meth:`run`."""

    def run(self, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], *, label: str) -> list[Any]:
        """Return ``function(*task)`` for each task, in their order."""


def where(client: Any | None) -> Where:
    """Return this machine, or the cluster of a ``dask.distributed.Client``."""
    if client is None:
        return _Here()
    try:
        from dask.distributed import Client
    except ImportError as error:
        raise MissingDependencyError(
            "client= needs Dask, which is not installed.", remedy="pip install 'radassoc[distributed]'"
        ) from error
    if not isinstance(client, Client):
        raise InputError(f"client is a {type(client).__name__}.", wanted="a dask.distributed.Client, or None")
    return _Cluster(client)


class _Prepared:
    """An answer that the first task to need it computes; a worker process computes its own."""

    def __init__(self, function: Callable[..., Any], task: tuple[Any, ...]) -> None:
        self._call: Any = (function, task)
        self._answer: Any = None
        self._lock = Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return _Prepared, self._call

    def get(self) -> Any:
        with self._lock:
            if self._answer is None:
                function, task = self._call
                self._answer = function(*task)
            return self._answer


def _call(function: Callable[..., Any], task: tuple[Any, ...]) -> Any:
    return function(*(item.get() if isinstance(item, _Prepared) else item for item in task))


class _Here:
    def prepare(self, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
        return [_Prepared(function, task) for task in tasks]

    def run(self, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], *, label: str) -> list[Any]:
        return run_tasks(partial(_call, function), tasks, label=label)


class _Cluster:
    def __init__(self, client: Any) -> None:
        self._client = client

    def prepare(self, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]]) -> list[Any]:
        sent = [(self._client.scatter(task[0], hash=False), *task[1:]) for task in tasks]
        return [self._client.submit(_alone, function, *task, pure=False) for task in sent]

    def run(self, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], *, label: str) -> list[Any]:
        del label  # the cluster has its own dashboard
        futures = [self._client.submit(_alone, function, *task, pure=False) for task in tasks]
        return list(self._client.gather(futures))


def _alone(function: Callable[..., Any], *task: Any) -> Any:
    with one_blas_thread():  # as here: the sums must not depend on how many threads a worker has
        return function(*task)
