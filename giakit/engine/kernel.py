"""An IPython kernel in a forked child: ipykernel's own, with one connection to the caller in place of its sockets.

Application, kernel, shell, display hook and comms are ipykernel's, so that a notebook finds what it finds in a kernel
started for it alone. What is replaced is how messages come and go: no zmq, whose threads and ports take longer to set
up than a report takes to run.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import copy_context
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import zmq
from ipykernel import kernelapp
from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.ipkernel import IPythonKernel
from tornado.ioloop import IOLoop
from traitlets import Instance

from giakit.engine.frames import frame
from giakit.engine.streams import Outlet, Stream, Watcher

Prelude = tuple[Callable[..., object], tuple[Any, ...]]


def run_kernel(
    connection: Connection, caller: int, arguments: Sequence[str], prelude: Prelude | None, memory: int | None
) -> None:
    """Be a kernel until the caller says that no cell is left.

    Parameters
    ----------
    connection
        From the caller: pickled requests as a Jupyter session serializes them, and ``None`` for the end. To the caller:
        frames, see `giakit.engine.frames`.
    caller
        The caller's process id.
    arguments
        Of the kernel's command line.
    prelude
        A function to call first, and its arguments.
    memory
        How many bytes the process may take beyond what it has from the start.
    """
    post = _Post(connection)
    try:
        if memory is not None:
            limit_memory(memory)
        if prelude:
            function, given = prelude
            function(*given)
    except BaseException as error:
        post.send("failure", error)
        raise
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin or "" if launcher else "", *arguments]
    os.environ["JPY_PARENT_PID"] = str(caller)
    if "debugpy" in sys.modules:
        os.environ["PYDEVD_USE_FRAME_EVAL"] = "NO"  # what importing it sets
    app = IPKernelApp.instance(post=post, parent_handle=caller)
    app.initialize()  # type: ignore[no-untyped-call]
    app.start()


def limit_memory(more: int) -> None:
    """Let the process take that many bytes of memory for data beyond what it has.

    The limit is on private memory that can be written; one on address space would count what threads only reserve.
    """
    data = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    limit = data + more if hard == resource.RLIM_INFINITY else min(data + more, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


class _Post:
    """The connection to the caller, shared by threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._socket = socket.socket(fileno=connection.fileno())
        self._sending = threading.Lock()

    def send(self, channel: str, content: object) -> None:
        """Send a frame."""
        framed = frame(channel, content)
        with self._sending:
            self._socket.sendall(framed)

    def receive(self) -> list[bytes] | None:
        """Wait for a request; ``None`` where there will be no more."""
        try:
            request: list[bytes] | None = pickle.loads(self._connection.recv_bytes())  # noqa: S301 - the caller's own
        except (EOFError, ConnectionError):
            return None
        return request


class _Channel:
    """What ipykernel sends replies to, as if it were a socket."""

    def __init__(self, post: _Post, name: str) -> None:
        self._post = post
        self._name = name

    def send_multipart(self, parts: Sequence[Any], *_: object, **__: object) -> None:
        self._post.send(self._name, [bytes(part) for part in parts])


class ChildKernel(IPythonKernel):
    """ipykernel's kernel without sockets."""

    shell_stream = Instance(_Channel)  # type: ignore[assignment] # which does all that is done with it
    _execute_sleep = 0  # ipykernel waits so that output on one socket is ahead of the reply on another
    _supports_kernel_subshells = False

    def start(self) -> None:
        """Prepare what the base prepares beside its sockets."""
        assert self.shell  # noqa: S101 - made with the kernel
        self.shell.exit_now = False
        self.io_loop = IOLoop.current()
        self._control_lock = asyncio.Lock()

    @contextmanager
    def _cancel_on_sigint(self, future: asyncio.Future[Any]) -> Iterator[None]:
        """Cancel an async cell at an interrupt, and wake the loop, which may wait for something else to happen."""
        with super()._cancel_on_sigint(future):
            cancel: Any = signal.getsignal(signal.SIGINT)

            def interrupt(*received: object) -> None:
                cancel(*received)
                future.get_loop().call_soon_threadsafe(lambda: None)

            signal.signal(signal.SIGINT, interrupt)
            yield

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Abort nothing: the caller sends a cell only when the one before is done."""


class IPKernelApp(kernelapp.IPKernelApp):
    """ipykernel's application without sockets, connection file and threads for them.

    It bears the base's name, by which traitlets files the options that notebooks look for to tell a kernel.
    """

    post = Instance(_Post)

    def _do_without(self) -> None:
        pass

    init_connection_file = init_poller = init_heartbeat = _do_without
    log_connection_info = close = _do_without

    def write_connection_file(self, **_: object) -> None:
        """Write none: nobody else connects."""

    def init_sockets(self) -> None:
        """Make the stand-ins for the sockets."""
        self.session.key = b""  # nobody else reads or writes this connection, so messages need no signature
        self.configure_tornado_logger()  # type: ignore[no-untyped-call]
        self._watcher = Watcher()
        self.iopub_thread = self.iopub_socket = Outlet(_Channel(self.post, "iopub"), self._watcher)

    def init_io(self) -> None:
        """Replace the standard streams and what is beneath them."""
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            setattr(sys, name, Stream(self.session, self.iopub_thread, name, descriptor, self._watcher))
        self._watcher.start()
        self.displayhook = sys.displayhook = ZMQDisplayHook(self.session, self.iopub_socket)  # type: ignore[no-untyped-call]
        self.patch_io()  # type: ignore[no-untyped-call]

    def init_kernel(self) -> None:
        """Make the kernel."""
        kernel = self.kernel = ChildKernel.instance(
            parent=self,
            session=self.session,
            shell_stream=_Channel(self.post, "shell"),
            shell_channel_thread=SimpleNamespace(parent_thread=threading.main_thread()),
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.displayhook.get_execution_count = lambda: kernel.execution_count

    def start(self) -> None:
        """Run cells until the last."""
        self.kernel.start()
        self.io_loop = IOLoop.current()
        threading.Thread(target=self._receive, name="giakit-requests", daemon=True).start()
        self.io_loop.start()

    def _receive(self) -> None:
        """Take in requests even while a cell runs, so that the caller never waits to be rid of one."""
        loop: asyncio.AbstractEventLoop = self.io_loop.asyncio_loop  # type: ignore[attr-defined] # tornado's is one
        context = copy_context()  # one for all cells, as in ipykernel

        def dispatch(parts: list[bytes]) -> None:
            request = self.kernel.shell_main(None, [zmq.Message(part) for part in parts])
            running.add(task := loop.create_task(request, context=context))
            task.add_done_callback(running.discard)

        running: set[asyncio.Task[None]] = set()
        while (request := self.post.receive()) is not None:
            loop.call_soon_threadsafe(dispatch, request)
        loop.call_soon_threadsafe(loop.stop)
