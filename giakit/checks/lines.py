"""The lines of a table along which a rule holds, and the figures its names stand for there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from giakit import formats
from giakit.formats.model import Column, Row, leaf_key

if TYPE_CHECKING:
    from giakit.formats.model import Band, Table
    from giakit.formats.rules import LineRule
    from giakit.statistics import Cell, Statistics, Value

N = TypeVar("N", Column, Row)


@dataclass(frozen=True)
class Side:
    """A sum of figures: what it is called, and the figures."""

    label: str
    values: tuple[Value, ...]

    @property
    def amount(self) -> Decimal:
        """The sum; a blank, ``/``, ``-`` or 不适用 counts as 0, as people read the printed form."""
        return sum((value.amount or Decimal(0) for value in self.values), Decimal(0))

    @property
    def readable(self) -> bool:
        """Whether there are figures, and all of them can be read; else nothing is to be said of the sum."""
        return bool(self.values) and all(value.state != "unreadable" for value in self.values)

    @property
    def cells(self) -> list[Cell]:
        """Where the figures stand."""
        return [value.cell for value in self.values if value.cell]


@dataclass(frozen=True)
class Line:
    """A row or column: its id, its place in words, and under each name of the rule the label and the figures' keys."""

    node: str
    place: str
    labels: Mapping[str, str]
    keys: Mapping[str, tuple[str, ...]]

    def side(self, statistics: Statistics, names: Sequence[str]) -> Side:
        """Return the sum of what some names of the rule stand for; figures that the report lacks are left out."""
        found = (statistics.get(key) for name in names for key in self.keys[name])
        return Side(" + ".join(self.labels[name] for name in names), tuple(value for value in found if value))


@cache
def lines_of(revision: str, rule: LineRule) -> tuple[Line, ...]:
    """Return every line along which a rule of a revision holds, those of undivided rows, too."""
    form = formats.for_revision(revision)
    numeral = form.section_of(rule.table).numeral
    table = form.table(rule.table)
    across = _columns if rule.axis == "columns" else _rows
    return tuple(line for band in table.bands for line in across(table, band, rule.terms, numeral))


def _columns(table: Table, band: Band, names: Sequence[str], numeral: str) -> Iterator[Line]:
    rows = dict(_nodes(band.rows))
    if rows.keys() >= set(names):
        for *_, column in band.leaf_columns:
            keys = {name: tuple(leaf_key(table, row, column) for row in _counted(rows[name])) for name in names}
            yield Line(column.id, _place(numeral, column), {name: rows[name].label for name in names}, keys)


def _rows(table: Table, band: Band, names: Sequence[str], numeral: str) -> Iterator[Line]:
    columns = dict(_nodes(band.columns))
    if columns.keys() >= set(names):
        for row in (row for _, row in _nodes(band.rows) if row.undivided or not row.rows):
            keys = {name: tuple(leaf_key(table, row, column) for column in _counted(columns[name])) for name in names}
            yield Line(row.id, _place(numeral, row), {name: columns[name].label for name in names}, keys)


def _place(numeral: str, node: Row | Column) -> str:
    return "/".join(part for part in (numeral, node.label) if part)


def _nodes(top: tuple[N, ...]) -> Iterator[tuple[str, N]]:
    for node in top:
        yield node.id, node
        yield from _nodes(node.children)


def _counted(node: N) -> Iterator[N]:
    """Yield the leaves a name stands for; an undivided group itself, too, of which a report has only one kind."""
    if not node.children or (isinstance(node, Row) and node.undivided):
        yield node
    for child in node.children:
        if not child.total:
            yield from _counted(child)
