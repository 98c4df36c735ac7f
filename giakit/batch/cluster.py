"""The Dask seam: the workers of a cluster as a `concurrent.futures.Executor`.

A worker that dies costs time only: Dask gives its reports to another one. Without its scheduler a cluster is lost; what
was published by then stays, and the next batch goes on from there.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from importlib import metadata
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from giakit import formats
from giakit.batch.crew import Crew
from giakit.errors import ClusterLost, PrerequisiteError
from giakit.language import Text
from giakit.provenance import read_environment

if TYPE_CHECKING:
    from distributed import Client

P = ParamSpec("P")
T = TypeVar("T")

_PATIENCE = 15  # seconds, for a scheduler to answer and for a first worker to join it
_LOGGERS = ("distributed", "distributed.client")

# Exporters share compilers and fonts within a process; a worker with several threads takes its reports one by one.
_one_at_a_time = threading.Lock()


@contextmanager
def open_cluster(address: str) -> Iterator[Crew]:
    """Give the workers of the cluster whose scheduler has this address, e.g. ``tcp://10.0.0.1:8786``.

    Raises
    ------
    ClusterLost
        If no scheduler answers, or no worker has joined it.
    PrerequisiteError
        If Dask is not installed, or a worker has other versions than this machine, which would make other bytes.
    """
    try:
        from distributed import Client, KilledWorker
    except ImportError:
        raise PrerequisiteError(
            Text("a Dask cluster needs the package distributed; run pip install 'giakit[cluster]'")
        ) from None
    with _quiet():
        try:
            client = Client(address, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError):
            raise ClusterLost(
                Text("{address}: no Dask scheduler answers there; check the address, or start one", address=address)
            ) from None
        with client:
            width = _count_workers(client, address)
            yield Crew(ClusterExecutor(client, address), width, (KilledWorker,))


class ClusterExecutor(Executor):
    """Runs functions on the workers of a cluster; each worker is checked for its versions.

    Raises
    ------
    PrerequisiteError
        If a worker has other versions; one that joins later fails what it is given with this error.
    """

    def __init__(self, client: Client, address: str) -> None:
        self._client = client
        self._address = address
        self._executor = client.get_executor(pure=False)
        self._environment = _describe()
        self._check_workers()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a function on some worker.

        Raises
        ------
        ClusterLost
            If the scheduler no longer answers; so do the futures that were under way.
        """
        if self._client.status != "running":
            raise _lost(self._address)
        ours: Future[T] = Future()
        theirs = self._executor.submit(_run_here, self._environment, fn, args, kwargs)
        theirs.add_done_callback(lambda ended: _pass_on(ended, ours, self._address))
        ours.add_done_callback(lambda ended: theirs.cancel() if ended.cancelled() else None)
        return ours

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as in Executor
        """Take no more work; a report that a worker is at is finished there."""
        self._executor.shutdown(wait=wait and not cancel_futures)

    def _check_workers(self) -> None:
        found = self._client.run(_describe, on_error="return")
        problems = [_difference(worker, self._environment, there) for worker, there in sorted(found.items())]
        if any(problems):
            raise PrerequisiteError(*filter(None, problems))


def _count_workers(client: Client, address: str) -> int:
    """Return how many workers there are: each renders one report at a time, however many threads it has."""
    try:
        client.wait_for_workers(1, timeout=_PATIENCE)
    except TimeoutError:
        raise ClusterLost(
            Text(
                "{address}: no worker has joined the scheduler; start some with: dask worker {address} --nthreads 1",
                address=address,
            )
        ) from None
    return len(client.nthreads())


def _run_here(environment: dict[str, str], fn: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    """Run a function on the worker that this is called on, if it has the same versions as the caller."""
    from distributed import get_worker

    problem = _difference(get_worker().address, environment, _describe())
    if problem:
        raise PrerequisiteError(problem)
    with _one_at_a_time:
        return fn(*args, **kwargs)


def _describe() -> dict[str, str]:
    """Return what a report's bytes depend on here; giakit's own entry covers the forms of all years."""
    year = formats.load_formats(formats.FOLDER)[0].first_year
    return {**read_environment(year), "distributed": metadata.version("distributed")}


def _difference(worker: str, here: Mapping[str, str], there: Mapping[str, str] | Exception) -> Text | None:
    if isinstance(there, Exception):
        return Text(
            "the worker {worker} cannot use giakit ({reason}); install the same giakit there",
            worker=worker,
            reason=there,
        )
    names = [name for name in sorted({*here, *there}) if here.get(name) != there.get(name)]
    if not names:
        return None
    return Text(
        "the worker {worker} would make other bytes: {differences}; start it with the same versions and settings",
        worker=worker,
        differences=", ".join(f"{name} {there.get(name) or '-'} ≠ {here.get(name) or '-'}" for name in names),
    )


def _pass_on(ended: Future[T], ours: Future[T], address: str) -> None:
    """Give a future of Dask's on to the one that was handed out; Dask cancels what a lost scheduler had."""
    if not ours.set_running_or_notify_cancel():
        return
    try:
        ours.set_result(ended.result())
    except CancelledError:
        ours.set_exception(_lost(address))
    except BaseException as error:  # noqa: BLE001 - whatever it is, it belongs to whoever waits for the result
        ours.set_exception(error)


def _lost(address: str) -> ClusterLost:
    return ClusterLost(
        Text(
            "the scheduler {address} no longer answers; what is done stays. Start it, and then the batch again.",
            address=address,
        )
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's own log off the terminal, where the one sentence of the error stands."""
    import distributed  # noqa: F401 - sets the levels of its loggers

    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
