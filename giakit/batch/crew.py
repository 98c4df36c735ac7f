"""Who does the work, as a `concurrent.futures.Executor`: processes of this machine; for others see `batch.cluster`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor
from contextlib import contextmanager
from dataclasses import dataclass

from giakit.engine import forks
from giakit.engine.workers import ForkedWorkers, WorkerLost
from giakit.errors import GiakitError
from giakit.language import Text


@dataclass(frozen=True)
class Crew:
    """An executor, how many reports it renders at once, and how it says that a worker was lost."""

    executor: Executor
    width: int
    lost: tuple[type[BaseException], ...]


@contextmanager
def open_crew(workers: int) -> Iterator[Crew]:
    """Give that many processes of this machine for the enclosed block; none is left behind it.

    Raises
    ------
    GiakitError
        If a process that was not forked is killed, which ends the batch; one that was forked is only replaced.
    """
    crew = _forked(workers) if forks.available() else _spawned(workers)
    try:
        yield crew
    except KeyboardInterrupt:
        if isinstance(crew.executor, ForkedWorkers):
            crew.executor.terminate()  # reports under way are not worth waiting for; they leave nothing behind
        raise
    except BrokenExecutor:
        raise GiakitError(
            Text(
                "a worker process was killed, perhaps for want of memory; what is done stays, start again with fewer "
                "workers"
            )
        ) from None
    finally:
        crew.executor.shutdown(wait=True, cancel_futures=True)


def _forked(workers: int) -> Crew:
    forks.start()  # it warms up while the batch is planned
    return Crew(ForkedWorkers(workers), workers, (WorkerLost,))


def _spawned(workers: int) -> Crew:
    """Return workers for systems without fork; there a lost worker ends the batch, and the next one goes on."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    return Crew(ProcessPoolExecutor(workers, mp_context=get_context("spawn")), workers, ())
