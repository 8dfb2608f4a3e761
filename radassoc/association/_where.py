"""Where the work of a scan is done: on the cores of this machine, or on a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from radassoc.base.errors import InputError, MissingDependencyError
from radassoc.base.parallel import one_blas_thread, run_tasks

__all__ = ["Where", "where"]


class Where(Protocol):
    """Runs one function over many arguments; what it hands back may live elsewhere until it is brought."""

    def hold(self, value: Any) -> Any:
        """Put a large argument where the work is done."""

    def map(self, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], *, label: str) -> list[Any]:
        """Call ``function(*task)`` for each task."""

    def bring(self, answers: Sequence[Any]) -> list[Any]:
        """Return the answers themselves."""


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


class _Here:
    def hold(self, value: Any) -> Any:
        return value

    def map(self, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], *, label: str) -> list[Any]:
        return run_tasks(lambda task: function(*task), tasks, label=label)

    def bring(self, answers: Sequence[Any]) -> list[Any]:
        return list(answers)


class _Cluster:
    def __init__(self, client: Any) -> None:
        self._client = client

    def hold(self, value: Any) -> Any:
        return self._client.scatter(value, hash=False)

    def map(self, function: Callable[..., Any], tasks: Sequence[tuple[Any, ...]], *, label: str) -> list[Any]:
        del label  # the cluster has its own dashboard
        return [self._client.submit(_alone, function, *task, pure=False) for task in tasks]

    def bring(self, answers: Sequence[Any]) -> list[Any]:
        return list(self._client.gather(list(answers)))


def _alone(function: Callable[..., Any], *task: Any) -> Any:
    with one_blas_thread():  # as here: the sums must not depend on how many threads a worker has
        return function(*task)
