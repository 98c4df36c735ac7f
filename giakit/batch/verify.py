"""Whether the outputs are what was rendered: every hash computed again, every record held against the manifest.

Nothing is written. Rendering again is in `giakit.batch.rebuild`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from giakit.batch.manifest import NAME as MANIFEST
from giakit.batch.manifest import PAGE, TIMINGS, Manifest, ManifestEntry, build_manifest, read_manifest
from giakit.digests import digest_of
from giakit.errors import ParameterError
from giakit.language import Text, translate
from giakit.likeness.year import NAME as LIKENESS
from giakit.outputs import OutputFile, Outputs, ReportRecord, Seal
from giakit.outputs.folder import OutputFolder
from giakit.outputs.record import NAME as RECORD
from giakit.outputs.record import SEAL

_YEAR = re.compile("[0-9]{4}")
_DIGITS = 12  # of a hash, enough to tell two apart


@dataclass(frozen=True)
class Difference:
    """Something that is not as it was rendered; `organ` is empty for what belongs to no report."""

    organ: str
    problem: Text

    def __str__(self) -> str:
        if not self.organ:
            return str(self.problem)
        return translate("{organ}: {problem}", organ=self.organ, problem=self.problem)


@dataclass(frozen=True)
class Verified:
    """How many reports and files were looked at, and everything that differs."""

    reports: int
    files: int
    differences: tuple[Difference, ...]


def split_address(place: str) -> tuple[str, int]:
    """Return the outputs and the year of a year's folder such as ``outputs/2020``.

    Raises
    ------
    ParameterError
        If the last part is no year.

    >>> split_address("s3://年报/outputs/2020/")
    ('s3://年报/outputs', 2020)
    """
    if "://" in place:
        outputs, _, year = place.rstrip("/").rpartition("/")
    else:
        outputs, year = str(Path(place).parent), Path(place).name
    if not _YEAR.fullmatch(year):
        raise ParameterError(
            Text("{place}: the last part is no year; name a year's folder such as outputs/2020", place=place)
        )
    return outputs, int(year)


def verify_year(outputs: Outputs, year: int) -> Verified:
    """Hold every file of a year against its record, every record against the manifest.

    Raises
    ------
    ParameterError
        If there are no reports of that year.
    """
    standing = outputs.standing(year).values()
    every = zip(*((each.published, each.failure, each.correction) for each in standing), strict=True)
    records = [record for some in every for record in some if record]
    replaced = [seal.record for each in standing for seal in each.seals[:-1]]
    manifest = read_manifest(outputs, year)
    if not records and manifest is None:
        raise ParameterError(
            Text("{place}: there are no reports of {year}; render them first", place=outputs.address, year=year)
        )
    data = manifest.data if manifest else ()
    records += replaced
    known = [file.path for file in data]
    known += [f"{outputs.folder(seal.record)}/{SEAL}" for each in standing for seal in each.seals]
    differences = (
        *(each for record in records for each in _damaged_files(outputs, record)),
        *(broken for each in standing for broken in _broken_seals(each.seals)),
        *_against_manifest(outputs, year, manifest),
        *(each for file in data for each in _damaged_page(outputs, year, file)),
        *_unrecorded_files(outputs, year, records, known),
    )
    return Verified(len(records), len(data) + sum(len(record.outputs) for record in records), differences)


def _broken_seals(versions: Sequence[Seal]) -> Iterator[Difference]:
    """Yield where the seals of an organ do not follow one upon the other."""
    for number, seal in enumerate(versions, 1):
        organ, before = seal.record.organ, versions[number - 2].digest if number > 1 else ""
        if seal.version != number or seal.replaces != before:
            yield Difference(
                organ, Text("the seal of version {version} does not follow the one before it", version=seal.version)
            )


def _damaged_files(outputs: Outputs, record: ReportRecord) -> Iterator[Difference]:
    for file in record.outputs:
        name = f"{outputs.folder(record)}/{file.path}"
        try:
            content = outputs.read(record, file.path)
        except (FileNotFoundError, NotADirectoryError):
            content = None
        yield from _damaged(record.organ, name, file, content)


def _damaged_page(outputs: Outputs, year: int, file: OutputFile) -> Iterator[Difference]:
    yield from _damaged("", file.path, file, outputs.read_page(f"{year}/{file.path}"))


def _damaged(organ: str, name: str, file: OutputFile, content: bytes | None) -> Iterator[Difference]:
    if content is None:
        yield Difference(organ, Text("{file} is missing", file=name))
    else:
        yield from compare_hashes(organ, Text("{file} has changed", file=name), file.sha256, digest_of(content))


def compare_hashes(organ: str, what: Text, recorded: str, found: str) -> Iterator[Difference]:
    """Yield a difference with the first digits of both hashes if they are not the same."""
    if found != recorded:
        yield Difference(
            organ,
            Text(
                "{what}: recorded {recorded}…, found {found}…",
                what=what,
                recorded=recorded[:_DIGITS],
                found=found[:_DIGITS],
            ),
        )


def _against_manifest(outputs: Outputs, year: int, manifest: Manifest | None) -> Iterator[Difference]:
    """Yield how the records differ from the manifest, which the last batch wrote."""
    if manifest is None:
        yield Difference("", Text("{file} is missing or of another version of giakit", file=MANIFEST))
        return
    now = build_manifest(year, outputs, manifest.unreadable, manifest.data, manifest.notices)
    listed, found = ({each.organ: each for each in one.reports} for one in (manifest, now))
    for organ in sorted({*listed, *found}):
        yield from _compare_entries(organ, listed.get(organ), found.get(organ))
    if listed == found and manifest != now:
        yield Difference("", Text("{file} has changed", file=MANIFEST))


def _compare_entries(organ: str, listed: ManifestEntry | None, found: ManifestEntry | None) -> Iterator[Difference]:
    if listed and found and listed.releases != found.releases:
        yield Difference(organ, Text("its seals differ from the manifest"))
    for kind in ("published", "failure", "correction"):
        old: ReportRecord | None = getattr(listed, kind, None)
        new: ReportRecord | None = getattr(found, kind, None)
        if old == new:
            continue
        if new is None:
            yield Difference(organ, Text("the manifest lists a report that is not there or has no readable record"))
        elif old is None:
            yield Difference(organ, Text("the manifest does not list this report; was it rendered by itself?"))
        else:
            fields = "、".join(_different_fields(old, new))
            yield Difference(organ, Text("its record differs from the manifest: {fields}", fields=fields))


def _different_fields(old: ReportRecord, new: ReportRecord) -> Iterator[str]:
    """Yield what differs between two records: the paths of files, the names of other fields."""
    for name in ReportRecord.model_fields:
        if name == "outputs":
            yield from (path for path, *_ in different_files(old.outputs, new.outputs))
        elif getattr(old, name) != getattr(new, name):
            yield name


def different_files(old: Iterable[OutputFile], new: Iterable[OutputFile]) -> Iterator[tuple[str, str, str]]:
    """Yield path and both hashes of each file that differs; a hash is empty where there is no such file."""
    before, after = ({each.path: each.sha256 for each in files} for files in (old, new))
    for path in sorted({*before, *after}):
        hashes = before.get(path, ""), after.get(path, "")
        if hashes[0] != hashes[1]:
            yield path, *hashes


def _unrecorded_files(
    outputs: Outputs, year: int, records: Iterable[ReportRecord], others: Iterable[str]
) -> Iterator[Difference]:
    """Yield the files of a year that no record and no list names; hidden ones are a writer's or the system's own."""
    if not isinstance(outputs, OutputFolder):
        return
    folder = outputs.root / str(year)
    known = {MANIFEST, LIKENESS, TIMINGS, PAGE, *others}
    for record in records:
        place = outputs.folder(record)
        known |= {f"{place}/{path}" for path in (RECORD, *(file.path for file in record.outputs))}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.as_posix() not in known and not any(part.startswith(".") for part in name.parts):
            yield Difference("", Text("{file} is in no record", file=name.as_posix()))
