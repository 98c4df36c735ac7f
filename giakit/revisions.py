"""Which legal revision of the form holds for a year: told from the heads of the format files, which is quick.

The whole of a form is read by `giakit.formats`. To plan a batch, its revision is enough.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

from giakit.errors import FormatError
from giakit.language import Text

FOLDER = Path(__file__).parent / "formats"


class Term(NamedTuple):
    """A revision and the reporting years it holds for; without a last one until the next revision's first."""

    revision: str
    first_year: int
    last_year: int | None = None


def revision_for(year: int) -> str:
    """Return the name of the revision that holds for a reporting year, e.g. ``"2021"``.

    What stands below the head of its file is not looked at: `giakit.formats.for_year` does that.

    Raises
    ------
    FormatError
        If no revision holds for it, or the head of a format file cannot be read.
    """
    known = read_terms(FOLDER)
    for term in reversed(known):
        if term.first_year <= year and (term.last_year is None or year <= term.last_year):
            return term.revision
    raise FormatError(
        Text(
            "no form holds for the year {year}; the first known one holds from {first}",
            year=year,
            first=known[0].first_year,
        )
    )


@cache
def read_terms(folder: Path) -> tuple[Term, ...]:
    """Read the heads of all format files of a folder, oldest first.

    Raises
    ------
    FormatError
        With one message for each file that lacks them.
    """
    problems: list[Text | str] = []
    terms = []
    for path in sorted(folder.glob("*.toml")):
        try:
            terms.append(_read_term(path))
        except FormatError as error:
            problems += error.problems
    if problems:
        raise FormatError(*problems)
    return tuple(sorted(terms, key=lambda term: term.first_year))


def _read_term(path: Path) -> Term:
    try:
        # What belongs to no table stands before the first one, which begins a line.
        head, _, _ = path.read_text(encoding="utf-8").partition("\n[")
        found = tomllib.loads(head)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatError(Text("{file}: not a TOML file: {reason}", file=path.name, reason=error)) from None
    match found:
        case {"revision": str(revision), "first_year": int(first), "last_year": int(last)}:
            return Term(revision, first, last)
        case {"revision": str(revision), "first_year": int(first)}:
            return Term(revision, first)
    raise FormatError(
        Text("{file}: does not begin with `revision`, a text, and `first_year`, a number", file=path.name)
    )
