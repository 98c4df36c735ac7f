"""A folder of outputs on a disk, or on a disk that several machines share.

A report is written into a hidden folder beside its place and swapped in by two renames: the old one aside, the new one
in. Whatever the instant of a crash, `recover` completes or undoes it. The record, which readers trust, is written last.
"""

from __future__ import annotations

import os
import re
import shutil
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from giakit.errors import OutputsBusy
from giakit.language import Text
from giakit.outputs.record import FAILED, NAME, ReportRecord

_ASIDE = re.compile(r"\.(?P<name>.+)\.old-[0-9a-f]{8}")
_WORK = re.compile(r"\..+\.new-[0-9a-f]{8}")
_ATTEMPTS = 20
_DEPTH = 2  # a key may have two parts: county/town


class OutputFolder:
    """A folder of outputs; see `giakit.outputs.place.Outputs`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def address(self) -> str:
        """The folder's absolute path."""
        return str(self.root.absolute())

    def records(self, year: int) -> dict[str, ReportRecord]:
        """Return the records of a year's published reports, by organ."""
        return self._read_records(year, NAME)

    def failures(self, year: int) -> dict[str, ReportRecord]:
        """Return the records of the failed attempts of a year, by organ."""
        return self._read_records(year, f"{FAILED}/{NAME}")

    def _read_records(self, year: int, name: str) -> dict[str, ReportRecord]:
        found = {}
        for folder in _report_folders(self.root / str(year), _DEPTH):
            try:
                record = ReportRecord.model_validate_json((folder / name).read_bytes())
            except (OSError, ValueError):
                continue  # none, or of another version of giakit: the report counts as never rendered
            found[record.organ] = record
        return found

    def is_whole(self, record: ReportRecord) -> bool:
        """Whether every file of a record is there in its size."""
        folder = self._folder(record)
        return all(_size(folder / file.path) == file.size for file in record.outputs)

    def folder(self, record: ReportRecord) -> str:
        """Return the report's folder from the year's."""
        return record.organ if record.outcome == "done" else f"{record.organ}/{FAILED}"

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
        with new_folder(self._folder(record)) as work:
            for name, content in {**files, NAME: record.file}.items():
                path = work / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)

    def forget_failure(self, record: ReportRecord) -> None:
        """Remove what was kept of a failed attempt."""
        shutil.rmtree(self.root / str(record.year) / record.organ / FAILED, ignore_errors=True)

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
        work = path.with_name(f".{path.name}.new-{_unique()}")
        try:
            work.write_bytes(content)
            work.replace(path)
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


def _report_folders(folder: Path, depth: int) -> Iterator[Path]:
    """Yield the folders that may hold a report, without looking into one."""
    if not depth or not folder.is_dir():
        return
    for each in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if each.is_dir() and not each.name.startswith("."):
            path = Path(each.path)
            is_report = (path / NAME).is_file() or (path / FAILED).is_dir()
            yield from (path,) if is_report else _report_folders(path, depth - 1)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except OSError:
        return None


def _unique() -> str:
    return uuid.uuid4().hex[:8]


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a hidden folder to write in; put it in the place of `target` when all went well, else leave no trace.

    Raises
    ------
    OutputsBusy
        If the old folder cannot be moved, which Windows does not allow while somebody has a file of it open.
    """
    work = target.with_name(f".{target.name}.new-{_unique()}")
    work.mkdir(parents=True)
    try:
        yield work
        _swap(work, target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _swap(work: Path, target: Path) -> None:
    """Rename the old folder aside and the new one in; where another writer comes in between, the later one wins."""
    for _ in range(_ATTEMPTS):
        aside = target.with_name(f".{target.name}.old-{_unique()}")
        _move_aside(target, aside)
        try:
            work.rename(target)
        except OSError:
            if target.exists():
                continue  # another writer was faster
            if aside.exists():
                aside.rename(target)
            raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        return
    raise OutputsBusy(Text("another giakit is writing into {folder}; wait until it has ended", folder=target))


def _move_aside(target: Path, aside: Path) -> None:
    try:
        target.rename(aside)
    except FileNotFoundError:
        pass
    except PermissionError as error:
        raise OutputsBusy(
            Text(
                "{folder} cannot be replaced; a file of it may be open in another program. Close it and render again.",
                folder=target,
            )
        ) from error


def recover(root: Path) -> None:
    """Complete or undo every swap that a killed process left; only while nobody else writes under `root`."""
    for folder, names, _ in os.walk(root):
        here = Path(folder)
        for name in list(names):
            aside = _ASIDE.fullmatch(name)
            if aside and not (here / aside["name"]).exists():
                (here / name).rename(here / aside["name"])
            elif aside or _WORK.fullmatch(name):
                shutil.rmtree(here / name, ignore_errors=True)
        names[:] = [name for name in names if name not in {"public", "internal"} and not name.startswith(".")]
