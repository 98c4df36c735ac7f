"""The seal of a released report: who released it, when, and exactly which bytes.

A seal is a record, not a signature: whoever may write into the outputs could forge one. What shows that is the
manifest, which keeps the hash of every seal, in the office's own archive.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import AwareDatetime, Field, PrivateAttr

from giakit.digests import digest_of
from giakit.errors import ReportRefused, ReportSealed
from giakit.language import Text
from giakit.outputs.record import NAME, ReportRecord
from giakit.statistics import Record

if TYPE_CHECKING:
    from giakit.outputs.place import Outputs


class Seal(Record):
    """The release of one version of a report.

    Where there is a seal, readers trust it in place of the record beside it. That it is there is what protects a
    report: also a seal that this version of giakit cannot read.

    Attributes
    ----------
    version
        1 for the report as first released, one more for each correction.
    by
        Who released it; never published.
    at
        When, with the offset of the clock.
    reason
        Why it was corrected; empty for the first version.
    replaces
        The SHA-256 of the seal of the version before; empty for the first version.
    record
        The report's record, which holds the SHA-256 of every file.
    """

    version: int = Field(ge=1)
    by: str = Field(min_length=1)
    at: AwareDatetime
    reason: str = ""
    replaces: str = ""
    record: ReportRecord
    _file: bytes = PrivateAttr(b"")

    @property
    def file(self) -> bytes:
        """The seal as it is written; as it was written, where it was read: later versions of giakit may write more."""
        return self._file or (self.model_dump_json(indent=1) + "\n").encode()

    @property
    def digest(self) -> str:
        """The SHA-256 of the seal's file."""
        return digest_of(self.file)

    @property
    def day(self) -> str:
        """The day of release, e.g. 2021-01-20."""
        return self.at.date().isoformat()


def parse_seal(content: bytes | None) -> Seal | None:
    """Read a seal; ``None`` for one that is damaged or of a later version of giakit, which protects all the same."""
    try:
        seal = Seal.model_validate_json(content or b"")
    except ValueError:
        return None
    seal._file = content or b""  # noqa: SLF001 - a seal is made of a file here
    return seal


def in_order(seals: Iterable[Seal]) -> tuple[Seal, ...]:
    """Return one seal for each version, the oldest first; of two the first given is taken."""
    versions: dict[int, Seal] = {}
    for seal in seals:
        versions.setdefault(seal.version, seal)
    return tuple(versions[version] for version in sorted(versions))


def altered_files(outputs: Outputs, record: ReportRecord) -> list[str]:
    """Return the paths of files of a report that are missing or not as recorded."""
    return [file.path for file in record.outputs if _digest(outputs, record, file.path) != file.sha256]


def _digest(outputs: Outputs, record: ReportRecord, path: str) -> str:
    try:
        return digest_of(outputs.read(record, path))
    except (FileNotFoundError, NotADirectoryError):
        return ""


def check_unaltered(outputs: Outputs, seal: Seal, standing: ReportRecord | None) -> None:
    """Make sure that what a seal releases stands there, every file as it was rendered.

    Raises
    ------
    ReportRefused
        If another report stands there, or with the files that have changed.
    """
    altered = altered_files(outputs, seal.record)
    if altered or standing != seal.record:
        raise altered_error(seal.record, altered)


def altered_error(record: ReportRecord, paths: Iterable[str]) -> ReportRefused:
    """Return what to raise where a report is no longer as it was rendered."""
    return ReportRefused(
        Text(
            "{organ} {year} is not as it was rendered and cannot be released ({files}); render it again, look at it, "
            "then seal it",
            organ=record.organ,
            year=record.year,
            files=", ".join(paths) or NAME,
        )
    )


def check_corrects(record: ReportRecord, seal: Seal | None, folder: str) -> None:
    """Make sure that a correction corrects the version that was released last.

    Raises
    ------
    ReportSealed
        If another was, or the seal cannot be read.
    """
    if seal is None or seal.version != record.version - 1:
        raise sealed_error(seal, folder)


def sealed_error(seal: Seal | None, folder: str) -> ReportSealed:
    """Return what to raise instead of overwriting a released report; ``None`` is a seal that cannot be read."""
    if seal is None:
        return ReportSealed(
            Text(
                "{folder}: this report has been released and is never overwritten, but its seal cannot be read by this "
                "version of giakit; take the version that sealed it, or bring the seal back from a backup",
                folder=folder,
            )
        )
    return ReportSealed(
        Text(
            "{organ}'s report of {year} was released on {day} by {by} and is never overwritten; "
            "`giakit correct` makes a corrected version beside it.",
            organ=seal.record.organ,
            year=seal.record.year,
            day=seal.day,
            by=seal.by,
        )
    )
