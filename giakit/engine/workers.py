"""A pool of processes forked from the warm parent, as an executor."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Executor, Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeVar

from giakit.engine.forks import Fork, fork, start

_NO_MORE = b""
_PATIENCE = 5  # seconds for a worker to end in good order

P = ParamSpec("P")
T = TypeVar("T")


class WorkerLost(RuntimeError):  # noqa: N818 - named for what happened
    """The process that ran a task ended before the task did.

    Attributes
    ----------
    exit_code
        How it ended: less than 0 for a signal, ``None`` where nobody knows.
    """

    def __init__(self, pid: int, exit_code: int | None) -> None:
        super().__init__(pid, exit_code)
        self.pid = pid
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"worker process {self.pid} ended before its task, with exit code {self.exit_code}"


class ForkedWorkers(Executor):
    """An executor of long-lived processes forked from the warm parent.

    A worker may do what the warm parent must not, such as start threads; notebooks that it runs are forked from the
    warm parent all the same. A worker whose process ends fails its own task, with `WorkerLost`, and is replaced.
    Functions must be importable, by the caller's search path; they, their arguments and results must be picklable.

    Parameters
    ----------
    workers
        How many processes; each is forked when it is first needed.
    """

    def __init__(self, workers: int) -> None:
        start()
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="giakit-worker")
        self._idle: SimpleQueue[Fork | None] = SimpleQueue()
        for _ in range(workers):
            self._idle.put(None)
        self._running: set[Fork] = set()
        self._changing = Lock()
        self._terminated = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``fn(*args, **kwargs)`` in one of the processes."""
        return self._threads.submit(self._run, fn, args, kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - the interface's
        """Take no more tasks, and end the processes when all is done."""
        self._threads.shutdown(wait=False, cancel_futures=cancel_futures)
        closing = Thread(target=self._close, name="giakit-workers-closing")
        closing.start()
        if wait:
            closing.join()

    def terminate(self) -> None:
        """End the processes at once; what they were doing fails with `WorkerLost`, what was waiting is cancelled."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        with self._changing:
            self._terminated = True
            for worker in self._running:
                worker.kill()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> bool | None:
        """Wait for all tasks; after Ctrl-C or another reason to leave at once, for none."""
        if kind and not issubclass(kind, Exception):
            self.terminate()
        self.shutdown()
        return None

    def _run(self, fn: Callable[..., T], args: Sequence[Any], kwargs: dict[str, Any]) -> T:
        """Do a task in an idle worker; called in one of as many threads as there are workers."""
        task = pickle.dumps((fn, args, kwargs))  # what cannot be pickled concerns no worker
        worker = self._idle.get()
        try:
            if worker is None or worker.wait(0):
                worker = self._replace(worker)
            worker.connection.send_bytes(task)
            answer = worker.connection.recv_bytes()
        except (EOFError, ConnectionError):
            assert worker  # noqa: S101 - it was there to be lost
            worker.wait()
            raise WorkerLost(worker.pid, worker.exit_code) from None
        finally:
            self._idle.put(worker)
        failed, result = pickle.loads(answer)  # noqa: S301 - our own child's
        if failed:
            raise result
        return result  # type: ignore[no-any-return] # as `fn` returned it

    def _replace(self, dead: Fork | None) -> Fork:
        """Fork a worker, in place of one that has ended or was never there."""
        with self._changing:
            if self._terminated:
                raise CancelledError
            if dead:
                self._running.discard(dead)
                dead.close()
            worker = fork(serve_tasks, sys.path)
            self._running.add(worker)
            return worker

    def _close(self) -> None:
        self._threads.shutdown()
        for worker in self._running:
            with suppress(ConnectionError):
                worker.connection.send_bytes(_NO_MORE)
        for worker in self._running:
            worker.wait(_PATIENCE)
            worker.close()
        self._running.clear()


def serve_tasks(connection: Connection, path: list[str]) -> None:
    """Do tasks until there is none left; runs in the worker."""
    sys.path[:] = path
    while (task := connection.recv_bytes()) != _NO_MORE:
        connection.send_bytes(_answer(task))


def _answer(task: bytes) -> bytes:
    """Do a task; return whether it failed, and the result or the error, as one that can be read again."""
    try:
        fn, args, kwargs = pickle.loads(task)  # noqa: S301 - the caller's own
        return pickle.dumps((False, fn(*args, **kwargs)))
    except Exception as error:  # noqa: BLE001 - every error goes to the caller
        error.add_note(f"in worker process {os.getpid()}:\n{traceback.format_exc()}")
        try:
            answer = pickle.dumps((True, error))
            pickle.loads(answer)  # noqa: S301 - some errors can be written and not read
        except Exception:  # noqa: BLE001 - whatever its class does
            return pickle.dumps((True, RuntimeError("".join(traceback.format_exception(error)))))
        return answer
