"""What the types of a format file cannot see: names that nothing bears, ids twice, rules that hold nowhere."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from giakit.formats.model import Band, Column, Format, Row, Table
from giakit.formats.rules import CarryOverRule, CeilingRule, FigureRule, LineRule, Rule, ZeroForLevelRule
from giakit.hints import hint
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Problem = tuple[str, Text]


def inconsistencies(form: Format) -> Iterator[Problem]:
    """Yield key and reason of everything in a format that contradicts itself."""
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
    yield from _section_problems(form, tables)
    for table in form.tables:
        yield from _table_problems(table)
    if {section.table for section in form.sections} >= tables:  # else no cell has its section
        for rule in form.rules:
            yield from _rule_problems(form, rule, tables)


def _section_problems(form: Format, tables: set[str]) -> Iterator[Problem]:
    printed = {section.table for section in form.sections if section.table}
    for name in sorted(printed - tables):
        yield "sections.table", Text("no table is called {name}; {known}", name=name, known=hint(name, sorted(tables)))
    for name in sorted(tables - printed):
        yield f"tables.{name}", Text("no section prints this table")


def _table_problems(table: Table) -> Iterator[Problem]:
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


def _rule_problems(form: Format, rule: Rule, tables: set[str]) -> Iterator[Problem]:
    key = f"rules.{rule.id}"
    if isinstance(rule, LineRule):
        yield from _line_problems(form, rule, tables)
    if isinstance(rule, FigureRule):
        for reference in rule.references:
            yield from _reference_problems(form, rule, reference)
    if isinstance(rule, CeilingRule | ZeroForLevelRule):
        known = {level.id for level in form.levels}
        for name in (name for name in rule.levels if name not in known):
            levels = hint(name, sorted(known))
            yield f"{key}.levels", Text("no level is called {name}; {known}", name=name, known=levels)


def _line_problems(form: Format, rule: LineRule, tables: set[str]) -> Iterator[Problem]:
    key = f"rules.{rule.id}"
    if rule.table not in tables:
        known = hint(rule.table, sorted(tables))
        yield f"{key}.table", Text("no table is called {name}; {known}", name=rule.table, known=known)
        return
    bands = form.table(rule.table).bands
    named = [_names(band, "rows" if rule.axis == "columns" else "columns") for band in bands]
    lines = [_names(band, rule.axis) for band in bands]
    unknown = [
        *_unknown(key, rule.terms, set().union(*named)),
        *_unknown(f"{key}.total", (rule.total,) if isinstance(rule, CarryOverRule) else (), set().union(*lines)),
    ]
    yield from unknown
    if not unknown and not any(names.issuperset(rule.terms) for names in named):
        yield key, Text("no band of the table has all of {names}", names="、".join(rule.terms))


def _reference_problems(form: Format, rule: FigureRule, reference: str) -> Iterator[Problem]:
    key = f"rules.{rule.id}"
    found = form.leaves_under(reference)
    if not found:
        known = hint(reference, _references(form))
        yield key, Text("no figure is called {name}; {known}", name=reference, known=known)
    elif rule.single and len(found) > 1:
        yield key, Text("{name} must be one figure, but stands for {count}", name=reference, count=len(found))


def _unknown(key: str, names: Sequence[str], known: set[str]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            lines = hint(name, sorted(known))
            yield key, Text("no row or column is called {name}; {known}", name=name, known=lines)


def _references(form: Format) -> Iterator[str]:
    for table in form.tables:
        yield table.id
        for band in table.bands:
            yield from (f"{table.id}.{name}" for name in (*_ids(band.rows), *_ids(band.columns)))
    yield from (leaf.key for leaf in form.leaves)


def _names(band: Band, axis: str) -> set[str]:
    return set(_ids(band.rows if axis == "rows" else band.columns))


def _ids(nodes: tuple[Row, ...] | tuple[Column, ...]) -> list[str]:
    return [name for node in nodes for name in (node.id, *_ids(node.children))]


def _duplicates(place: str, names: Sequence[str]) -> Iterator[Problem]:
    for name, count in Counter(names).items():
        if count > 1:
            yield place, Text("{name} is declared {count} times", name=name, count=count)
