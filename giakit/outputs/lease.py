"""The lock of outputs on a store: an object with an owner, who must renew it or lose it."""

from __future__ import annotations

import os
import platform
import threading
import time
import uuid

from pydantic import Field

from giakit.errors import OutputsBusy, StorageError
from giakit.language import Text
from giakit.statistics import Record
from giakit.storage import Storage

NAME = ".lock"

_RENEWALS = 3  # within the time after which a lock that nobody renewed is free


class Holder(Record):
    """Who holds a lock; `owner` is unlike any other, the rest is for people."""

    owner: str = Field(default_factory=lambda: uuid.uuid4().hex)
    host: str = Field(default_factory=platform.node)
    process: int = Field(default_factory=os.getpid)
    renewals: int = 0


class Lease:
    """A lock that ends by itself `seconds` after its owner has died.

    A thread renews it. An owner who could not renew in time, because his machine slept or the network was gone, has
    lost it to whoever came next, and learns so from `check`.
    """

    def __init__(self, storage: Storage, seconds: float) -> None:
        self._storage = storage
        self._seconds = seconds
        self._holder = Holder()
        self._version: str | None = None
        self._ended = threading.Event()
        self._lost = False
        self._renewing = threading.Thread(target=self._renew_until_ended, name="giakit lock", daemon=True)

    def acquire(self) -> None:
        """Take the lock, if it is free or its owner has died.

        Raises
        ------
        OutputsBusy
            If somebody else holds it.
        """
        seen = self._storage.version(NAME)
        if seen is not None and self._storage.age(NAME) < self._seconds:
            raise self._busy()
        if not self._write(seen):
            raise self._busy()
        self._renewing.start()

    def check(self) -> None:
        """Make sure that the lock has not been lost.

        Raises
        ------
        OutputsBusy
            If somebody else has taken it over.
        """
        if self._lost:
            raise self._busy()

    def release(self) -> None:
        """Give the lock back."""
        self._ended.set()
        self._renewing.join()
        if not self._lost and self._is_ours():
            self._storage.delete([NAME])

    def _write(self, seen: str | None) -> bool:
        """Write the lock over the version that was seen; return whether it is ours then."""
        self._storage.replace(NAME, self._holder.model_dump_json().encode(), seen)
        # Asked even where the store refused: an answer that got lost on the way makes it refuse the repetition.
        self._version = self._storage.version(NAME)
        return self._is_ours()

    def _is_ours(self) -> bool:
        standing = self._standing()
        return standing is not None and standing.owner == self._holder.owner

    def _standing(self) -> Holder | None:
        try:
            return Holder.model_validate_json(self._storage.read(NAME))
        except (FileNotFoundError, ValueError):
            return None

    def _renew_until_ended(self) -> None:
        pause = self._seconds / _RENEWALS
        renewed = time.monotonic()
        while not self._ended.wait(pause) and not self._lost:
            try:
                self._renew()
                renewed = time.monotonic()
            except StorageError:  # it may come back before the time is over
                self._lost = time.monotonic() - renewed > self._seconds

    def _renew(self) -> None:
        # Asked first, because not every store refuses to write over another owner's lock.
        self._holder = self._holder.model_copy(update={"renewals": self._holder.renewals + 1})
        self._lost = not self._is_ours() or not self._write(self._version)

    def _busy(self) -> OutputsBusy:
        other = self._standing()
        return OutputsBusy(
            Text(
                "another giakit (process {process} on {host}) is writing into {address}; wait until it has ended. "
                "If it was killed, its lock ends by itself after {seconds} seconds.",
                process=other.process if other else "?",
                host=other.host if other else "?",
                address=self._storage.address,
                seconds=round(self._seconds),
            )
        )
