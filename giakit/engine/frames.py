"""Frames: what a kernel in a child sends to its caller, in pieces of any size over one connection."""

from __future__ import annotations

import pickle
import struct
from collections.abc import Iterator

_HEAD = struct.Struct("!Q")


def frame(channel: str, content: object) -> bytes:
    """Return a frame: its length, then the channel it is for and its content, pickled."""
    body = pickle.dumps((channel, content), protocol=5)
    return _HEAD.pack(len(body)) + body


class FrameReader:
    """Puts frames together again."""

    def __init__(self) -> None:
        self._read = bytearray()

    def feed(self, read: bytes) -> Iterator[tuple[str, object]]:
        """Take what was read; yield the channel and the content of every frame that is whole now."""
        self._read += read
        start = 0
        while len(self._read) >= start + _HEAD.size:
            (length,) = _HEAD.unpack_from(self._read, start)
            end = start + _HEAD.size + length
            if len(self._read) < end:
                break
            yield pickle.loads(memoryview(self._read)[start + _HEAD.size : end])  # noqa: S301 - our own child's
            start = end
        del self._read[:start]
