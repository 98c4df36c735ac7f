"""The warm parent: imports everything once, then forks a child for every request.

Run as a script by `giakit.engine.forks`, never imported by a caller: what a caller has (threads, an unguarded main
module, a Jupyter kernel) is none of its business. Arguments: the descriptors of both ends of a datagram socket. A
request comes as two descriptors: the child's end of its connection, and the pipe that tells how the child ended.

It stays a process of one thread, or forking would not be safe. It ends, and every child with it, when its standard
input ends, that is when the process that started it is gone, however it went.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

if __name__ == "__main__" and sys.path[0] == str(Path(__file__).parent):
    del sys.path[0]  # a script's own folder, where neither this module nor a notebook is to find modules

from giakit.errors import GiakitError
from giakit.language import Text

_LIFELINE = 0  # standard input
_REQUEST = 2  # descriptors


@dataclass(frozen=True)
class _Child:
    """The zygote's copies of a child's connection and of the pipe that waits for its end."""

    connection: int
    status: int


class Zygote:
    """Forks, watches and buries the children."""

    def __init__(self, requests: socket.socket, inherited: socket.socket) -> None:
        self._requests = requests
        self._inherited = inherited
        self._children: dict[int, _Child] = {}
        self._failure: Exception | None = None
        self._poll = select.poll()
        self._deaths = socket.socketpair()

    def warm_up(self) -> None:
        """Import and run dry what children will use; a failure is told to everybody who asks for a child."""
        try:
            from giakit.engine.warm import require_one_thread, warm_up

            warm_up()
            require_one_thread()
        except GiakitError as error:
            self._failure = error
        except Exception as error:  # noqa: BLE001 - whatever it is, those who wait for a child are to know
            traceback.print_exc()
            reason = f"{type(error).__name__}: {error}"
            self._failure = GiakitError(Text("the warm process does not get ready: {reason}", reason=reason))

    def serve(self) -> None:
        """Answer requests until the process that started this one is gone."""
        for end in self._deaths:
            end.setblocking(False)  # noqa: FBT003 - its only parameter
        signal.set_wakeup_fd(self._deaths[1].fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # an ignored signal would wake nobody
        for descriptor in (self._requests.fileno(), self._deaths[0].fileno(), _LIFELINE):
            self._poll.register(descriptor, select.POLLIN)
        while self._answer(dict(self._poll.poll())):
            pass
        for pid in self._children:
            os.killpg(pid, signal.SIGKILL)

    def _answer(self, events: dict[int, int]) -> bool:
        """Do what the events ask for; say whether to go on."""
        if self._deaths[0].fileno() in events:
            self._deaths[0].recv(4096)
        self._bury()
        for pid, child in self._children.items():
            if child.connection in events:
                os.killpg(pid, signal.SIGKILL)  # nobody waits for its answer any more
        if self._requests.fileno() in events:
            self._receive()
        return _LIFELINE not in events

    def _bury(self) -> None:
        """Tell of every child that ended, and end what it left running."""
        while self._children:
            dead = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if dead is None:
                return
            os.killpg(dead.si_pid, signal.SIGKILL)  # not reaped yet, so the number is still its own
            _, status = os.waitpid(dead.si_pid, 0)
            child = self._children.pop(dead.si_pid)
            self._poll.unregister(child.connection)
            _tell(child, os.waitstatus_to_exitcode(status))

    def _receive(self) -> None:
        _, descriptors, _, _ = socket.recv_fds(self._requests, 16, _REQUEST)
        if len(descriptors) != _REQUEST:
            return
        child = _Child(*descriptors)
        try:
            pid = self._fork()
        except Exception as error:  # noqa: BLE001 - no memory, too many processes, not warm: the caller is to know
            Connection(os.dup(child.connection)).send(error)
            _tell(child, 1)
            return
        if pid == 0:
            self._become(child)
        with suppress(OSError):
            os.setpgid(pid, pid)  # the child does the same; whoever comes first
        self._children[pid] = child
        self._poll.register(child.connection, select.POLLRDHUP)

    def _fork(self) -> int:
        if self._failure:
            raise self._failure
        return os.fork()

    def _become(self, child: _Child) -> None:
        """Turn this process, just forked, into the child; does not return."""
        try:
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for end in (self._requests, *self._deaths):
                end.close()
            os.close(child.status)
            for other in self._children.values():
                os.close(other.connection)
                os.close(other.status)
            from giakit.engine import child as life
            from giakit.engine import forks

            forks.inherit(self._inherited)
            life.live(Connection(child.connection))
        finally:
            os._exit(1)


def _tell(child: _Child, status: int) -> None:
    """Say how a child ended, then end its connection, which processes of its own may still hold."""
    with suppress(OSError):
        os.write(child.status, b"%d" % status)
    os.close(child.status)
    with socket.socket(fileno=child.connection) as connection, suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def main() -> None:
    """Warm up and serve."""
    requests, inherited = (socket.socket(fileno=int(number)) for number in sys.argv[1:])
    os.chdir("/")  # nothing in the caller's folder is for all its notebooks
    zygote = Zygote(requests, inherited)
    zygote.warm_up()
    zygote.serve()


if __name__ == "__main__":
    main()
