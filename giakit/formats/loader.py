"""Reading and checking format files; choosing the one that holds for a year."""

from __future__ import annotations

import tomllib
from collections import Counter
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from giakit.errors import FormatError, nearest
from giakit.formats.model import Column, Format, Row, Rule, SumRule, Table
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FOLDER = Path(__file__).parent


def for_year(year: int) -> Format:
    """Return the revision that holds for a reporting year.

    Raises
    ------
    FormatError
        If no revision holds for it.
    """
    known = load_formats(FOLDER)
    for form in reversed(known):
        if form.first_year <= year and (form.last_year is None or year <= form.last_year):
            return form
    raise FormatError(
        Text(
            "no form holds for the year {year}; the first known one holds from {first}",
            year=year,
            first=known[0].first_year,
        )
    )


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
        Text("{file}: {key}: {reason}", file=path.name, key=key, reason=reason)
        for key, reason in _inconsistencies(form)
    ]
    if problems:
        raise FormatError(*problems)
    return form


def _schema_problem(path: Path, problem: object) -> Text:
    assert isinstance(problem, dict)  # noqa: S101 - pydantic's ErrorDetails is a TypedDict
    names = [part for part in problem["loc"] if not (isinstance(part, str) and part in {"sum", "balance"})]
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


def _inconsistencies(form: Format) -> Iterator[tuple[str, object]]:
    """Yield key and reason of everything the types alone cannot see."""
    if form.last_year is not None and form.last_year < form.first_year:
        yield "last_year", Text("lies before first_year ({first})", first=form.first_year)
    for field in ("{name}", "{year}"):
        if field not in form.title:
            yield "title", Text("lacks {field}", field=field)
    yield from _duplicates("levels", [level.id for level in form.levels])
    yield from _duplicates("sections", [section.id for section in form.sections])
    yield from _duplicates("sections.numeral", [section.numeral for section in form.sections])
    yield from _duplicates("tables", [table.id for table in form.tables])
    yield from _duplicates("rules", [rule.id for rule in form.rules])
    tables = {table.id for table in form.tables}
    yield from _section_inconsistencies(form, tables)
    for table in form.tables:
        yield from _table_inconsistencies(table)
    for rule in form.rules:
        yield from _rule_inconsistencies(form, rule, tables)


def _section_inconsistencies(form: Format, tables: set[str]) -> Iterator[tuple[str, object]]:
    printed = {section.table for section in form.sections if section.table}
    for name in sorted(printed - tables):
        hint = nearest(name, tables)
        yield "sections.table", Text("no table is called {name}; the nearest is {hint}", name=name, hint=hint)
    for name in sorted(tables - printed):
        yield f"tables.{name}", Text("no section prints this table")


def _rule_inconsistencies(form: Format, rule: Rule, tables: set[str]) -> Iterator[tuple[str, object]]:
    if rule.table not in tables:
        hint = nearest(rule.table, tables)
        yield (
            f"rules.{rule.id}.table",
            Text("no table is called {name}; the nearest is {hint}", name=rule.table, hint=hint),
        )
        return
    known = axis_names(form.table(rule.table), "rows" if rule.axis == "columns" else "columns")
    terms = (rule.total, *rule.parts) if isinstance(rule, SumRule) else (*rule.left, *rule.right)
    for name in terms:
        if name not in known:
            hint = nearest(name, known)
            yield (
                f"rules.{rule.id}",
                Text("no row or column is called {name}; the nearest is {hint}", name=name, hint=hint),
            )


def _ids(nodes: tuple[Row, ...] | tuple[Column, ...]) -> list[str]:
    return [name for node in nodes for name in (node.id, *_ids(node.children))]


def axis_names(table: Table, axis: str) -> set[str]:
    """Return the ids a rule may name along an axis, leaves and groups."""
    return {name for band in table.bands for name in _ids(band.rows if axis == "rows" else band.columns)}


def _table_inconsistencies(table: Table) -> Iterator[tuple[str, object]]:
    place = f"tables.{table.id}"
    yield from _duplicates(f"{place}.rows", [name for band in table.bands for name in _ids(band.rows)])
    for band in table.bands:
        heads = _ids(band.columns)
        yield from _duplicates(f"{place}.columns", heads)
        for name in sorted(set(heads) & set(_ids(band.rows))):
            yield f"{place}.columns", Text("{name} is a row, too; the two need different ids", name=name)
        width = band.label_columns + len(band.leaf_columns)
        if band.corner is None and band.label_columns:
            yield f"{place}.bands", Text("a band with row labels needs a `corner`")
        if len(table.bands) > 1 and (band.header_rows > 1 or band.label_columns != 1):
            yield (
                f"{place}.bands",
                Text("a band of several is one header row and one label column; found {width} columns", width=width),
            )


def _duplicates(place: str, names: Sequence[str]) -> Iterator[tuple[str, object]]:
    for name, count in Counter(names).items():
        if count > 1:
            yield place, Text("{name} is declared {count} times", name=name, count=count)


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
