"""Blank forms: an organ's facts, what last year's report tells, and all else left to the clerk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from giakit import formats
from giakit.errors import FormatError, ParameterError
from giakit.forms.blocks import YEAR
from giakit.forms.carried import carried_values
from giakit.forms.fields import load_blocks
from giakit.forms.write import write_workbook
from giakit.hints import hint
from giakit.language import Text
from giakit.project import is_safe_key
from giakit.statistics import Entry, Statistics

if TYPE_CHECKING:
    from pathlib import Path

    from giakit.formats import Format

Facts = Mapping[str, str]
"""An organ's facts by key: ``organ.key``, ``organ.name``, ``organ.level`` …"""

_FILE_NAME = 200  # bytes: every file system takes 255, some tools add to it


def facts_of(statistics: Statistics) -> dict[str, str]:
    """Return the facts of an organ that stay the same from year to year."""
    keys = [field.key for field in load_blocks().organ.fields if field.key != YEAR]
    return {key: statistics.entry(key).text for key in keys}


def find_facts(name: str, previous: Sequence[Statistics]) -> dict[str, str]:
    """Return the facts of an organ by its key or a name, from last year's reports.

    Without last year's reports the name is all that is known; it becomes the key, too.

    Raises
    ------
    ParameterError
        If there are reports, but none or several of that name; the message names the nearest.
    """
    if not previous:
        return {"organ.key": name, "organ.name": name}
    every = [facts_of(each) for each in previous]
    by_key = [facts for facts in every if facts["organ.key"] == name]
    found = by_key or [facts for facts in every if name in {facts["organ.name"], facts["organ.full_name"]}]
    if len(found) == 1:
        return found[0]
    if found:
        keys = "、".join(facts["organ.key"] for facts in found)
        raise ParameterError(
            Text("several organs are called {name}; name one by its key: {keys}", name=name, keys=keys)
        )
    known = [facts[key] for facts in every for key in ("organ.key", "organ.name", "organ.full_name")]
    raise ParameterError(
        Text(
            "no organ is called {name} in last year's workbooks; {known}",
            name=name,
            known=hint(name, known, [facts["organ.name"] for facts in every]),
        )
    )


def build_blank(year: int, facts: Facts, previous: Statistics | None = None) -> Statistics:
    """Build the statistics that a blank form shows.

    Parameters
    ----------
    facts
        The organ's; those that are missing are taken from `previous`.
    previous
        The report of the year before. What it determines is filled in (rules of the kinds carry-over and, where
        nothing of this year is needed, roll-forward); its figures become cell comments.

    Raises
    ------
    ParameterError
        If no form holds for the year, or `previous` is of another.
    """
    form = _format(year)
    if previous is not None and previous.year != year - 1:
        raise ParameterError(
            Text(
                "{name}: the figures given as last year's are of {found}, not {expected}",
                name=previous.entry("organ.name").text,
                found=previous.year,
                expected=year - 1,
            )
        )
    known = {**(facts_of(previous) if previous else {}), **{key: text for key, text in facts.items() if text}}
    return Statistics(
        year=year,
        revision=form.revision,
        entries=tuple(Entry(key=key, text=text) for key, text in known.items()),
        values=tuple(carried_values(form, previous)) if previous else (),
    )


def write_blank_form(path: Path, year: int, facts: Facts, previous: Statistics | None = None) -> None:
    """Write an organ's blank form, with everything but the cells to fill in protected; see `build_blank`."""
    write_workbook(path, [build_blank(year, facts, previous)], protected=True)


def write_blank_forms(
    year: int,
    organs: Sequence[Facts],
    folder: Path,
    previous: Sequence[Statistics] = (),
    *,
    overwrite: bool = False,
) -> list[Path]:
    """Write one file for each organ, named ``key_year.xlsx``, and return the files in that order.

    Parameters
    ----------
    previous
        Last year's reports in any order; an organ's own is found by its key, and one without any has a form without
        last year's figures.
    overwrite
        Whether files that are there already are replaced.

    Raises
    ------
    ParameterError
        With every problem at once, before anything is written: keys that are missing, unsafe or the same, files that
        are there, reports of another year.
    """
    keyed = [(each.entry("organ.key").text, each) for each in previous if each.entry("organ.key")]
    problems: list[Text | str] = [*_key_problems(organs), *_repeated([key for key, _ in keyed])]
    if problems:
        raise ParameterError(*problems)
    paths = [folder / _file_name(facts["organ.key"], year) for facts in organs]
    if not overwrite:
        problems = [Text("{file} is there already", file=path) for path in paths if path.exists()]
    blanks, by_key = [], dict(keyed)
    for facts in organs:
        try:
            blanks.append(build_blank(year, facts, by_key.get(facts["organ.key"])))
        except ParameterError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise ParameterError(*problems)
    folder.mkdir(parents=True, exist_ok=True)
    for path, blank in zip(paths, blanks, strict=True):
        write_workbook(path, [blank], protected=True)
    return paths


# ---- files ---------------------------------------------------------------------------------------------------------


def _file_name(key: str, year: int) -> str:
    return f"{key.replace('/', '_')}_{year}.xlsx"


def _key_problems(organs: Sequence[Facts]) -> Iterator[Text]:
    keys = [facts.get("organ.key", "") for facts in organs]
    for key, facts in zip(keys, organs, strict=True):
        if not key:
            yield Text("an organ has no key: {name}", name=facts.get("organ.name", "?"))
        elif not is_safe_key(key) or len(_file_name(key, 0).encode()) > _FILE_NAME:
            yield Text("{found} cannot name a file", found=key)
    yield from _repeated([key for key in keys if key])


def _repeated(keys: Sequence[str]) -> Iterator[Text]:
    """Yield each key that names the same file as one before it, also where case does not count."""
    seen: set[str] = set()
    for key in keys:
        name = _file_name(key, 0).casefold()
        if name in seen:
            yield Text("two organs have the key {key}", key=key)
        seen.add(name)


def _format(year: int) -> Format:
    try:
        return formats.for_year(year)
    except FormatError as error:
        raise ParameterError(*error.problems) from None
