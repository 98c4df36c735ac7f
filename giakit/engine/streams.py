"""What a notebook prints: standard streams that send messages, and the descriptors beneath them.

ipykernel's stream hands its text to a thread with a zmq socket. Here a message is sent at once by whoever flushes, and
one thread, `Watcher`, does what nobody waits for: it reads what other programs write to descriptors 1 and 2, and
flushes text that has waited long enough. What was written to a descriptor before a cell prints, comes before it.
"""

from __future__ import annotations

import codecs
import os
import select
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from ipykernel.iostream import IOPubThread, OutStream

_CHUNK = 1 << 16


class Channel(Protocol):
    """Where messages go that a session has made."""

    def send_multipart(self, parts: Sequence[Any], /) -> None:
        """Send a message."""


class Outlet(IOPubThread):
    """Stands where ipykernel has its thread for output, and sends what it is given at once."""

    def __init__(self, channel: Channel, watcher: Watcher) -> None:
        # Not the base's, which opens zmq sockets.
        self._channel = channel
        self.io_loop = watcher  # type: ignore[assignment] # of an event loop, streams want no more
        self.thread = None  # type: ignore[assignment] # streams ask whether there is one

    def schedule(self, f: Callable[[], object]) -> None:
        """Call at once what ipykernel would call in its thread."""
        f()

    def send_multipart(self, parts: Sequence[bytes], *_: object, **__: object) -> None:
        """Send a message that the session has made."""
        self._channel.send_multipart(parts)


class Watcher(threading.Thread):
    """Reads descriptors and flushes in time."""

    def __init__(self) -> None:
        super().__init__(name="giakit-output", daemon=True)
        self._wake = self._waker = -1
        self._due: deque[tuple[float, Callable[[], object]]] = deque()
        self._readers: dict[int, Callable[[], object]] = {}

    def add_reader(self, descriptor: int, read: Callable[[], object]) -> None:
        """Call `read` whenever the descriptor has something; before the thread is started."""
        self._readers[descriptor] = read

    def call_later(self, delay: float, flush: Callable[[], object]) -> None:
        """Call `flush` after a delay, which is always the same, so that the first to come is the first due."""
        self._due.append((time.monotonic() + delay, flush))
        if len(self._due) == 1:
            os.write(self._waker, b"\0")

    def start(self) -> None:
        """Begin; only now is anything opened, since the process that made it may be forked many times."""
        self._wake, self._waker = os.pipe()
        super().start()

    def run(self) -> None:
        """Wait for output and for what is due."""
        poll = select.poll()
        for descriptor in (self._wake, *self._readers):
            poll.register(descriptor, select.POLLIN)
        while True:
            for descriptor, _ in poll.poll(self._milliseconds()):
                if descriptor == self._wake:
                    os.read(self._wake, _CHUNK)
                else:
                    self._readers[descriptor]()
            while self._due and self._due[0][0] <= time.monotonic():
                _, flush = self._due.popleft()
                flush()

    def _milliseconds(self) -> int | None:
        return max(0, int((self._due[0][0] - time.monotonic()) * 1000) + 1) if self._due else None


class Stream(OutStream):
    """Standard output or error of a notebook, with everything that is written to its descriptor."""

    def __init__(self, session: Any, outlet: Outlet, name: str, descriptor: int, watcher: Watcher) -> None:  # noqa: ANN401 - traits
        super().__init__(session, outlet, name, watchfd=False)  # type: ignore[no-untyped-call]
        self._sending = threading.RLock()
        self._original_stdstream_copy = os.dup(descriptor)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._descriptor = descriptor
        self._pipe, written = os.pipe()
        os.set_blocking(self._pipe, False)
        os.dup2(written, descriptor)
        os.close(written)
        watcher.add_reader(self._pipe, self._take_in)

    def write(self, string: str) -> int | None:  # type: ignore[override] # as ipykernel's
        """Write text behind what the descriptor holds; a process forked by the notebook writes to the descriptor."""
        if not self._is_master_process():  # type: ignore[no-untyped-call]
            return os.write(self._descriptor, string.encode())
        self._take_in()
        return super().write(string)

    def _take_in(self) -> None:
        with self._sending, suppress(BlockingIOError):
            while read := os.read(self._pipe, _CHUNK):
                super().write(self._decoder.decode(read))

    def _flush(self) -> None:
        if not self._is_master_process():  # type: ignore[no-untyped-call]
            return
        with self._sending:  # what is taken from the buffer first is sent first
            self._take_in()
            super()._flush()  # type: ignore[no-untyped-call]
