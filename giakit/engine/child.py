"""The life of a forked child: it takes its caller's surroundings, does one thing, and leaves in good order."""

from __future__ import annotations

import atexit
import ctypes
import gc
import io
import logging
import multiprocessing.util
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
import weakref
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

_FILE: Any = io.IOBase.__base__  # what all files are; to ask for the class itself takes four times as long

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)

Task = Callable[..., None]


def live(connection: Connection) -> None:
    """Say the process id, take surroundings and a task, do it, end the process; the connection's end means the end."""
    _die_with_the_zygote()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which whoever started us with `nohup` had ignored
    _forget_exit_handlers()
    with open(os.devnull) as nothing:  # noqa: PTH123 - a descriptor is meant
        os.dup2(nothing.fileno(), 0)
    connection.send(os.getpid())
    take_surroundings(*connection.recv())
    gc.enable()
    task, arguments = connection.recv()
    status = 0
    try:
        task(connection, *arguments)
    except SystemExit as leaving:
        status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # noqa: BLE001 - the process ends here; nothing above could report it
        traceback.print_exc(file=sys.__stderr__)
        status = 1
    leave(status)


def take_surroundings(environment: Mapping[str, str], folder: str) -> None:
    """Let the process see what one started by the caller just now would see."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    time.tzset()
    tempfile.tempdir = None
    numpy: Any = sys.modules.get("numpy")
    if "numpy.random" in sys.modules:
        numpy.random.seed()  # else every child would draw the same numbers; `random` sees to itself


def leave(status: int) -> None:
    """End the process as an interpreter would: threads, exit handlers, unwritten files; but free no memory."""
    with suppress(BaseException):
        threading._shutdown()  # type: ignore[attr-defined] # noqa: SLF001 - what the interpreter calls
    with suppress(BaseException):
        atexit._run_exitfuncs()  # noqa: SLF001 - what the interpreter calls
    for each in gc.get_objects():
        if isinstance(each, _FILE):
            with suppress(Exception):
                each.flush()
    os._exit(status)


def _die_with_the_zygote() -> None:
    """Ask for a signal when the zygote ends, however it ends."""
    zygote = os.getppid()
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, int(signal.SIGKILL))
    if os.getppid() != zygote:
        os._exit(1)


def _forget_exit_handlers() -> None:
    """Drop the exit handlers of the zygote's own imports (whose temporary folders are not the child's to remove)."""
    atexit._clear()  # noqa: SLF001 - nothing else can
    weakref.finalize._registry.clear()  # type: ignore[attr-defined] # noqa: SLF001
    weakref.finalize._registered_with_atexit = False  # type: ignore[attr-defined] # noqa: SLF001
    atexit.register(logging.shutdown)
    atexit.register(multiprocessing.util._exit_function)  # type: ignore[attr-defined] # noqa: SLF001
