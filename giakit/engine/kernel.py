"""An IPython kernel in a forked child: ipykernel's own, with one connection to the caller in place of its sockets.

Application, kernel, shell, display hook and comms are ipykernel's, so that a notebook finds what it finds in a kernel
started for it alone. What is replaced is how messages come and go: no zmq, whose threads and ports take longer to set
up than a report takes to run.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import pickle
import resource
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import copy_context
from functools import cache, partial
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar
from unittest.mock import DEFAULT, patch

import zmq
from ipykernel import compiler, ipkernel, kernelapp
from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from jupyter_client.session import new_id
from tornado.ioloop import IOLoop
from traitlets import Instance
from traitlets.config import Config
from traitlets.config.loader import DeferredConfigString

from giakit.engine.frames import frame
from giakit.engine.streams import Outlet, Stream, Watcher

Prelude = tuple[Callable[..., object], tuple[Any, ...]]

_USUAL = ["--HistoryManager.hist_file=:memory:"]  # what nbclient starts a kernel with, behind its connection file

_CONFIGURATION = ("ipython_config", "ipython_kernel_config")  # names of files with settings, without their endings

_MANY = 1 << 16  # bytes of frames
_SOON = 0.2  # seconds; a stream's text waits as long


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
    app = _application(list(arguments))
    app.begin(post, caller)
    app.start()


def prepare_kernel(cells: Iterable[str]) -> None:
    """Make, in the warm parent, the kernel that children begin with.

    It opens nothing, starts no thread, and neither reads nor runs what is the user's: a child sees to that. Where it
    cannot be made, children try for themselves, and whoever waits for them hears why they cannot.

    Parameters
    ----------
    cells
        Sources that children are likely to run. ipykernel names a cell in tracebacks by a hash in plain Python, which
        takes longer than most cells.
    """
    compiler.murmur2_x86 = cache(compiler.murmur2_x86)
    for source in cells:
        compiler.get_file_name(source)  # type: ignore[no-untyped-call]
    with suppress(Exception, SystemExit):
        IPKernelApp.instance().prepare(["-f", "", *_USUAL], settings=False)


def _application(arguments: list[str]) -> IPKernelApp:
    """Return the application that is prepared; where arguments or files hold settings for it, one that has them."""
    app = IPKernelApp.instance()
    match arguments:
        case ["-f", file, *rest] if rest == _USUAL and app.kernel and not app.finds_settings():
            app.argv = arguments
            app.connection_file = app.config.IPKernelApp.connection_file = file
            return app
    for made in (IPKernelApp, ChildKernel, ZMQInteractiveShell):
        made.clear_instance()
    app = IPKernelApp.instance()
    app.prepare(arguments, settings=True)
    return app


def limit_memory(more: int) -> None:
    """Let the process take that many bytes of memory for data beyond what it has.

    The limit is on private memory that can be written; one on address space would count what threads only reserve.
    """
    data = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[5]) * resource.getpagesize()
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    limit = data + more if hard == resource.RLIM_INFINITY else min(data + more, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, hard))


class _Post:
    """The connection to the caller, shared by threads.

    Frames wait for each other a moment, since every one that is sent wakes the caller: until the cell is done, `later`
    comes, or there are many. A process that the notebook forks sends its own at once.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._socket = socket.socket(fileno=connection.fileno())
        self._sending = threading.Lock()
        self._waiting = bytearray()
        self._due = False
        self.later: Callable[[Callable[[], object]], object] | None = None
        os.register_at_fork(before=self.flush, after_in_child=self._wait_no_more)

    def send(self, channel: str, content: object) -> None:
        """Send a frame, soon."""
        framed = frame(channel, content)
        with self._sending:
            self._waiting += framed
            if self.later is None or len(self._waiting) > _MANY:
                self._send_waiting()
            elif not self._due:
                self._due = True
                self.later(self._send_due)

    def flush(self) -> None:
        """Send now what waits."""
        with self._sending:
            self._send_waiting()

    def _send_due(self) -> None:
        with self._sending:
            self._due = False
            self._send_waiting()

    def _send_waiting(self) -> None:
        waiting, self._waiting = self._waiting, bytearray()
        self._socket.sendall(waiting)

    def _wait_no_more(self) -> None:
        self.later = None

    def receive(self) -> list[bytes] | None:
        """Wait for a request; ``None`` where there will be no more."""
        try:
            request: list[bytes] | None = pickle.loads(self._connection.recv_bytes())  # noqa: S301 - the caller's own
        except (EOFError, ConnectionError):
            return None
        return request


class _Channel:
    """What ipykernel sends replies to, as if it were a socket; there is a post once the application has begun."""

    def __init__(self, app: IPKernelApp, name: str) -> None:
        self._app = app
        self._name = name

    def send_multipart(self, parts: Sequence[Any], *_: object, **__: object) -> None:
        assert self._app.post  # noqa: S101 - nothing is sent before
        self._app.post.send(self._name, [bytes(part) for part in parts])


class _NoModules:
    """`sys` as it is, but for modules."""

    modules: ClassVar[dict[str, Any]] = {}

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as wide as `sys`
        return getattr(sys, name)


class ChildKernel(IPythonKernel):
    """ipykernel's kernel without sockets."""

    shell_stream = Instance(_Channel)  # type: ignore[assignment] # which does all that is done with it
    _execute_sleep = 0  # ipykernel waits so that output on one socket is ahead of the reply on another
    _supports_kernel_subshells = False

    def __init__(self, **traits: Any) -> None:  # noqa: ANN401 - ipykernel's
        # It lists the files of all modules for a debugger, which would copy a third of the pages that a child copies.
        # What the shell does with its environment belongs to the process that it settles in.
        later = patch.multiple(ZMQInteractiveShell, init_environment=DEFAULT, init_virtualenv=DEFAULT)
        with patch.object(ipkernel, "sys", _NoModules()), later:
            super().__init__(**traits)  # type: ignore[no-untyped-call]

    def settle(self) -> None:
        """Take from the process, which may be a fork of the one that the kernel was made in, what is its own."""
        shell = self.shell
        assert shell  # noqa: S101 - made with the kernel
        self._stdout, self._stderr = sys.stdout, sys.stderr
        shell.save_sys_module_state()
        shell.starting_dir = str(Path.cwd())
        shell.history_manager.dir_hist[:] = [Path.cwd()]
        shell.init_environment()
        shell.init_virtualenv()
        shell.user_ns.pop("__session__", None)
        if session := os.environ.get("JPY_SESSION_NAME"):
            shell.user_ns["__session__"] = session
        atexit.unregister(shell.atexit_operations)
        atexit.register(shell.atexit_operations)  # which no fork inherits

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

    It bears the base's name, by which traitlets files the options that notebooks look for to tell a kernel. What the
    base does when it is initialized is in two parts: `prepare` may happen before a fork, `begin` happens behind it.
    """

    post = Instance(_Post, allow_none=True)

    def prepare(self, arguments: list[str], *, settings: bool) -> None:
        """Make the kernel and its shell.

        Parameters
        ----------
        arguments
            Of the command line.
        settings
            Whether to look for files with settings.
        """
        self._settings = settings
        super(kernelapp.IPKernelApp, self).initialize(arguments)  # type: ignore[no-untyped-call]
        self.log.setLevel(self.log_level)  # else each message is written out for a log that leaves it away
        self.init_pdb()  # type: ignore[no-untyped-call]
        self.init_blackhole()  # type: ignore[no-untyped-call]
        self.session.key = b""  # nobody else reads or writes the connection, so messages need no signature
        self.configure_tornado_logger()  # type: ignore[no-untyped-call]
        self._watcher = Watcher()
        self.iopub_thread = self.iopub_socket = Outlet(_Channel(self, "iopub"), self._watcher)
        self.displayhook = ZMQDisplayHook(self.session, self.iopub_socket)  # type: ignore[no-untyped-call]
        self.init_kernel()
        self.init_shell()  # type: ignore[no-untyped-call]

    def load_config_file(self, *given: Any, **options: Any) -> None:  # noqa: ANN401 - the base's
        """Load files with settings, where they are wanted."""
        if self._settings:
            super().load_config_file(*given, **options)  # type: ignore[no-untyped-call]

    def finds_settings(self) -> bool:
        """Say whether there are files with settings."""
        files = (Path(folder, name) for folder in self.config_file_paths for name in _CONFIGURATION)
        return any(file.with_suffix(ending).exists() for file in files for ending in (".py", ".json"))

    def begin(self, post: _Post, caller: int) -> None:
        """Become this process's own, and run what the user has for the start of every kernel."""
        self.post, self.parent_handle = post, caller
        post.later = partial(self._watcher.call_later, _SOON)
        self.session.pid, self.session.session = os.getpid(), new_id()
        self.init_io()
        self.init_signal()  # type: ignore[no-untyped-call]
        self.kernel.settle()
        self.init_path()  # type: ignore[no-untyped-call]
        self.init_gui_pylab()  # type: ignore[no-untyped-call]
        self.init_extensions()  # type: ignore[no-untyped-call]
        self.init_code()  # type: ignore[no-untyped-call]
        sys.stdout.flush()
        sys.stderr.flush()

    def parse_command_line(self, argv: list[str] | None = None) -> None:
        """Read what nbclient starts a kernel with, without building a parser for all options that there are."""
        match argv:
            case ["-f", file, *rest] if rest == _USUAL:
                self.argv, self.extra_args = argv, []
                history = {"hist_file": DeferredConfigString(":memory:")}
                self.cli_config = Config(IPKernelApp={"connection_file": file}, HistoryManager=history)
                self.update_config(self.cli_config)
            case _:
                super().parse_command_line(argv)

    def init_io(self) -> None:
        """Replace the standard streams and what is beneath them."""
        for descriptor, name in ((1, "stdout"), (2, "stderr")):
            setattr(sys, name, Stream(self.session, self.iopub_thread, name, descriptor, self._watcher))
        self._watcher.start()
        sys.displayhook = self.displayhook
        self.patch_io()  # type: ignore[no-untyped-call]

    def init_kernel(self) -> None:
        """Make the kernel."""
        kernel = self.kernel = ChildKernel.instance(
            parent=self,
            session=self.session,
            shell_stream=_Channel(self, "shell"),
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
        threading.Thread(target=self._receive, args=(self.post,), name="giakit-requests", daemon=True).start()
        self.io_loop.start()

    def _receive(self, post: _Post) -> None:
        """Take in requests even while a cell runs, so that the caller never waits to be rid of one."""
        loop: asyncio.AbstractEventLoop = self.io_loop.asyncio_loop  # type: ignore[attr-defined] # tornado's is one
        context = copy_context()  # one for all cells, as in ipykernel

        def dispatch(parts: list[bytes]) -> None:
            request = self.kernel.shell_main(None, [zmq.Message(part) for part in parts])
            running.add(task := loop.create_task(request, context=context))
            task.add_done_callback(done)

        def done(task: asyncio.Task[None]) -> None:
            running.discard(task)
            post.flush()

        running: set[asyncio.Task[None]] = set()
        while (request := post.receive()) is not None:
            loop.call_soon_threadsafe(dispatch, request)
        loop.call_soon_threadsafe(loop.stop)
