"""The manifest of a year: every report with the hashes of what went in and what came out.

It holds no times, so the same inputs give the same bytes; how long each report took stands apart in ``timings.json``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Literal

from giakit.findings import Finding, Message
from giakit.outputs import Outcome, OutputFile, Outputs, ReportRecord
from giakit.sources import digest_of
from giakit.statistics import Record

NAME = "manifest.json"
TIMINGS = "timings.json"

Change = Literal["new", "rendered", "no_longer_published", "outcome"]


class Unreadable(Record):
    """A sheet or a whole workbook that no report can be made of; `sheet` is empty for a workbook."""

    workbook: str
    sheet: str = ""
    problems: tuple[Finding | Message, ...]


class ManifestEntry(Record):
    """An organ's report: the published one, and the attempt that failed since, if any.

    `folder` and `failure_folder` say where their files stand, from the year's folder. In the records,
    ``inputs.environment`` holds one name, ``digest``, that is found among the manifest's `environments`.
    """

    organ: str
    name: str
    published: ReportRecord | None = None
    folder: str = ""
    failure: ReportRecord | None = None
    failure_folder: str = ""

    @property
    def outcome(self) -> Outcome:
        """How the last attempt ended."""
        last = self.failure or self.published
        assert last is not None  # noqa: S101 - an entry has one of them
        return last.outcome


class Manifest(Record):
    """Every report of a year, by organ; `environments` are the versions they were made with, by digest.

    `data` are the files of the open data of all published reports, see `giakit.batch.county`.
    """

    year: int
    environments: dict[str, dict[str, str]]
    reports: tuple[ManifestEntry, ...]
    unreadable: tuple[Unreadable, ...] = ()
    data: tuple[OutputFile, ...] = ()

    @property
    def file(self) -> bytes:
        """The manifest as it is written."""
        return (self.model_dump_json(indent=1, exclude_defaults=True) + "\n").encode()


def build_manifest(
    year: int, outputs: Outputs, unreadable: Iterable[Unreadable] = (), data: tuple[OutputFile, ...] = ()
) -> Manifest:
    """List every report of a year from the records in the outputs."""
    published, failures = outputs.records(year), outputs.failures(year)
    environments: dict[str, dict[str, str]] = {}

    def shortened(record: ReportRecord | None) -> ReportRecord | None:
        if record is None:
            return None
        digest = digest_of(json.dumps(record.inputs.environment, sort_keys=True))[:16]
        environments[digest] = record.inputs.environment
        inputs = record.inputs.model_copy(update={"environment": {"digest": digest}})
        return record.model_copy(update={"inputs": inputs})

    def entry(organ: str) -> ManifestEntry:
        record, failure = published.get(organ), failures.get(organ)
        last = failure or record
        assert last is not None  # noqa: S101 - `organ` is a key of one of them
        return ManifestEntry(
            organ=organ,
            name=last.name,
            published=shortened(record),
            folder=outputs.folder(record) if record else "",
            failure=shortened(failure),
            failure_folder=outputs.folder(failure) if failure else "",
        )

    reports = tuple(entry(organ) for organ in sorted({*published, *failures}))
    return Manifest(
        year=year,
        environments=dict(sorted(environments.items())),
        reports=reports,
        unreadable=tuple(sorted(unreadable, key=lambda each: (each.workbook, each.sheet))),
        data=data,
    )


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
    if old != new:
        return Changed(organ=organ, change="rendered", before=before, after=after)
    return None


def write_timings(outputs: Outputs, year: int, seconds: Mapping[str, Mapping[str, float]]) -> None:
    """Bring a year's ``timings.json`` up to date: seconds by organ and step of the reports that were rendered."""
    content = outputs.read_page(f"{year}/{TIMINGS}")
    known = json.loads(content) if content else {}
    text = json.dumps(dict(sorted({**known, **seconds}.items())), ensure_ascii=False, indent=1)
    outputs.write_page(f"{year}/{TIMINGS}", f"{text}\n".encode())
