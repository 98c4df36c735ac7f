"""The caller's side of a kernel in a forked child: what nbclient asks of a kernel manager, a client and channels."""

from __future__ import annotations

import asyncio
import os
import pickle
import uuid
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from queue import Empty
from tempfile import gettempdir
from typing import Any, Self

from jupyter_client.jsonutil import parse_date
from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError
from nbclient.util import run_sync
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient

from giakit.engine.forks import Fork, fork
from giakit.engine.frames import FrameReader
from giakit.engine.kernel import Prelude, run_kernel

_CHUNK = 1 << 20
_PATIENCE = 5  # seconds that a kernel has for its exit handlers; jupyter_client gives as many

Message = dict[str, Any]


class ForkedKernel:
    """A kernel in a child forked from the zygote: nbclient's kernel manager.

    Leaving its context ends the child, in good order after the last cell, at once after an error.

    Parameters
    ----------
    prelude
        A function of an importable module and its arguments, called in the child before the first cell.
    memory
        How many bytes the child may take beyond what it has from the start.
    """

    ipykernel = True

    def __init__(self, prelude: Prelude | None = None, memory: int | None = None) -> None:
        self._prelude = prelude
        self._memory = memory
        self._child: Fork | None = None
        self._client: _Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._child and self._client:
            with self._child:
                run_sync(self._client.inbox.stop)()
                if kind is None and self.is_alive():
                    self._client.send(None)
                    self._child.wait(_PATIENCE)

    @property
    def has_kernel(self) -> bool:
        """Whether it was started."""
        return self._child is not None

    def start_kernel(self, extra_arguments: Sequence[str] = (), **_: object) -> None:
        """Fork the child; what else jupyter_client knows to start a kernel with has no meaning here."""
        connection_file = Path(gettempdir(), f"kernel-{uuid.uuid4()}.json")  # named, never written
        arguments = ("-f", str(connection_file), *extra_arguments)
        self._child = fork(run_kernel, os.getpid(), arguments, self._prelude, self._memory)
        self._client = _Client(self._child)

    def client(self) -> _Client:
        """Return what sends cells to the child."""
        assert self._client  # noqa: S101 - nbclient starts the kernel first
        return self._client

    def is_alive(self) -> bool:
        """Say whether the child can still be heard."""
        return self._client is not None and self._client.is_alive()

    def interrupt_kernel(self) -> None:
        """Interrupt the cell that is running."""
        if self._child:
            self._child.interrupt()

    def wait_for_exit_code(self) -> int | None:
        """Return how a child that can no longer be heard has ended: less than 0 for a signal."""
        assert self._child  # noqa: S101 - it was heard before
        self._child.wait(_PATIENCE)
        return self._child.exit_code


class ForkedNotebookClient(PapermillNotebookClient):  # type: ignore[misc] # papermill is untyped
    """papermill's client; it knows a valid display when it sees one, since a check by nbformat's schema takes long."""

    def output(
        self, outs: list[NotebookNode], msg: Message, display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """Put an output into its cell."""
        if self.clear_before_next_output or not _is_plain(msg) or self._is_hooked(msg):
            output: NotebookNode | None = super().output(outs, msg, display_id, cell_index)
            return output
        if display_id:
            self._display_id_map.setdefault(display_id, {}).setdefault(cell_index, []).append(len(outs))
        content = msg["content"]
        plain = NotebookNode(output_type=msg["msg_type"])
        plain["metadata"], plain["data"] = NotebookNode(content["metadata"]), NotebookNode(content["data"])
        if plain.output_type == "execute_result":
            plain["execution_count"] = content["execution_count"]
        outs.append(plain)
        return plain

    def _is_hooked(self, msg: Message) -> bool:
        """Say whether a widget takes the output."""
        return bool(self.output_hook_stack.get(msg["parent_header"].get("msg_id")))


def _is_plain(msg: Message) -> bool:
    """Say whether a message is a display of texts and of JSON by media types that nbformat has JSON for."""
    return msg["msg_type"] in {"display_data", "execute_result"} and all(
        isinstance(value, str) or (kind.startswith("application/") and kind.endswith("+json"))
        for kind, value in msg["content"]["data"].items()
    )


class _Session(Session):
    """A session that reads the time of a message, and not whatever in its headers might be a time."""

    def deserialize(
        self,
        msg_list: list[bytes],  # type: ignore[override] # nothing else comes over the connection
        content: bool = True,  # noqa: ARG002, FBT001, FBT002 - the base's
        copy: bool = True,  # noqa: ARG002, FBT001, FBT002 - the base's
    ) -> Message:
        """Return the message of its parts, without the first: nobody signs it."""
        header, parent, metadata, body = map(self.unpack, msg_list[1:5])
        header["date"] = parse_date(header["date"])
        return {
            "header": header,
            "msg_id": header["msg_id"],
            "msg_type": header["msg_type"],
            "parent_header": parent,
            "metadata": metadata,
            "content": body,
            "buffers": [memoryview(each) for each in msg_list[5:]],
        }


class _Client:
    """nbclient's kernel client."""

    allow_stdin = False

    def __init__(self, child: Fork) -> None:
        self._connection = child.connection
        self.session = _Session()
        self.session.key = b""
        self.inbox = _Inbox(child.connection.fileno(), self.session)
        self.shell_channel = _Channel(self, "shell")
        self.iopub_channel = _Channel(self, "iopub")

    def start_channels(self) -> None:
        """Do nothing: the connection is there."""

    def wait_for_ready(self, timeout: float | None = None) -> None:
        """Do nothing: the child reads its first request when it is ready."""

    def is_alive(self) -> bool:
        return not self.inbox.ended

    def execute(self, code: str, *, store_history: bool, stop_on_error: bool) -> str:
        """Send a cell and return the id of the request."""
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": self.allow_stdin,
            "stop_on_error": stop_on_error,
        }
        return self._request("execute_request", content)

    def kernel_info(self) -> str:
        """Ask for the description of the kernel and return the id of the request."""
        return self._request("kernel_info_request", {})

    def send(self, message: Message | None) -> None:
        """Send a request, or ``None`` for the last."""
        request = None if message is None else self.session.serialize(message)
        try:
            self._connection.send_bytes(pickle.dumps(request))
        except ConnectionError:
            self.inbox.ended = True  # whoever waits for an answer is told

    def _request(self, kind: str, content: Message) -> str:
        message = self.session.msg(kind, content)
        self.send(message)
        return str(message["header"]["msg_id"])


class _Channel:
    """One of a client's channels."""

    def __init__(self, client: _Client, name: str) -> None:
        self._client = client
        self._name = name

    async def get_msg(self, timeout: float | None = None) -> Message:  # noqa: ASYNC109 - nbclient's
        """Wait for the next message.

        Raises
        ------
        Empty
            If none comes within `timeout` seconds.
        """
        return await self._client.inbox.get(self._name, timeout)

    def send(self, message: Message) -> None:
        """Send a message, as widgets do that nbclient plays the front end for."""
        self._client.send(message)


class _Inbox:
    """The messages of all channels in one connection, read when somebody waits for one."""

    def __init__(self, descriptor: int, session: Session) -> None:
        self.ended = False
        self._stopped = False
        self._descriptor = descriptor
        self._session = session
        self._reader = FrameReader()
        self._messages: dict[str, deque[Message]] = {"shell": deque(), "iopub": deque()}
        self._failure: BaseException | None = None
        self._arrival: asyncio.Future[None] | None = None

    async def get(self, channel: str, seconds: float | None) -> Message:
        messages = self._messages[channel]
        if not messages:
            try:
                async with asyncio.timeout(seconds):
                    while not messages:
                        await self._wait(channel)
            except TimeoutError:
                raise Empty from None
        return messages.popleft()

    async def _wait(self, channel: str) -> None:
        """Wait until something has come; where nothing will, say so to whoever waits for the reply."""
        loop = asyncio.get_running_loop()
        if self._stopped:
            raise asyncio.CancelledError  # the reader of a cell that was given up
        if self.ended:
            if channel == "shell":
                await asyncio.sleep(0)  # lets the output that came before be processed
                raise self._failure or DeadKernelError("Kernel died")
            await loop.create_future()
        if self._arrival is None:
            self._arrival = loop.create_future()
            loop.add_reader(self._descriptor, self._read)
        await asyncio.shield(self._arrival)

    def _read(self) -> None:
        try:
            read = os.read(self._descriptor, _CHUNK)
        except ConnectionError:
            read = b""
        for channel, content in self._reader.feed(read):
            self._put(channel, content)
        self.ended = self.ended or not read
        self._awake()

    def _put(self, channel: str, content: Any) -> None:  # noqa: ANN401 - by channel
        if channel == "failure":
            self._failure = content
        else:
            _, parts = self._session.feed_identities(content)
            self._messages[channel].append(self._session.deserialize(parts))

    def _awake(self) -> None:
        if self._arrival:
            asyncio.get_running_loop().remove_reader(self._descriptor)
            if not self._arrival.done():
                self._arrival.set_result(None)
            self._arrival = None

    async def stop(self) -> None:
        """Read no more, and end whoever still waits; to be called in the loop where messages were waited for."""
        self._stopped = True
        self._awake()
        await asyncio.sleep(0)
