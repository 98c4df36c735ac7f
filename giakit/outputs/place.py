"""What any place of outputs can do, and how the place behind an address is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from giakit.outputs.record import ReportRecord
from giakit.outputs.seal import Seal


@dataclass(frozen=True)
class Standing:
    """What there is of an organ's report of a year.

    Attributes
    ----------
    published
        The record of the published report; of a released one, that in its seal.
    failure
        That of the attempt that failed since a report was last published.
    correction
        That of a correction which has not been released yet.
    seals
        Those of every released version, the oldest first.
    """

    published: ReportRecord | None = None
    failure: ReportRecord | None = None
    correction: ReportRecord | None = None
    seals: tuple[Seal, ...] = ()

    @property
    def last(self) -> ReportRecord | None:
        """The record of the last attempt to publish it."""
        return self.failure or self.published


def standing_by_organ(
    published: Mapping[str, ReportRecord],
    failures: Mapping[str, ReportRecord],
    corrections: Mapping[str, ReportRecord],
    seals: Mapping[str, tuple[Seal, ...]],
) -> dict[str, Standing]:
    """Put together what was found of each organ."""
    return {
        organ: Standing(published.get(organ), failures.get(organ), corrections.get(organ), seals.get(organ, ()))
        for organ in sorted({*published, *failures, *corrections, *seals})
    }


class Outputs(Protocol):
    """A folder of outputs, ``<year>/<organ>/`` a report, on this machine or behind an fsspec address."""

    @property
    def address(self) -> str:
        """The folder as a person wrote it; a worker elsewhere opens the same place by it."""

    def standing(self, year: int) -> dict[str, Standing]:
        """Return what there is of a year's reports, by organ."""

    def records(self, year: int) -> dict[str, ReportRecord]:
        """Return the records of a year's published reports, by organ."""
        return {organ: each.published for organ, each in self.standing(year).items() if each.published}

    def failures(self, year: int) -> dict[str, ReportRecord]:
        """Return the records of a year's failed attempts, by organ."""
        return {organ: each.failure for organ, each in self.standing(year).items() if each.failure}

    def corrections(self, year: int) -> dict[str, ReportRecord]:
        """Return the records of a year's corrections that have not been released yet, by organ."""
        return {organ: each.correction for organ, each in self.standing(year).items() if each.correction}

    def seals(self, year: int) -> dict[str, tuple[Seal, ...]]:
        """Return the seals of every released version of a year's reports, by organ, the oldest first."""
        return {organ: each.seals for organ, each in self.standing(year).items() if each.seals}

    def is_whole(self, record: ReportRecord) -> bool:
        """Whether every file of a record is there in its size."""

    def folder(self, record: ReportRecord) -> str:
        """Return where the files of a record stand, from the year's folder."""

    def read(self, record: ReportRecord, path: str) -> bytes:
        """Return a file of a report.

        Raises
        ------
        FileNotFoundError
            If it is not there.
        """

    def read_all(self, records: Iterable[ReportRecord], path: str) -> dict[str, bytes]:
        """Return the same file of several reports, by organ; those not there are left out."""

    def publish(self, record: ReportRecord, files: Mapping[str, bytes]) -> None:
        """Put a report in its place, whole or not at all.

        What is left of a failed attempt, and a correction, go beside the published report, which stays as it is.

        Raises
        ------
        ReportSealed
            If the report that stands there has been released, or a correction corrects another version than that.
        """

    def seal(self, seal: Seal) -> None:
        """Release the report that stands, or the open correction: from then on nothing of it changes any more.

        A correction takes the place of the version before, which is kept beside it under its number.

        Raises
        ------
        ReportRefused
            If the report of the seal's record no longer stands there, or a file of it is not as recorded.
        ReportSealed
            If it has been released before.
        """

    def forget_correction(self, record: ReportRecord) -> None:
        """Remove a correction that has not been released."""

    def forget_failure(self, record: ReportRecord) -> None:
        """Remove what was kept of a failed attempt."""

    def read_page(self, name: str) -> bytes | None:
        """Return a file beside the reports such as ``2020/manifest.json``, or ``None``."""

    def write_page(self, name: str, content: bytes) -> None:
        """Write a file beside the reports, whole or not at all; one that holds the same is left alone."""

    def lock(self) -> AbstractContextManager[None]:
        """Keep others from writing here; complete or undo what a killed process left.

        Raises
        ------
        OutputsBusy
            If another process holds it.
        """


def open_outputs(address: str | Path) -> Outputs:
    """Open the place behind an address: a folder, or any address of fsspec such as ``s3://bucket/outputs``."""
    from giakit.outputs.folder import OutputFolder
    from giakit.storage import is_address, local_path

    if isinstance(address, str) and is_address(address):
        from giakit.outputs.remote import RemoteOutputs

        return RemoteOutputs(address)
    return OutputFolder(local_path(str(address)))
