"""Releasing reports: each is sealed with who released it, when, and the hash of every file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from giakit.batch.listing import write_lists
from giakit.errors import GiakitError, ParameterError, ReportRefused
from giakit.hints import hint
from giakit.language import Text
from giakit.outputs import Outputs, Seal, Standing


@dataclass(frozen=True)
class Sealing:
    """What became of one report: its seal, and why there is no new one."""

    organ: str
    seal: Seal | None
    new: bool = False
    problems: tuple[object, ...] = ()


def seal_reports(outputs: Outputs, year: int, organs: Sequence[str], by: str, at: datetime) -> list[Sealing]:
    """Seal reports of a year, each for itself, and bring the manifest and the index page up to date.

    Parameters
    ----------
    organs
        Keys or names of organs; none means all.
    by
        Who releases them; stands in the seal, the manifest and on the index page, never in what is published.
    at
        When, see `giakit.release.now`.

    Raises
    ------
    ParameterError
        If there is no such organ, before anything is sealed.
    OutputsBusy
        If another giakit is writing into the outputs.
    """
    name = _checked_name(by)
    with outputs.lock():
        standing = _read_standing(outputs, year)
        chosen = _choose(standing, organs, year)
        done = [_seal(outputs, organ, standing[organ], name, at) for organ in chosen]
        write_lists(outputs, year, {each.organ: None for each in done if each.new})
    return done


def _checked_name(by: str) -> str:
    name = by.strip()
    if not name or not name.isprintable():
        raise ParameterError(Text("--by: {found} is no name; write who releases the reports", found=repr(by)))
    return name


def _read_standing(outputs: Outputs, year: int) -> dict[str, Standing]:
    standing = {organ: each for organ, each in outputs.standing(year).items() if each.last}
    if not standing:
        raise ParameterError(
            Text("{place}: there are no reports of {year}; render them first", place=outputs.address, year=year)
        )
    return standing


def _choose(standing: dict[str, Standing], names: Sequence[str], year: int) -> list[str]:
    if not names:
        return list(standing)
    called = {organ: organ for organ in standing}
    for organ, each in standing.items():
        called.setdefault(each.last.name if each.last else organ, organ)
    unknown = [
        Text(
            "there is no report of {town} for {year}; {known}", town=name, year=year, known=hint(name, called, standing)
        )
        for name in names
        if name not in called
    ]
    if unknown:
        raise ParameterError(*unknown)
    return list(dict.fromkeys(called[name] for name in names))


def _seal(outputs: Outputs, organ: str, standing: Standing, by: str, at: datetime) -> Sealing:
    last = standing.seals[-1] if standing.seals else None
    if last and not standing.correction:
        return Sealing(organ, last)
    try:
        seal = _make_seal(organ, standing, last, by, at)
        outputs.seal(seal)
    except GiakitError as error:
        return Sealing(organ, last, problems=error.problems)
    return Sealing(organ, seal, new=True)


def _make_seal(organ: str, standing: Standing, last: Seal | None, by: str, at: datetime) -> Seal:
    record = standing.correction or standing.published
    if standing.failure:
        raise ReportRefused(
            Text(
                "{organ}: the last attempt did not come to a report ({reason}), and an older one is not released in "
                "its place; mend it, render it, look at it, then seal it",
                organ=organ,
                reason=next(iter(standing.failure.problems), standing.failure.outcome),
            )
        )
    assert record is not None  # noqa: S101 - without a failure there is a report
    if record.draft:
        raise ReportRefused(
            Text("{organ}: a draft is not released; mend its errors and render it without `override`", organ=organ)
        )
    if not any(PurePosixPath(file.path).parts[0] == "public" for file in record.outputs):
        raise ReportRefused(Text("{organ}: there is nothing to publish", organ=organ))
    return Seal(
        version=record.version,
        by=by,
        at=at,
        reason=record.correction.reason if record.correction else "",
        replaces=last.digest if last else "",
        record=record,
    )
