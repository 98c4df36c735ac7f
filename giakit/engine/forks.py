"""Processes forked from the warm parent, asked for from any process: the caller's side of `giakit.engine.zygote`.

One zygote serves a process and all children forked from it. It is started when it is first used, or ahead of time by
`start`, and ends with the process that started it. What a process forks by itself has no share in it.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Lock
from typing import Any, Self

from giakit.errors import GiakitError, PrerequisiteError
from giakit.language import Text

_SCRIPT = Path(__file__).with_name("zygote.py")

# Libraries start threads of their own by these; forking needs a parent without.
_ONE_THREAD = dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "PYDEVD_DISABLE_FILE_VALIDATION"), "1"
)

# What an interpreter or an import of the zygote reads once: where it changes, another zygote is needed.
_READ_AT_START = ("PYTHON", "LC_", "LANG", "MPL", "MATPLOTLIB", "LD_", "HOME", "XDG_CONFIG_HOME", "IPYTHON")


_PATIENCE = 5  # seconds for a zygote to end


class Fork:
    """A child process and the connection to it; closing it ends the child and all it started.

    Attributes
    ----------
    connection
        To the function running in the child. It reads as ended when the child has ended.
    pid
        The child's process id, also the number of its process group.
    exit_code
        How the child ended, after `wait` or `close`: less than 0 for a signal, ``None`` where nobody knows.
    """

    def __init__(self, connection: Connection, pid: int, status: int, zygote: _Zygote) -> None:
        self.connection = connection
        self.pid = pid
        self.exit_code: int | None = None
        self._status: int | None = status
        self._zygote = zygote  # which lives as long as one of its children is in use

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def interrupt(self) -> None:
        """Interrupt what the child does, as Ctrl-C would."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGINT)

    def kill(self) -> None:
        """End the child and all it started at once, without waiting for it."""
        with suppress(ProcessLookupError):
            if not self.wait(0):
                os.killpg(self.pid, signal.SIGKILL)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the child's end; say whether it has ended."""
        if self._status is None:
            return True
        told_or_gone = select.poll()
        told_or_gone.register(self._status, select.POLLIN)
        if not told_or_gone.poll(None if seconds is None else int(seconds * 1000)):
            return False
        told = os.read(self._status, 16)
        os.close(self._status)
        self._status = None
        if told:
            self.exit_code = int(told)
        else:  # the zygote is gone, and with it whoever would end what the child started
            with suppress(ProcessLookupError):
                os.killpg(self.pid, signal.SIGKILL)
        return True

    def close(self) -> None:
        """End the child if it still runs, and wait until it is gone."""
        self.connection.close()
        self.wait()


@dataclass(frozen=True)
class _Zygote:
    """A running zygote: where to send requests, its process if it was started here, whether a child was asked for."""

    requests: socket.socket
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    asked: Event = field(default_factory=Event)

    def fork(self) -> Fork:
        """Ask for a child.

        Raises
        ------
        ConnectionError, EOFError
            If the zygote is gone.
        GiakitError
            If it is not fit to fork.
        """
        self.asked.set()
        ours, theirs = socket.socketpair()
        status, told = os.pipe()
        connection = Connection(ours.detach())
        try:
            with theirs, _closing(told):
                socket.send_fds(self.requests, [b"fork"], [theirs.fileno(), told])
            pid = _pid(connection.recv())
        except BaseException:
            connection.close()
            os.close(status)
            raise
        return Fork(connection, pid, status, self)

    def is_alive(self) -> bool:
        """Say whether it still runs, as far as this process can know."""
        return self.process is None or self.process.poll() is None


@dataclass
class _State:
    zygote: _Zygote | None = None
    lock: Lock = field(default_factory=Lock)


_state = _State()


def available() -> bool:
    """Say whether this platform can fork a warm process: Linux can; macOS forks, but its libraries do not bear it."""
    return sys.platform == "linux" and hasattr(os, "fork")


def start() -> None:
    """Start the zygote, if none runs, and do not wait until it is warm."""
    _running_zygote()


def stop() -> None:
    """End the zygote and all its children, if this process started it."""
    with _state.lock:
        if _state.zygote and _state.zygote.process:
            _end(_state.zygote.process, _state.zygote.requests, _state.zygote.asked, os.getpid())
        _state.zygote = None


def fork(task: Callable[..., None], *arguments: Any) -> Fork:  # noqa: ANN401 - whatever can be pickled
    """Run ``task(connection, *arguments)`` in a new process with this one's environment and working directory.

    Parameters
    ----------
    task
        A function of an importable module.
    arguments
        Whatever can be pickled.

    Raises
    ------
    PrerequisiteError
        If the platform cannot fork a warm process.
    GiakitError
        If the zygote does not get warm, or cannot fork.
    """
    if not available():
        raise PrerequisiteError(
            Text("this system cannot fork a warm process; use the engine {engine}", engine="nbclient")
        )
    child = _fork_from_some_zygote()
    try:
        child.connection.send((dict(os.environ), str(Path.cwd())))
        child.connection.send((task, arguments))
    except BaseException:
        child.close()
        raise
    return child


def inherit(requests: socket.socket) -> None:
    """Take the zygote over in a child just forked from it."""
    _state.zygote = _Zygote(requests, _read_at_start(os.environ))


def _fork_from_some_zygote() -> Fork:
    """Fork from the running zygote; where it is gone, from another one."""
    for _ in range(2):
        try:
            return _running_zygote().fork()
        except (ConnectionError, EOFError):
            stop()
        except GiakitError:
            stop()
            raise
        except OSError as error:
            raise GiakitError(Text("the system lets no further process be forked: {reason}", reason=error)) from None
    raise GiakitError(Text("the warm process that notebooks are forked from ends as soon as it is started"))


def _running_zygote() -> _Zygote:
    with _state.lock:
        environment = _read_at_start(os.environ)
        zygote = _state.zygote
        if not zygote or not zygote.is_alive() or zygote.environment != environment:
            zygote = _state.zygote = _start_zygote(environment)  # one replaced ends with the last of its children
        return zygote


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_READ_AT_START)}


def _start_zygote(environment: Mapping[str, str]) -> _Zygote:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        ends = (theirs.fileno(), ours.fileno())
        process = subprocess.Popen(  # noqa: S603 - giakit's own script
            [sys.executable, str(_SCRIPT), *map(str, ends)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=ends,
            env=os.environ | _ONE_THREAD,
            start_new_session=True,  # Ctrl-C at the terminal is for the caller
        )
    zygote = _Zygote(ours, environment, process)
    weakref.finalize(zygote, _end, process, ours, zygote.asked, os.getpid())
    return zygote


def _end(process: subprocess.Popen[bytes], requests: socket.socket, asked: Event, owner: int) -> None:
    """End a zygote by the end of its lifeline; in a process that inherited it by a fork of its own, leave it alone."""
    if os.getpid() != owner:
        return
    requests.close()
    if not asked.is_set():
        process.kill()  # it has no child to see to, and may still be warming up
    assert process.stdin  # noqa: S101 - it was started with one
    process.stdin.close()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _pid(answer: int | Exception) -> int:
    if isinstance(answer, Exception):
        raise answer
    return answer


@contextmanager
def _closing(descriptor: int) -> Iterator[None]:
    try:
        yield
    finally:
        os.close(descriptor)


def _forget() -> None:
    """Let go of the zygote in a process that was forked by other means: it belongs to the parent."""
    zygote = _state.zygote
    _state.zygote, _state.lock = None, Lock()
    if zygote and zygote.process and zygote.process.stdin:
        zygote.requests.close()
        zygote.process.stdin.close()
        zygote.process.returncode = 0  # not this process's child


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
