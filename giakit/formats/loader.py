"""Reading and checking format files; choosing the one that holds for a year."""

from __future__ import annotations

import tomllib
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from pydantic import ValidationError

from giakit.errors import FormatError
from giakit.formats.consistency import inconsistencies
from giakit.formats.model import Format
from giakit.formats.rules import RULE_KINDS
from giakit.hints import nearest
from giakit.language import Text
from giakit.revisions import FOLDER, revision_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path


def for_year(year: int) -> Format:
    """Return the revision that holds for a reporting year.

    Raises
    ------
    FormatError
        If no revision holds for it.
    """
    return for_revision(revision_for(year))


def for_revision(revision: str) -> Format:
    """Return the revision with this name, e.g. ``"2021"``.

    Raises
    ------
    FormatError
        If there is none.
    """
    known = {form.revision: form for form in load_formats(FOLDER)}
    if revision not in known:
        raise FormatError(
            Text("no form is called {revision}; known are {known}", revision=revision, known=", ".join(known))
        )
    return known[revision]


@cache
def load_formats(folder: Path) -> tuple[Format, ...]:
    """Read all format files of a folder, oldest first; a revision without `last_year` ends where the next begins.

    Raises
    ------
    FormatError
        With every problem of every file, and every gap or overlap of years between them.
    """
    problems: list[Text | str] = []
    found: list[Format] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            found.append(read_format(path))
        except FormatError as error:
            problems += error.problems
    found.sort(key=lambda form: form.first_year)
    problems += _year_problems(found)
    if problems:
        raise FormatError(*problems)
    closed = [
        before.model_copy(update={"last_year": after.first_year - 1}) if before.last_year is None else before
        for before, after in pairwise(found)
    ]
    return (*closed, *found[-1:])


def read_format(path: Path) -> Format:
    """Read one format file.

    Raises
    ------
    FormatError
        With one message a problem, each naming the file and the key.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormatError(Text("{file}: not a TOML file: {reason}", file=path.name, reason=error)) from None
    try:
        form = Format.model_validate(data)
    except ValidationError as error:
        raise FormatError(*(_schema_problem(path, problem) for problem in error.errors())) from None
    problems = [
        Text("{file}: {key}: {reason}", file=path.name, key=key, reason=reason) for key, reason in inconsistencies(form)
    ]
    if problems:
        raise FormatError(*problems)
    return form


def _schema_problem(path: Path, problem: object) -> Text:
    assert isinstance(problem, dict)  # noqa: S101 - pydantic's ErrorDetails is a TypedDict
    names = [part for part in problem["loc"] if part not in RULE_KINDS]
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in names).lstrip(".")
    reason = str(problem["msg"])
    if problem["type"] == "extra_forbidden":
        hint = nearest(str(names[-1]), _known_keys())
        known = Text("unknown key; did you mean `{hint}`?", hint=hint) if hint else Text("unknown key")
        return Text("{file}: {key}: {reason}", file=path.name, key=key, reason=known)
    if problem["type"] != "missing" and isinstance(problem.get("input"), str | int | float):
        reason = f"{reason}, found {problem['input']!r}"
    return Text("{file}: {key}: {reason}", file=path.name, key=key, reason=reason)


def _known_keys() -> set[str]:
    definitions = Format.model_json_schema()
    models: Iterable[dict[str, dict[str, object]]] = (definitions, *definitions["$defs"].values())
    return {key for model in models for key in model.get("properties", {})}


def _year_problems(forms: Sequence[Format]) -> Iterator[Text]:
    for before, after in pairwise(forms):
        if before.first_year == after.first_year or (
            before.last_year is not None and before.last_year >= after.first_year
        ):
            yield Text(
                "the forms {before} and {after} both hold for {year}",
                before=before.revision,
                after=after.revision,
                year=after.first_year,
            )
        elif before.last_year is not None and before.last_year + 1 < after.first_year:
            yield Text(
                "no form holds for {year}, between {before} and {after}",
                year=before.last_year + 1,
                before=before.revision,
                after=after.revision,
            )
