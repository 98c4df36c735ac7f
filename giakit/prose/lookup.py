"""What the statistics say for a figure of a claim: a cell, the sum of a group, last year's or this year's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from itertools import product
from typing import TypeVar

from giakit import formats
from giakit.formats.model import Band, Column, Row, Table, leaf_key
from giakit.prose.rules import load_claims
from giakit.statistics import Cell, Statistics, Value

N = TypeVar("N", Column, Row)


@dataclass(frozen=True)
class Figure:
    """A figure or a sum of figures.

    Attributes
    ----------
    amounts
        What may be called this figure: as entered, and where that is a total, what its parts come to. Empty where the
        workbook holds no number for it. Money is in 元.
    unreadable
        Whether a cell of it could not be read, so that nobody knows.
    """

    label: str
    amounts: frozenset[Decimal] = frozenset()
    cells: tuple[Cell, ...] = ()
    unreadable: bool = False


class Lookup:
    """The figures of one year by the keys of claims; a blank counts as nothing only beside figures that are there."""

    def __init__(self, statistics: Statistics) -> None:
        self.statistics = statistics

    def reading(self, keys: Iterable[str]) -> Figure | None:
        """Return the sum of figures, ``None`` where the form has not all of them; a blank beside a number is 0."""
        signs: list[int] = []
        figures: list[Figure] = []
        for key in keys:
            figure = self.figure(key.removeprefix("-"))
            if figure is None:
                return None
            signs.append(-1 if key.startswith("-") else 1)
            figures.append(figure)
        names = (f"{'－' if sign < 0 else '＋'}{each.label}" for sign, each in zip(signs, figures, strict=True))
        label = "".join(names).removeprefix("＋")
        cells = tuple(cell for each in figures for cell in each.cells)
        unreadable = any(each.unreadable for each in figures)
        if unreadable or not any(each.amounts for each in figures):
            return Figure(label, cells=cells, unreadable=unreadable)
        choices = product(*(each.amounts or {Decimal(0)} for each in figures))
        sums = (sum(sign * amount for sign, amount in zip(signs, choice, strict=True)) for choice in choices)
        return Figure(label, frozenset(Decimal(each) for each in sums), cells)

    def figure(self, key: str) -> Figure | None:
        """Return one figure or the sum of a group; ``None`` where the form has no such thing."""
        known = places(self.statistics.revision)
        if key in known:
            return self._group(*known[key])
        value = self.statistics.get(key)
        if value is None:
            return None
        amount = _amount(value)
        label = load_claims().labels.get(key, key)
        amounts = frozenset() if amount is None else frozenset({amount})
        return Figure(label, amounts, _cells([value]), unreadable=value.state == "unreadable")

    def _group(self, table: Table, band: Band, row: Row, column: Column) -> Figure:
        columns = list(_leaves(column)) if column.columns else [column]
        rows = [row] if self._reported(table, row, columns[0]) else list(_leaves(row))
        lines = [self._cell(table, band, each, leaf) for each in rows for leaf in columns]
        values = [value for entered, parts in lines for value in (entered, *parts) if value is not None]
        label = "/".join(part for part in (_short(row), _column_label(band, column)) if part)
        if not lines or any(value.state == "unreadable" for value in values):
            return Figure(label, cells=_cells(values), unreadable=bool(lines))
        pairs = [_entered_and_summed(entered, parts) for entered, parts in lines]
        sums = (
            _sum(first for first, _ in pairs),
            _sum(second for _, second in pairs),
            _sum(_amount(entered) for entered, _ in lines if entered),  # as a narrative cell adds up a group
        )
        return Figure(label, frozenset(amount for amount in sums if amount is not None), _cells(values))

    def _reported(self, table: Table, row: Row, column: Column) -> bool:
        return not row.rows or leaf_key(table, row, column) in self.statistics

    def _cell(self, table: Table, band: Band, row: Row, column: Column) -> tuple[Value | None, list[Value]]:
        """Return a value and, if it is that of a total, the values beside it that it restates."""
        siblings = _siblings(band, column) if column.total else []
        parts = [self.statistics.get(leaf_key(table, row, each)) for each in siblings]
        return self.statistics.get(leaf_key(table, row, column)), [each for each in parts if each is not None]


@cache
def places(revision: str) -> dict[str, tuple[Table, Band, Row, Column]]:
    """Return where every figure and every group of figures of a form stands, by key."""
    return {
        leaf_key(table, row, column): (table, band, row, column)
        for table in formats.for_revision(revision).tables
        for band in table.bands
        for row in _nodes(band.rows)
        for column in _nodes(band.columns)
    }


def _entered_and_summed(entered: Value | None, parts: list[Value]) -> tuple[Decimal | None, Decimal | None]:
    """Return the amount as entered and as the sum of its parts, each standing in for the other if that is missing."""
    first = _amount(entered) if entered else None
    second = _sum(_amount(each) for each in parts)
    return (first if first is not None else second), (second if second is not None else first)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    there = [amount for amount in amounts if amount is not None]
    return sum(there, Decimal(0)) if there else None


def _amount(value: Value) -> Decimal | None:
    """Return a value's amount, money in 元."""
    if value.unit not in {"元", "万元", "亿元"}:
        return value.amount
    return value.in_unit("元")


def _cells(values: Iterable[Value]) -> tuple[Cell, ...]:
    return tuple(value.cell for value in values if value.cell)


def _short(node: Row | Column) -> str:
    return min((node.label, *node.aliases), key=len)


def _column_label(band: Band, column: Column) -> str:
    if not band.unlabelled:
        return _short(column)
    path = next(path for path in band.leaf_columns if path[-1] is column) if not column.columns else (column,)
    return "/".join(_short(each) for each in path[-2:])


def _siblings(band: Band, column: Column) -> list[Column]:
    """Return the leaves that a total column restates: those of the groups around it."""
    path = next(path for path in band.leaf_columns if path[-1] is column)
    around = path[-2].columns if len(path) > 1 else band.columns
    return [leaf for each in around if not each.total for leaf in (_leaves(each) if each.columns else [each])]


def _nodes(nodes: Iterable[N]) -> Iterator[N]:
    for node in nodes:
        yield node
        yield from _nodes(node.children)


def _leaves(node: N) -> Iterator[N]:
    if not node.children:
        yield node
    for child in node.children:
        if not child.total:
            yield from _leaves(child)
