"""The names of a report for the analyst to read: what each means, what it is now, and which cells it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from giakit.narrative.figure import Figure
from giakit.narrative.names import printable_names
from giakit.narrative.words import Passage

if TYPE_CHECKING:
    from giakit.statistics import Cell

    Rectangle = tuple[int, int, int, int]

_LAST_YEAR = "previous"

# What the names mean that are no figure and no text of the workbook.
_MEANINGS = {
    "year": "报告年度",
    "organ.is_government": "是否各级人民政府",
    "last_year": "上一年度",
    "preamble": "是否印出前言",
    "notice": "年报格式所依据的文号",
    "title": "年报标题",
}


class Description(NamedTuple):
    """A name: what to write, what the form calls it, what it is now, where it was read."""

    name: str
    label: str
    value: str
    cells: str


def describe_names(names: Mapping[str, object]) -> list[Description]:
    """List every name in the order of the form; behind them ``previous``, with last year's names where they are known.

    Yes and no, which only conditions can ask for, are 是 and 否.
    """
    known = bool(names.get(_LAST_YEAR))
    this_year = {key: value for key, value in names.items() if key != _LAST_YEAR}
    last_year = {_LAST_YEAR: names[_LAST_YEAR]} if known else {}
    return [
        *(_describe(name, _label(name, value), value) for name, value in printable_names(this_year)),
        _describe(_LAST_YEAR, "是否有上年数据", known),
        *(_describe(name, _label_before(name, value), value) for name, value in printable_names(last_year)),
    ]


def write_cells(cells: Iterable[Cell]) -> str:
    """Return where a figure comes from: workbook and sheet once, cells that form a rectangle as one range.

    >>> from giakit.statistics import Cell
    >>> where = ["I36", "J36", "I37", "J37", "O36"]
    >>> write_cells(Cell(workbook="统计表.xlsx", sheet="龙村镇", address=each) for each in where)
    '统计表.xlsx [龙村镇] I36:J37、O36'
    """
    sheets = groupby(cells, lambda cell: (cell.workbook, cell.sheet))
    return "；".join(f"{workbook} [{sheet}] {_write_ranges(found)}" for (workbook, sheet), found in sheets)


def _describe(name: str, label: str, value: object) -> Description:
    return Description(name, label, _write(value), _cells(value))


def _label(name: str, value: object) -> str:
    return value.label if isinstance(value, Figure | Passage) else _MEANINGS.get(name, "")


def _label_before(name: str, value: object) -> str:
    return f"上年：{_label(name.removeprefix(f'{_LAST_YEAR}.'), value)}"


def _write(value: object) -> str:
    return ("否", "是")[value] if isinstance(value, bool) else str(value)


def _cells(value: object) -> str:
    match value:
        case Figure():
            return write_cells(value.cells)
        case Passage(cell=cell) if cell is not None:
            return str(cell)
    return ""


def _write_ranges(cells: Iterable[Cell]) -> str:
    from xlsxwriter.utility import xl_cell_to_rowcol, xl_range

    places = sorted({xl_cell_to_rowcol(cell.address) for cell in cells})
    return "、".join(xl_range(*rectangle) for rectangle in sorted(_stack(_rows(places))))


def _rows(places: Iterable[tuple[int, int]]) -> Iterator[Rectangle]:
    """Yield what stands side by side, from places in order."""
    for _, run in groupby(enumerate(places), lambda each: (each[1][0], each[1][1] - each[0])):
        cells = [place for _, place in run]
        yield (*cells[0], *cells[-1])


def _stack(rows: Iterable[Rectangle]) -> list[Rectangle]:
    """Put rows that are as wide, one right below the other, together."""
    stacks: dict[tuple[int, int], list[Rectangle]] = {}
    for top, first, bottom, last in rows:
        column = stacks.setdefault((first, last), [])
        above = column.pop() if column and column[-1][2] + 1 == top else None
        column.append((above[0] if above else top, first, bottom, last))
    return [rectangle for column in stacks.values() for rectangle in column]
