"""The manifest of a year: every report with the hashes of what went in and what came out.

It holds no times but those of releases, which stand in the seals, so the same outputs give the same bytes; how long
each report took stands apart in ``timings.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Literal

from pydantic import Field

from giakit.digests import digest_of
from giakit.findings import Finding, Message
from giakit.outputs import Outcome, OutputFile, Outputs, ReportRecord, Seal, Standing
from giakit.statistics import Record

NAME = "manifest.json"
PAGE = "index.html"  # what `giakit.batch.page` makes of it
TIMINGS = "timings.json"

Change = Literal["new", "rendered", "no_longer_published", "outcome", "released"]


class Unreadable(Record):
    """A sheet or a whole workbook that no report can be made of; `sheet` is empty for a workbook."""

    workbook: str
    sheet: str = ""
    problems: tuple[Finding | Message, ...]


class Release(Record):
    """A released version: what its seal says, and the SHA-256 of that.

    `record` and `folder` are those of a version that a correction has replaced; the newest is the published report.
    """

    version: int
    by: str
    at: str
    reason: str = ""
    seal: str
    record: ReportRecord | None = None
    folder: str = ""


class ManifestEntry(Record):
    """An organ's report: the published one, the attempt that failed since, its releases, and an open correction.

    `folder`, `failure_folder` and `correction_folder` say where their files stand, from the year's folder. In the
    records, ``inputs.environment`` holds one name, ``digest``, that is found among the manifest's `environments`.
    """

    organ: str
    name: str
    published: ReportRecord | None = None
    folder: str = ""
    failure: ReportRecord | None = None
    failure_folder: str = ""
    releases: tuple[Release, ...] = ()
    correction: ReportRecord | None = None
    correction_folder: str = ""

    @property
    def outcome(self) -> Outcome:
        """How the last attempt ended."""
        last = self.failure or self.published
        assert last is not None  # noqa: S101 - an entry has one of them
        return last.outcome


class Manifest(Record):
    """Every report of a year, by organ; `environments` are the versions they were made with, by digest.

    `data` are the files of the open data of all published reports, see `giakit.batch.county`. `notices` say of released
    reports, by organ, what the last batch found to be done about them.
    """

    year: int
    environments: dict[str, dict[str, str]]
    reports: tuple[ManifestEntry, ...]
    unreadable: tuple[Unreadable, ...] = ()
    data: tuple[OutputFile, ...] = ()
    notices: dict[str, Message] = Field(default_factory=dict)

    @property
    def file(self) -> bytes:
        """The manifest as it is written."""
        return (self.model_dump_json(indent=1, exclude_defaults=True) + "\n").encode()


def build_manifest(
    year: int,
    outputs: Outputs,
    unreadable: Iterable[Unreadable] = (),
    data: tuple[OutputFile, ...] = (),
    notices: Mapping[str, Message] | None = None,
) -> Manifest:
    """List every report of a year from the records and seals in the outputs."""
    lister = _Lister(outputs)
    reports = lister.list_reports(year)
    return Manifest(
        year=year,
        environments=dict(sorted(lister.environments.items())),
        reports=reports,
        unreadable=tuple(sorted(unreadable, key=lambda each: (each.workbook, each.sheet))),
        data=data,
        notices=dict(sorted((notices or {}).items())),
    )


class _Lister:
    """The entries of a year, their environments put together."""

    def __init__(self, outputs: Outputs) -> None:
        self.outputs = outputs
        self.environments: dict[str, dict[str, str]] = {}

    def list_reports(self, year: int) -> tuple[ManifestEntry, ...]:
        standing = self.outputs.standing(year)
        return tuple(self._entry(organ, each, last) for organ, each in standing.items() if (last := each.last))

    def _entry(self, organ: str, standing: Standing, last: ReportRecord) -> ManifestEntry:
        seals = standing.seals
        return ManifestEntry(
            organ=organ,
            name=last.name,
            published=self._shortened(standing.published),
            folder=self._folder(standing.published),
            failure=self._shortened(standing.failure),
            failure_folder=self._folder(standing.failure),
            releases=tuple(self._release(seal, newest=seal is seals[-1]) for seal in seals),
            correction=self._shortened(standing.correction),
            correction_folder=self._folder(standing.correction),
        )

    def _release(self, seal: Seal, *, newest: bool) -> Release:
        return Release(
            version=seal.version,
            by=seal.by,
            at=seal.at.isoformat(),
            reason=seal.reason,
            seal=seal.digest,
            record=None if newest else self._shortened(seal.record),
            folder="" if newest else self._folder(seal.record),
        )

    def _folder(self, record: ReportRecord | None) -> str:
        return self.outputs.folder(record) if record else ""

    def _shortened(self, record: ReportRecord | None) -> ReportRecord | None:
        if record is None:
            return None
        digest = digest_of(json.dumps(record.inputs.environment, sort_keys=True))[:16]
        self.environments[digest] = record.inputs.environment
        inputs = record.inputs.model_copy(update={"environment": {"digest": digest}})
        return record.model_copy(update={"inputs": inputs})


def read_manifest(outputs: Outputs, year: int) -> Manifest | None:
    """Return a year's manifest, or ``None`` where there is none or one of another version of giakit."""
    content = outputs.read_page(f"{year}/{NAME}")
    try:
        return Manifest.model_validate_json(content) if content else None
    except ValueError:
        return None


class Changed(Record):
    """What the last run changed about one organ."""

    organ: str
    change: Change
    before: Outcome | None = None
    after: Outcome | None = None


def compare_manifests(before: Manifest | None, after: Manifest) -> tuple[Changed, ...]:
    """Return what changed between two manifests of a year, by organ."""
    old = {each.organ: each for each in before.reports} if before else {}
    new = {each.organ: each for each in after.reports}
    return tuple(
        change for organ in sorted({*old, *new}) if (change := _compare(organ, old.get(organ), new.get(organ)))
    )


def _compare(organ: str, old: ManifestEntry | None, new: ManifestEntry | None) -> Changed | None:
    before, after = old and old.outcome, new and new.outcome
    if old is None:
        return Changed(organ=organ, change="new", after=after)
    if new is None:
        return Changed(organ=organ, change="no_longer_published", before=before)
    if before != after:
        return Changed(organ=organ, change="outcome", before=before, after=after)
    if old.releases != new.releases:
        return Changed(organ=organ, change="released", before=before, after=after)
    if old != new:
        return Changed(organ=organ, change="rendered", before=before, after=after)
    return None


def write_timings(outputs: Outputs, year: int, seconds: Mapping[str, Mapping[str, float]]) -> None:
    """Bring a year's ``timings.json`` up to date: seconds by organ and step of the reports that were rendered."""
    content = outputs.read_page(f"{year}/{TIMINGS}")
    known = json.loads(content) if content else {}
    text = json.dumps(dict(sorted({**known, **seconds}.items())), ensure_ascii=False, indent=1)
    outputs.write_page(f"{year}/{TIMINGS}", f"{text}\n".encode())
