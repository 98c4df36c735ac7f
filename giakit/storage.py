"""The fsspec seam: files behind an address such as ``s3://bucket/年报``.

Conditions (write only if there is no such file, only over the version that was seen) are what S3 offers as
``If-None-Match`` and ``If-Match``. Other stores of fsspec know only the first; there the later of two writers wins.
"""

from __future__ import annotations

import errno
import hashlib
import mimetypes
import sys
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import unquote, urlsplit

from giakit.errors import ParameterError, PrerequisiteError, StorageError
from giakit.language import Text

_MARK = "://"
_LOCAL = "file://"
_S3 = {"s3", "s3a"}
_REFUSED = {"PreconditionFailed", "ConditionalRequestConflict"}

# Only the types that come with Python: what a machine's own files add would make other objects of the same report.
_TYPES = mimetypes.MimeTypes(filenames=())


# ---- addresses ------------------------------------------------------------------------------------------------------


def is_address(place: str) -> bool:
    """Whether a place lies behind fsspec rather than in a local folder."""
    return _MARK in place and not place.startswith(_LOCAL)


def local_path(place: str) -> Path:
    """Return the path of a local place, which may be written as ``file://…``."""
    if not place.startswith(_LOCAL):
        return Path(place)
    from urllib.request import url2pathname  # which loads all of HTTP

    return Path(url2pathname(unquote(urlsplit(place).path)))


def _check_address(address: str) -> None:
    """Refuse an address with a secret, which the records and the executed notebook would copy."""
    parts = urlsplit(address)
    if parts.password or parts.query:
        raise ParameterError(
            Text(
                "{address}…: an address with a password or a key in it would be copied into records; "
                "leave it out and set it in the environment, for S3 as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
                address=f"{parts.scheme}{_MARK}{parts.hostname or ''}",
            )
        )


# ---- a store --------------------------------------------------------------------------------------------------------


class Storage:
    """The files below an address; paths start there and part their names with ``/``.

    Raises
    ------
    StorageError
        From every method, if the store is out of reach, denies access, or holds no such bucket.
    ParameterError
        If fsspec does not know the kind of address, or the address holds a secret.
    PrerequisiteError
        If the package for this kind of address is not installed.
    """

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")
        _check_address(address)
        with _reaching(self.address):
            self._files, self._root = _open(self.address)
        self._is_s3 = urlsplit(address).scheme in _S3

    def sizes(self, folder: str) -> dict[str, int]:
        """Return the size in bytes of every file below a folder, by path; empty where there is none."""
        self._files.invalidate_cache()
        with _reaching(self.address):
            try:
                found = self._files.find(self._path(folder), detail=True)
            except FileNotFoundError:
                return {}
        start = len(self._root) + 1
        return {path[start:]: details["size"] for path, details in found.items() if details["type"] == "file"}

    def read(self, path: str) -> bytes:
        """Return a file.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        """
        with _reaching(self.address):
            content: bytes = self._files.cat_file(self._path(path))
        return content

    def read_all(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Return several files by path, many at a time where the store can; those not there are left out."""
        wanted = list(paths)
        with _reaching(self.address):
            found = self._files.cat_ranges([self._path(path) for path in wanted], None, None, on_error="return")
            for each in found:
                if isinstance(each, Exception) and not isinstance(each, FileNotFoundError):
                    raise each
        return {path: each for path, each in zip(wanted, found, strict=True) if isinstance(each, bytes)}

    def version(self, path: str) -> str | None:
        """Return what `replace` compares: ``None`` where there is no file, empty where the store has no versions."""
        details = self._details(path)
        return None if details is None else details.get("ETag", "") if self._is_s3 else ""

    def write(self, path: str, content: bytes) -> None:
        """Write a file over whatever is there."""
        self._put(path, content)

    def replace(self, path: str, content: bytes, seen: str | None) -> bool:
        """Write a file if it is still the version that was seen, else return ``False``."""
        condition = {"mode": "create"} if seen is None else {"IfMatch": seen} if seen else {}
        try:
            self._put(path, content, **condition)
        except FileExistsError:
            return False
        return True

    def delete(self, paths: Iterable[str]) -> None:
        """Delete files; one that is gone already is no error."""
        for path in paths:
            with _reaching(self.address):
                try:
                    self._files.rm_file(self._path(path))
                except FileNotFoundError:
                    continue

    def age(self, path: str) -> float:
        """Return how many seconds ago a file was written, by the store's own clock; 0 where that cannot be told."""
        probe = f"{path}.{uuid.uuid4().hex[:8]}"
        self.write(probe, b"")
        try:
            with _reaching(self.address):
                now, then = (self._files.modified(self._path(each)) for each in (probe, path))
        except (FileNotFoundError, NotImplementedError):
            return 0
        finally:
            self.delete([probe])
        return float((now - then).total_seconds())

    def copy(self, path: str, folder: Path) -> Path:
        """Copy a file into a folder of this machine, under its own name; not again while it stays the same.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        """
        details = self._details(path)
        if details is None:
            raise FileNotFoundError(path)
        state = hashlib.sha256(f"{self.address}/{path} {details}".encode()).hexdigest()[:16]
        target = folder / state / path.rpartition("/")[2]
        if not target.exists():
            target.parent.mkdir()
            with _reaching(self.address):
                self._files.get_file(self._path(path), str(target))
        return target

    def _path(self, path: str) -> str:
        return f"{self._root}/{path}".rstrip("/")

    def _details(self, path: str) -> dict[str, Any] | None:
        self._files.invalidate_cache()
        with _reaching(self.address):
            try:
                details: dict[str, Any] = self._files.info(self._path(path))
            except FileNotFoundError:
                return None
        return details if details["type"] == "file" else None

    def _put(self, path: str, content: bytes, **condition: str) -> None:
        """Write a file; where a condition is not met, raise ``FileExistsError``."""
        options = {"ContentType": _TYPES.guess_type(path)[0] or "application/octet-stream"} if self._is_s3 else {}
        target = self._path(path)
        with _reaching(self.address):
            try:
                self._files.pipe_file(target, content, **options, **condition)
            except FileNotFoundError:
                if "IfMatch" in condition:
                    raise FileExistsError(path) from None  # deleted since it was seen
                self._make_parent(target)
                self._files.pipe_file(target, content, **options, **condition)
            except OSError as error:
                if _code(error) in _REFUSED:
                    raise FileExistsError(path) from None
                if not condition or error.errno != errno.ENOSYS:
                    raise
                self._files.pipe_file(target, content, **options)  # a store in the manner of S3 without conditions

    def _make_parent(self, target: str) -> None:
        """Make the folder of a file in a store that has folders; what the address itself names must be there."""
        if self._is_s3 or not self._files.isdir(self._root):
            raise StorageError(
                Text("{address}: there is no such bucket or folder; make it first.", address=self.address)
            )
        self._files.makedirs(target.rpartition("/")[0], exist_ok=True)


def _open(address: str) -> tuple[Any, str]:
    try:
        import fsspec

        files, root = fsspec.url_to_fs(address)
    except ImportError:
        raise PrerequisiteError(
            Text(
                "{address}: the package for this kind of address is not installed; run pip install 'giakit[cluster]', "
                "which reads s3://, or install fsspec's package for it.",
                address=address,
            )
        ) from None
    except ValueError:
        raise ParameterError(
            Text(
                "{address}: no storage is known by this kind of address; write one such as s3://bucket/folder.",
                address=address,
            )
        ) from None
    return files, root.rstrip("/")


@contextmanager
def _reaching(address: str) -> Iterator[None]:
    """Say in one sentence what is wrong with a store; what a file lacks or refuses is passed on."""
    try:
        yield
    except (FileNotFoundError, FileExistsError):
        raise
    except _store_errors() as error:
        raise _unreachable(address, error) from error


def _store_errors() -> tuple[type[Exception], ...]:
    """Return what stores raise; S3's own kinds only once they are loaded."""
    botocore = sys.modules.get("botocore.exceptions")
    return (OSError, botocore.BotoCoreError) if botocore else (OSError,)


def _unreachable(address: str, error: Exception) -> StorageError:
    # The code or the kind alone: a message of S3 may repeat what was signed.
    reason = _code(error) or type(error).__name__
    if isinstance(error, PermissionError) or "Credentials" in reason:
        return StorageError(
            Text(
                "{address}: access denied ({reason}); check the credentials, for S3 AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY, and what they may do.",
                address=address,
                reason=reason,
            )
        )
    return StorageError(
        Text(
            "{address}: the storage cannot be used ({reason}); check the address and the network, then start again.",
            address=address,
            reason=reason,
        )
    )


def _code(error: Exception) -> str:
    """Return S3's own code of an error, empty where it has none."""
    answer = getattr(error.__cause__, "response", None) or {}
    return str(answer.get("Error", {}).get("Code", ""))


# ---- inputs ---------------------------------------------------------------------------------------------------------


# What was fetched already where a whole batch must see one state of its workbooks
_fetched: ContextVar[dict[str, Path] | None] = ContextVar("giakit_fetched", default=None)


@cache
def _copies() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="giakit-")


@contextmanager
def fetching_once() -> Iterator[None]:
    """Let `fetch` ask for a file once within the block, however often it changes; works as a decorator, too."""
    before = _fetched.set({})
    try:
        yield
    finally:
        _fetched.reset(before)


def fetch(address: str) -> Path:
    """Copy a file behind an address to this machine, under its own name, until the process ends.

    A file that has not changed since is not copied again.

    Raises
    ------
    ParameterError
        If there is no such file.
    StorageError, PrerequisiteError
        As `Storage`.
    """
    fetched = _fetched.get()
    if fetched is None:
        return _fetch(address)
    if address not in fetched:
        fetched[address] = _fetch(address)
    return fetched[address]


def _fetch(address: str) -> Path:
    _check_address(address)
    folder, _, name = address.rpartition("/")
    try:
        return Storage(folder).copy(name, Path(_copies().name))
    except FileNotFoundError:
        raise ParameterError(Text("{address}: there is no such file.", address=address)) from None
