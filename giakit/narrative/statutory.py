"""The figures of a statutory table as names: ``<row>.<column>`` by the identifiers of the form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from giakit.formats.model import Column, Row, leaf_key
from giakit.narrative.figure import Figure, add_up
from giakit.narrative.namespace import Namespace, OnDemand

if TYPE_CHECKING:
    from giakit.formats import Band, Table
    from giakit.statistics import Statistics, Value

N = TypeVar("N", Column, Row)


def build_table_names(statistics: Statistics, table: Table) -> Namespace:
    """Build the names of a table's figures; a figure that was not reported is a blank one.

    A group of rows or columns has the sum of its leaves, totals left out. A group of rows that was reported as one
    row has that figure.
    """
    names: dict[str, Callable[[], object]] = {}
    for band in table.bands:
        figures = _Band(statistics, table, band)
        for path in _paths(band.rows):
            if band.unlabelled:
                names.update(figures.of_row(path))
            else:
                names[path[-1].id] = partial(figures.namespace, path)
    return Namespace(OnDemand(names), label=table.caption)


def reported(statistics: Statistics, key: str) -> Value | None:
    """Return the value with this key, or ``None`` where the workbook has no such cell."""
    return statistics[key] if key in statistics else None  # noqa: SIM401 - statistics are no dict


def build_figure(value: Value | None, label: str, unit: str | None) -> Figure:
    """Build the figure of a value in the unit its form prescribes, as the table prints it."""
    if value is None:
        return Figure(None, unit, "blank", label)
    cells = (value.cell,) if value.cell else ()
    try:
        return Figure(value.in_unit(unit), unit or value.unit, value.state, label, cells)
    except ValueError:  # a foreign unit, of which the reader of the form has told already
        return Figure(value.amount, value.unit, value.state, label, cells)


@dataclass(frozen=True)
class _Band:
    statistics: Statistics
    table: Table
    band: Band

    def namespace(self, path: tuple[Row, ...]) -> Namespace:
        """Return the names of a row or group."""
        return Namespace(OnDemand(self.of_row(path)), label=path[-1].label)

    def of_row(self, path: tuple[Row, ...]) -> dict[str, Callable[[], object]]:
        """Return what builds the figures of a row or group, by column."""
        return {columns[-1].id: partial(self._figure, path, columns) for columns in _paths(self.band.columns)}

    def _figure(self, path: tuple[Row, ...], columns: tuple[Column, ...]) -> Figure:
        rows = self._leaf_rows(path[-1])
        if not columns[-1].columns and rows == [path[-1]]:
            return self._leaf(path[-1], columns[-1])
        figures = (self._leaf(row, column) for row in rows for column in _leaves(columns[-1]))
        return add_up(figures, self._label(path, columns))

    def _leaf(self, row: Row, column: Column) -> Figure:
        key = leaf_key(self.table, row, column)
        leaf = self.statistics.format.leaf(key)
        return build_figure(reported(self.statistics, key), leaf.label_path, leaf.unit)

    def _label(self, path: tuple[Row, ...], columns: tuple[Column, ...]) -> str:
        numeral = self.statistics.format.section_of(self.table.id).numeral
        rows = (row.label for row in path if row.label)
        return "/".join((numeral, *rows, columns[-1].label))

    def _leaf_rows(self, row: Row) -> list[Row]:
        if not row.rows or (row.undivided and self._reported_undivided(row)):
            return [row]
        return [leaf for child in row.rows if not child.total for leaf in self._leaf_rows(child)]

    def _reported_undivided(self, row: Row) -> bool:
        return any(leaf_key(self.table, row, path[-1]) in self.statistics for path in self.band.leaf_columns)


def _paths(nodes: tuple[N, ...], above: tuple[N, ...] = ()) -> Iterator[tuple[N, ...]]:
    """Yield the paths to every row or column, groups before their members."""
    for node in nodes:
        path = above + (node,)  # noqa: RUF005 - mypy loses the type of an unpacked tuple here
        yield path
        yield from _paths(node.children, path)


def _leaves(column: Column) -> list[Column]:
    if not column.columns:
        return [column]
    return [leaf for child in column.columns if not child.total for leaf in _leaves(child)]
