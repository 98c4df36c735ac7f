"""A folder of a report replaced as a whole: whatever the instant of a crash, `recover` completes or undoes it.

The old folder is renamed aside and the new one in. A released report is put back, whoever moved it aside: a writer
that no lock keeps out, such as a cluster's worker whose batch is gone, may find the seal only then.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from giakit.errors import OutputsBusy
from giakit.language import Text
from giakit.outputs.record import SEAL
from giakit.outputs.seal import Seal, parse_seal, sealed_error

_ASIDE = re.compile(r"\.(?P<name>.+)\.old-[0-9a-f]{8}")
_WORK = re.compile(r"\..+\.new-[0-9a-f]{8}")
_ATTEMPTS = 20
_TAKEN = {errno.ENOTEMPTY, errno.EEXIST}


def work_path(target: Path) -> Path:
    """Return a hidden name beside a file or folder, to write under before it is renamed; `recover` removes it."""
    return target.with_name(f".{target.name}.new-{_unique()}")


def _unique() -> str:
    return uuid.uuid4().hex[:8]


def flush(path: Path) -> None:
    """Let a file, or a folder with all below it, reach the disk, so that a power cut takes nothing of it."""
    for each in (*path.rglob("*"), path) if path.is_dir() else (path,):
        sync(each)


def sync(path: Path) -> None:
    """Let a file, or the names in a folder, reach the disk."""
    if os.name == "nt" and path.is_dir():
        return  # Windows opens no folders
    handle = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ---- who may be replaced --------------------------------------------------------------------------------------------


def is_sealed(folder: Path) -> bool:
    """Whether a folder holds a report that was released."""
    return (folder / SEAL).is_file()


def read_seal(folder: Path) -> Seal | None:
    """Return the seal in a folder; ``None`` where there is none that can be read."""
    try:
        return parse_seal((folder / SEAL).read_bytes())
    except OSError:
        return None


def check_replaceable(folder: Path, replaces: str = "") -> None:
    """Make sure that a folder holds no released report, or the one whose seal has the SHA-256 `replaces`.

    Raises
    ------
    ReportSealed
        If it holds another.
    """
    if is_sealed(folder):
        seal = read_seal(folder)
        if seal is None or seal.digest != replaces:
            raise sealed_error(seal, str(folder))


# ---- replacing ------------------------------------------------------------------------------------------------------


@contextmanager
def new_folder(target: Path, replaces: str = "") -> Iterator[Path]:
    """Give a hidden folder to write in; put it in the place of `target` when all went well, else leave no trace.

    Parameters
    ----------
    replaces
        The SHA-256 of the seal of the released report that may be replaced, because the new folder keeps it.

    Raises
    ------
    OutputsBusy
        If the old folder cannot be moved, which Windows does not allow while somebody has a file of it open.
    ReportSealed
        If the old folder holds a report that was released.
    """
    check_replaceable(target, replaces)
    work = work_path(target)
    work.mkdir(parents=True)
    try:
        yield work
        if replaces:
            flush(work)
        _Swap(target).run(work, replaces)
    finally:
        shutil.rmtree(work, ignore_errors=True)


class _Swap:
    """The renames; where another writer comes in between, the later one wins, except over a released report."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.asides: list[Path] = []

    def run(self, work: Path, replaces: str) -> None:
        try:
            self._replace(work, replaces)
        except BaseException:
            self._put_back()
            raise
        finally:
            for aside in self.asides:
                shutil.rmtree(aside, ignore_errors=True)

    def _replace(self, work: Path, replaces: str) -> None:
        for _ in range(_ATTEMPTS):
            self._move_aside()
            if self.asides:
                check_replaceable(self.asides[-1], replaces)
            try:
                work.rename(self.target)
            except OSError as error:
                # Another writer was faster, and may be gone again by now: what the error says counts, too.
                if error.errno in _TAKEN or self.target.exists():
                    continue
                raise
            if replaces:
                sync(self.target.parent)
            return
        raise OutputsBusy(Text("another giakit is writing into {folder}; wait until it has ended", folder=self.target))

    def _move_aside(self) -> None:
        aside = self.target.with_name(f".{self.target.name}.old-{_unique()}")
        try:
            self.target.rename(aside)
        except FileNotFoundError:
            return
        except PermissionError as error:
            raise OutputsBusy(
                Text(
                    "{folder} cannot be replaced; a file of it may be open in another program. "
                    "Close it and render again.",
                    folder=self.target,
                )
            ) from error
        self.asides.append(aside)

    def _put_back(self) -> None:
        """Undo: a released report goes back whatever another writer has put there since, else the last folder."""
        sealed = next((each for each in self.asides if is_sealed(each)), None)
        last = sealed or next(iter(self.asides[-1:]), None)
        for _ in range(_ATTEMPTS):
            if last is None or (self.target.exists() and (not sealed or is_sealed(self.target))):
                return
            if self.target.exists():
                self._move_aside()
            try:
                last.rename(self.target)
            except OSError:
                continue
            self.asides.remove(last)
            return


def recover(root: Path) -> None:
    """Complete or undo every swap that a killed process left; only while nobody else writes under `root`."""
    for folder, names, files in os.walk(root):
        here = Path(folder)
        for name in names:
            aside = _ASIDE.fullmatch(name)
            if aside:
                _settle(here / name, here / aside["name"])
            elif _WORK.fullmatch(name):
                shutil.rmtree(here / name, ignore_errors=True)
        for name in files:
            if _WORK.fullmatch(name):
                (here / name).unlink(missing_ok=True)
        names[:] = [name for name in names if name not in {"public", "internal"} and not name.startswith(".")]


def _settle(aside: Path, target: Path) -> None:
    """Put what was moved aside back where nothing has taken its place, or nothing that may."""
    if target.exists() and is_sealed(aside) and not is_sealed(target):
        shutil.rmtree(target)
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.rename(target)
