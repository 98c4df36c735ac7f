"""Outputs on an object store, or behind any other address of fsspec.

A store has no renames, so a report never changes: its files lie in a folder named after their content,
``<year>/<organ>/<digest>/public/report.html``, and one object, ``<year>/<organ>/record.json``, says which counts.
It is written last, on the condition that nobody has written it since, so two writers never mix a report. What the
record named before stays until the next report of the organ, for those who are still reading it; older ones go then.

A seal, ``<year>/<organ>/seal.json``, names for good what it releases: readers go by it and no longer by the record,
so that a writer who began before it was set cannot undo it. What was released before is named by
``versions/1/seal.json`` and so on, an open correction by ``correction/record.json``; no file of theirs ever goes.

Where a store knows no such condition, it is the lock alone that keeps two writers apart; a record whose files the other
has removed is found by `RemoteOutputs.is_whole`, and the next batch renders that report again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from giakit.digests import digest_of
from giakit.errors import OutputsBusy
from giakit.language import Text
from giakit.outputs.lease import Lease
from giakit.outputs.place import Outputs, Standing, standing_by_organ
from giakit.outputs.record import CORRECTION, FAILED, NAME, SEAL, VERSIONS, ReportRecord
from giakit.outputs.seal import (
    Seal,
    check_corrects,
    check_unaltered,
    in_order,
    parse_seal,
    sealed_error,
)
from giakit.storage import Storage

LOCK_SECONDS = 120

_GENERATION = re.compile(rf"(?:{FAILED}/)?[0-9a-f]{{32}}(?=/)")
_ATTEMPTS = 20


class RemoteOutputs(Outputs):
    """A folder of outputs on a store; see `giakit.outputs.place.Outputs`."""

    def __init__(self, address: str, lock_seconds: float = LOCK_SECONDS) -> None:
        self._storage = Storage(address)
        self._lock_seconds = lock_seconds
        self._lease: Lease | None = None
        self._sizes: dict[int, dict[str, int]] = {}

    @property
    def address(self) -> str:
        """The address of the folder."""
        return self._storage.address

    def standing(self, year: int) -> dict[str, Standing]:
        """Return what there is of a year's reports, by organ."""
        sizes = self._list(year)
        seals = self._read_seals(sizes)
        published: dict[str, ReportRecord] = {}
        failures: dict[str, ReportRecord] = {}
        corrections: dict[str, ReportRecord] = {}
        found = self._storage.read_all([path for path in sizes if path.endswith(f"/{NAME}")])
        for path, content in sorted(found.items()):
            record = _parse(content)
            if record is None:
                continue
            places = {f"{_organ_folder(record)}/{NAME}": published, _failure_path(record): failures}
            released = seals[record.organ][-1].version if record.organ in seals else 0
            if record.version > released:
                places[_correction_path(record)] = corrections
            if path in places:
                places[path][record.organ] = record
        published |= {organ: each[-1].record for organ, each in seals.items()}
        return standing_by_organ(published, failures, corrections, seals)

    def _list(self, year: int) -> dict[str, int]:
        sizes = self._sizes[year] = self._storage.sizes(str(year))
        return sizes

    def _read_seals(self, sizes: Iterable[str]) -> dict[str, tuple[Seal, ...]]:
        paths = [path for path in sizes if path.endswith(f"/{SEAL}")]
        found: dict[str, list[Seal]] = {}
        for path, content in sorted(self._storage.read_all(paths).items()):
            seal = parse_seal(content)
            if seal and path in {_seal_path(seal.record), _old_seal_path(seal)}:  # "seal.json" sorts before "versions"
                found.setdefault(seal.record.organ, []).append(seal)
        return {organ: in_order(seals) for organ, seals in sorted(found.items())}

    def is_whole(self, record: ReportRecord) -> bool:
        """Whether every file of a record is there in its size, as of when the records of its year were last read."""
        sizes = self._sizes.get(record.year)
        if sizes is None:
            sizes = self._storage.sizes(_files_folder(record))
        return all(sizes.get(f"{_files_folder(record)}/{file.path}") == file.size for file in record.outputs)

    def folder(self, record: ReportRecord) -> str:
        """Return the folder of the report's files from the year's: its name is a digest of them."""
        return _files_folder(record).partition("/")[2]

    def read(self, record: ReportRecord, path: str) -> bytes:
        """Return a file of a report."""
        return self._storage.read(f"{_files_folder(record)}/{path}")

    def read_all(self, records: Iterable[ReportRecord], path: str) -> dict[str, bytes]:
        """Return the same file of several reports, by organ; those not there are left out."""
        organs = {f"{_files_folder(record)}/{path}": record.organ for record in records}
        return {organs[name]: content for name, content in self._storage.read_all(organs).items()}

    def publish(self, record: ReportRecord, files: Mapping[str, bytes]) -> None:
        """Put a report in its place, whole or not at all."""
        self._check_lease()
        for _ in range(_ATTEMPTS):
            if self._publish(record, files):
                return
        raise self._busy()

    def _publish(self, record: ReportRecord, files: Mapping[str, bytes]) -> bool:
        """Try to publish; return whether nobody else was faster."""
        path, folder = _path(record), _files_folder(record)
        seen = self._storage.version(path)  # before anything else, so that nothing below goes by a replaced record
        before = self._storage.sizes(_organ_folder(record))
        seals = self._check_seal(record)
        standing = self.read_page(path)
        if record.outcome == "done":
            self._storage.delete({_failure_path(record)} & before.keys())
        if standing == record.file and all(before.get(f"{folder}/{file.path}") == file.size for file in record.outputs):
            return True  # a cluster may run a task twice
        for name, content in files.items():
            self._storage.write(f"{folder}/{name}", content)
        if not self._storage.replace(path, record.file, seen):
            return False
        self._check_seal(record)  # set since: it names what stood before, of which nothing may go
        self._storage.delete(_outlived(before, record, _parse(standing), [seal.record for seal in seals]))
        self._sizes.pop(record.year, None)
        return True

    def _check_seal(self, record: ReportRecord) -> tuple[Seal, ...]:
        """Return the seals of the organ's report after making sure that a record may be written beside them."""
        content = self.read_page(_seal_path(record))
        if content is None and record.version == 1:
            return ()
        current = parse_seal(content)
        if record.outcome == "done":
            if record.version == 1:
                raise sealed_error(current, self._place(record))
            check_corrects(record, current, self._place(record))
        return self._read_seals(self._storage.sizes(_organ_folder(record))).get(record.organ, ())

    def _place(self, record: ReportRecord) -> str:
        return f"{self._storage.address}/{_organ_folder(record)}"

    def forget_failure(self, record: ReportRecord) -> None:
        """Remove what was kept of a failed attempt."""
        self._check_lease()
        self._storage.delete([_failure_path(record)])
        self._storage.delete(self._storage.sizes(f"{_organ_folder(record)}/{FAILED}"))
        self._sizes.pop(record.year, None)

    def forget_correction(self, record: ReportRecord) -> None:
        """Remove a correction that has not been released."""
        self._check_lease()
        self._storage.delete([_correction_path(record)])
        self._storage.delete(self._storage.sizes(_files_folder(record)))
        self._sizes.pop(record.year, None)

    # ---- releasing ---------------------------------------------------------------------------------------------------

    def seal(self, seal: Seal) -> None:
        """Release the report that stands, or the open correction."""
        self._check_lease()
        record, path = seal.record, _seal_path(seal.record)
        seen = self._storage.version(path)
        current = self.read_page(path)
        if current is not None and digest_of(current) != seal.replaces:
            raise sealed_error(parse_seal(current), self._place(record))
        pointer = _path(record) if seal.version == 1 else _correction_path(record)
        check_unaltered(self, seal, _parse(self.read_page(pointer)))
        if current is not None:
            self._storage.write(f"{_organ_folder(record)}/{VERSIONS}/{seal.version - 1}/{SEAL}", current)
        if not self._storage.replace(path, seal.file, seen):
            raise self._busy()
        if seal.version == 1 and self.read_page(pointer) != record.file:
            self._storage.delete([path])  # a writer without a lock was faster
            raise self._busy()
        if seal.version > 1:
            self._storage.write(f"{_organ_folder(record)}/{NAME}", record.file)
            self._storage.delete([pointer])
        self._sizes.pop(record.year, None)

    def _busy(self) -> OutputsBusy:
        return OutputsBusy(
            Text("another giakit is writing into {folder}; wait until it has ended", folder=self._storage.address)
        )

    def read_page(self, name: str) -> bytes | None:
        """Return a file beside the reports, or ``None``."""
        try:
            return self._storage.read(name)
        except FileNotFoundError:
            return None

    def write_page(self, name: str, content: bytes) -> None:
        """Write a file beside the reports, whole or not at all; one that holds the same is left alone."""
        self._check_lease()
        if self.read_page(name) != content:
            self._storage.write(name, content)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep others from writing here; a killed process has left nothing that would have to be undone."""
        lease = Lease(self._storage, self._lock_seconds)
        lease.acquire()
        self._lease = lease
        try:
            yield
        finally:
            self._lease = None
            lease.release()

    def _check_lease(self) -> None:
        if self._lease:
            self._lease.check()


def _parse(content: bytes | None) -> ReportRecord | None:
    """Read a record; one of another version of giakit counts as none."""
    try:
        return ReportRecord.model_validate_json(content) if content else None
    except ValueError:
        return None


def _organ_folder(record: ReportRecord) -> str:
    return f"{record.year}/{record.organ}"


def _failure_path(record: ReportRecord) -> str:
    return f"{_organ_folder(record)}/{FAILED}/{NAME}"


def _correction_path(record: ReportRecord) -> str:
    return f"{_organ_folder(record)}/{CORRECTION}/{NAME}"


def _seal_path(record: ReportRecord) -> str:
    return f"{_organ_folder(record)}/{SEAL}"


def _old_seal_path(seal: Seal) -> str:
    return f"{_organ_folder(seal.record)}/{VERSIONS}/{seal.version}/{SEAL}"


def _path(record: ReportRecord) -> str:
    """Return the path of the object that makes a report count."""
    if record.outcome != "done":
        return _failure_path(record)
    return _correction_path(record) if record.version > 1 else f"{_organ_folder(record)}/{NAME}"


def _files_folder(record: ReportRecord) -> str:
    """Return where the files of a record lie: another folder for every other content."""
    content = "\n".join(f"{file.sha256} {file.path}" for file in record.outputs)
    kind = "" if record.outcome == "done" else f"{FAILED}/"
    return f"{_organ_folder(record)}/{kind}{digest_of(content)[:32]}"


def _outlived(
    before: Mapping[str, int], record: ReportRecord, replaced: ReportRecord | None, released: Iterable[ReportRecord]
) -> list[str]:
    """Return the files that no reader can want any more.

    Parameters
    ----------
    before
        The organ's files before `record` was written, so that none of a writer who began since is among them.
    replaced
        The record that stood before: its files are kept for those who are reading them.
    released
        What is kept for ever.
    """
    start = _organ_folder(record) + "/"
    kept = {_files_folder(each) for each in (record, replaced, *released) if each}
    outlived = []
    for path in before:
        generation = _GENERATION.match(path, len(start))
        is_own_kind = path.startswith(f"{start}{FAILED}/") == (record.outcome != "done")
        if generation and f"{start}{generation[0]}" not in kept and (is_own_kind or record.outcome == "done"):
            outlived.append(path)
    return outlived
