"""A folder of outputs on a disk, or on a disk that several machines share.

A report is written into a hidden folder beside its place and swapped in by renames, see `giakit.outputs.swap`. The
record, which readers trust, is written last. What was released stays in the organ's folder until a correction is
released; then it is kept below in ``versions/1`` and so on, copied before anything is renamed. A correction that has
not been released lies in ``correction/``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from giakit.errors import OutputsBusy
from giakit.language import Text
from giakit.outputs.place import Outputs, Standing, standing_by_organ
from giakit.outputs.record import CORRECTION, FAILED, NAME, SEAL, VERSIONS, ReportRecord
from giakit.outputs.seal import Seal, altered_error, check_corrects, check_unaltered, in_order
from giakit.outputs.swap import check_replaceable, flush, new_folder, read_seal, recover, sync, work_path

_DEPTH = 2  # a key may have two parts: county/town

# What tells the folder of a report, beside `CORRECTION`, from one of organs
_FILES, _FOLDERS = {NAME, SEAL}, {FAILED, CORRECTION}


class OutputFolder(Outputs):
    """A folder of outputs; see `giakit.outputs.place.Outputs`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def address(self) -> str:
        """The folder's absolute path."""
        return str(self.root.absolute())

    def standing(self, year: int) -> dict[str, Standing]:
        """Return what there is of a year's reports, by organ."""
        published: dict[str, ReportRecord] = {}
        failures: dict[str, ReportRecord] = {}
        corrections: dict[str, ReportRecord] = {}
        seals: dict[str, tuple[Seal, ...]] = {}
        for folder, parts in _report_folders(self.root / str(year), _DEPTH):
            for part, path, records in (
                (NAME, folder / NAME, published),
                (FAILED, folder / FAILED / NAME, failures),
                (CORRECTION, folder / CORRECTION / NAME, corrections),
            ):
                record = _read_record(path) if part in parts else None
                if record:
                    records[record.organ] = record
            seal = read_seal(folder) if SEAL in parts else None
            if seal:
                before = sorted((folder / VERSIONS).glob("*/"))
                seals[seal.record.organ] = in_order([seal, *filter(None, map(read_seal, before))])
        published |= {organ: versions[-1].record for organ, versions in seals.items()}
        return standing_by_organ(published, failures, corrections, seals)

    def is_whole(self, record: ReportRecord) -> bool:
        """Whether every file of a record is there in its size."""
        folder = self._folder(record)
        return all(_size(f"{folder}/{file.path}") == file.size for file in record.outputs)

    def folder(self, record: ReportRecord) -> str:
        """Return the report's folder from the year's."""
        if record.outcome != "done":
            return f"{record.organ}/{FAILED}"
        version = f"{VERSIONS}/{record.version}"
        if (self._organ(record) / version).is_dir():
            return f"{record.organ}/{version}"
        return f"{record.organ}/{CORRECTION}" if self._is_correction(record) else record.organ

    def _is_correction(self, record: ReportRecord) -> bool:
        """Whether a record is of a correction that has not been released."""
        seal = read_seal(self._organ(record)) if record.version > 1 else None
        return seal is not None and seal.version < record.version

    def _organ(self, record: ReportRecord) -> Path:
        return self.root / str(record.year) / record.organ

    def _folder(self, record: ReportRecord) -> Path:
        return self.root / str(record.year) / self.folder(record)

    def read(self, record: ReportRecord, path: str) -> bytes:
        """Return a file of a report."""
        return (self._folder(record) / path).read_bytes()

    def read_all(self, records: Iterable[ReportRecord], path: str) -> dict[str, bytes]:
        """Return the same file of several reports, by organ; those not there are left out."""
        files = {record.organ: self._folder(record) / path for record in records}
        return {organ: file.read_bytes() for organ, file in files.items() if file.is_file()}

    def publish(self, record: ReportRecord, files: Mapping[str, bytes]) -> None:
        """Put a report in its place, whole or not at all; the record says how it ended, and that says where."""
        corrects = record.outcome == "done" and record.version > 1
        if corrects:
            check_corrects(record, read_seal(self._organ(record)), str(self._organ(record)))
        with new_folder(self._folder(record)) as work:
            for name, content in {**files, NAME: record.file}.items():
                path = work / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
        if corrects:
            self.forget_failure(record)

    def forget_failure(self, record: ReportRecord) -> None:
        """Remove what was kept of a failed attempt."""
        shutil.rmtree(self._organ(record) / FAILED, ignore_errors=True)

    def forget_correction(self, record: ReportRecord) -> None:
        """Remove a correction that has not been released."""
        shutil.rmtree(self._organ(record) / CORRECTION, ignore_errors=True)

    # ---- releasing ---------------------------------------------------------------------------------------------------

    def seal(self, seal: Seal) -> None:
        """Release the report that stands, or the open correction."""
        organ = self._organ(seal.record)
        if seal.version > 1:
            self._release_correction(organ, seal)
            return
        check_replaceable(organ)
        # The seal waits in the folder it is for: if another writer replaces that folder, the rename fails.
        work = work_path(organ / SEAL)
        try:
            work.write_bytes(seal.file)
            check_unaltered(self, seal, _read_record(organ / NAME))
            flush(organ)
            work.rename(organ / SEAL)
            sync(organ)
        except FileNotFoundError:
            raise altered_error(seal.record, ()) from None
        finally:
            work.unlink(missing_ok=True)

    def _release_correction(self, organ: Path, seal: Seal) -> None:
        """Put an open correction in the place of the version before, which is kept under its number."""
        with new_folder(organ, seal.replaces) as work:
            check_unaltered(self, seal, _read_record(organ / CORRECTION / NAME))
            shutil.copytree(organ / CORRECTION, work, dirs_exist_ok=True)
            (work / SEAL).write_bytes(seal.file)
            if (organ / VERSIONS).is_dir():
                shutil.copytree(organ / VERSIONS, work / VERSIONS)
            shutil.copytree(organ, work / VERSIONS / str(seal.version - 1), ignore=_others_in(organ))

    def read_page(self, name: str) -> bytes | None:
        """Return a file beside the reports, or ``None``."""
        path = self.root / name
        return path.read_bytes() if path.is_file() else None

    def write_page(self, name: str, content: bytes) -> None:
        """Write a file beside the reports, whole or not at all; one that holds the same is left alone."""
        if self.read_page(name) == content:
            return
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        work = work_path(path)
        try:
            work.write_bytes(content)
            work.replace(path)
        except PermissionError as error:
            raise OutputsBusy(
                Text(
                    "{file} cannot be replaced; it may be open in another program. Close it and start again; what is "
                    "done stays.",
                    file=path,
                )
            ) from error
        finally:
            work.unlink(missing_ok=True)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep others from writing here; complete or undo what a killed process left."""
        self.root.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.root / ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise OutputsBusy(
                Text("another giakit is writing into {folder}; wait until it has ended", folder=self.root)
            ) from None
        try:
            recover(self.root)
            yield
        finally:
            lock.release()


def _report_folders(folder: Path, depth: int) -> Iterator[tuple[Path, set[str]]]:
    """Yield the folders that may hold a report, with its parts that are there, without looking into one."""
    if not depth:
        return
    for each in _entries(folder):
        if each.is_dir() and not each.name.startswith("."):
            path = Path(each.path)
            parts = {inner.name for inner in _entries(path) if _is_part(inner)}
            yield from [(path, parts)] if parts - {CORRECTION} else _report_folders(path, depth - 1)


def _is_part(entry: os.DirEntry[str]) -> bool:
    return (entry.name in _FILES and entry.is_file()) or (entry.name in _FOLDERS and entry.is_dir())


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """Return what is in a folder by name; nothing where there is none, or a writer has just moved it aside."""
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _size(path: str) -> int | None:
    try:
        return os.stat(path).st_size  # noqa: PTH116 - as text: a thousand paths as objects take their time
    except OSError:
        return None


def _read_record(path: Path) -> ReportRecord | None:
    """Read a record; where there is none, or one of another version of giakit, the report counts as never rendered."""
    try:
        return ReportRecord.model_validate_json(path.read_bytes())
    except (OSError, ValueError):
        return None


def _others_in(organ: Path) -> Callable[[str, list[str]], set[str]]:
    """Return what says which names of an organ's folder are no part of the report that stands there."""

    def ignored(folder: str, names: list[str]) -> set[str]:
        others = {CORRECTION, FAILED, VERSIONS, *(name for name in names if name.startswith("."))}
        return others if Path(folder) == organ else set()

    return ignored
