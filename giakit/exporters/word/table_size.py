"""How large a statutory table is set: its columns' widths, the size of its text, the heights of its rows, in points.

Word breaks the lines and pages itself. What is chosen here is what its user would otherwise have to: columns that hold
their figures, and the largest text with which the table stands on one page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from giakit.exporters.typst.pages import place_cells

if TYPE_CHECKING:
    from giakit.content.model import Table, TableCell

TEXT_WIDTH, TEXT_HEIGHT = 442.2, 637.8
HEADING_HEIGHT = 50.0  # a section's heading in one line, and the space around a table
BESIDE = 2.0  # left and right of a cell's text

_LINE = 1.2  # in em
_RULE = 0.5  # that Word adds to each row
_LEAST_ABOVE, _MOST_ABOVE = 2.2, 4.0
_SIZES = (10.5, 10.0, 9.5, 9.0)
_SMALLER = (9.0, 8.0, 7.0, 6.0)  # where figures are too wide for columns of one width

_NUMERAL = re.compile(r"（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、")
_CLAUSE = re.compile(r"[^：，；]*[：，；]|[^：，；]+")
_FIGURE = re.compile(r"[-+]?[0-9][0-9.,]*[万亿]?元?|不适用")  # what must not be divided over lines


class Placed(NamedTuple):
    """A cell with the column and row of the table's grid in which it begins."""

    cell: TableCell
    x: int
    y: int


@dataclass(frozen=True)
class Fitted:
    """A table's measures; `heights` are those of its rows."""

    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]

    def room(self, placed: Placed) -> float:
        """Return the width a cell's text has."""
        return _room(self.widths, placed)

    @property
    def stands_whole(self) -> bool:
        """Whether it has room on one page, under its heading."""
        return self.spare >= 0

    @property
    def spare(self) -> float:
        """Return the height that is left on such a page."""
        return TEXT_HEIGHT - HEADING_HEIGHT - sum(height + _RULE for height in self.heights)


def place_rows(table: Table) -> list[list[Placed]]:
    """Return the rows of all bands, each cell with its place."""
    rows = [row for band in table.bands for row in (*band.head, *band.body)]
    return [[Placed(cell, x, y) for x, cell in row] for y, row in enumerate(place_cells(rows))]


def fit_table(table: Table, rows: Sequence[Sequence[Placed]]) -> Fitted:
    """Return the most comfortable measures in which a table stands on one page; the least legible ones else."""
    cells = [cell for row in rows for cell in row]
    fitted: list[Fitted] = []
    for size, equal in [*((size, True) for size in _SIZES), *((size, False) for size in _SMALLER)]:
        if fitted and not equal:
            break
        widths = _column_widths(table, cells, size, equal=equal)
        if widths:
            fitted.append(Fitted(size, widths, _row_heights(cells, len(rows), widths, size)))
            if fitted[-1].stands_whole:
                return _spread(fitted[-1])
    if not fitted:
        widths = (TEXT_WIDTH / table.columns,) * table.columns
        return Fitted(_SMALLER[-1], widths, _row_heights(cells, len(rows), widths, _SMALLER[-1]))
    return fitted[-1]


def text_lines(cell: TableCell, width: float, size: float) -> list[str]:
    """Return a cell's words with line breaks where a reader would make them; a row's label breaks where it must.

    They stand behind a numeral, behind a clause, else between even lines.
    """
    text = cell.text
    if cell.scope in {None, "row"} or _ems(text) * size <= width:
        return [text]
    numeral = _NUMERAL.match(text)
    if numeral:
        return [numeral[0], *_even_lines(text[numeral.end() :], width, size)]
    clauses = _CLAUSE.findall(text)
    if len(clauses) > 1 and all(_ems(clause) * size <= width for clause in clauses):
        return clauses
    return _even_lines(text, width, size)


def _ems(text: str) -> float:
    """Return a text's width in em; in the faces that Word sets tables in, a digit is half as wide as a character."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _even_lines(words: str, width: float, size: float) -> list[str]:
    count = ceil(len(words) / max(1, int(width / size)))
    length = ceil(len(words) / max(1, count))
    return [words[start : start + length] for start in range(0, len(words), max(1, length))]


# ---- widths ---------------------------------------------------------------------------------------------------------


def _room(widths: Sequence[float], placed: Placed) -> float:
    return sum(widths[placed.x : placed.x + placed.cell.colspan]) - 2 * BESIDE


def _column_widths(table: Table, cells: Sequence[Placed], size: float, *, equal: bool) -> tuple[float, ...] | None:
    """Return the columns' widths, or ``None`` if a figure would not fit.

    Groups of rows stand in narrow columns; the last label column takes what the columns of figures leave.
    """
    needs = [_column(ems, size) for ems in _longest_figures(table, cells)]
    if equal:
        needs = [max(needs)] * len(needs)
    groups = [_column(4 if x == table.label_columns - 2 else 2, size) for x in range(table.label_columns - 1)]
    rest = TEXT_WIDTH - sum(groups)
    labels = [_column(ems, size) for ems in _label_widths(table, cells)]
    heads = [_column(ems, size) for ems in _head_widths(table, cells)]
    one_line = [max(need, *heads) for need in needs] if heads else needs
    if labels and max(labels) + sum(one_line) <= rest:
        return (*groups, *_widened([max(labels), *one_line], rest))
    if not labels:
        return tuple(_widened(needs, rest)) if sum(needs) <= rest else None
    if equal:
        needs = [max(need, _column(3, size)) for need in needs]
    if _column(5, size) + sum(needs) > rest:
        return None
    label = min(rest - sum(needs), max(labels))
    return (*groups, label, *_widened(needs, rest - label))


def _column(ems: float, size: float) -> float:
    return ems * size + 2 * BESIDE + 0.2


def _widened(needs: Sequence[float], width: float) -> list[float]:
    more = max(0.0, width - sum(needs)) / len(needs)
    return [need + more for need in needs]


def _longest_figures(table: Table, cells: Sequence[Placed]) -> list[float]:
    """Return the width of the longest figure of each column in em, two at least."""
    longest = [2.0] * table.columns
    for cell, x, _ in cells:
        if cell.scope is None and cell.colspan == 1:
            longest[x] = max(longest[x], *map(_ems, _FIGURE.findall(cell.text)), 0)
    return longest[table.label_columns :]


def _label_widths(table: Table, cells: Sequence[Placed]) -> list[float]:
    return [
        _ems(cell.text) for cell, x, _ in cells if cell.scope in {"row", "rowgroup"} and x == table.label_columns - 1
    ]


def _head_widths(table: Table, cells: Sequence[Placed]) -> list[float]:
    heads = (cell for cell, x, _ in cells if cell.scope == "col" and x >= table.label_columns and cell.colspan == 1)
    return [_ems(cell.text) for cell in heads]


# ---- heights --------------------------------------------------------------------------------------------------------


def _row_heights(cells: Sequence[Placed], rows: int, widths: Sequence[float], size: float) -> tuple[float, ...]:
    """Return the least heights of the rows: by their own cells, the last row of a span by what the span still lacks."""
    heights = [size * _LINE + 2 * _LEAST_ABOVE] * rows
    for placed in sorted(cells, key=lambda each: each.cell.rowspan):
        last = placed.y + placed.cell.rowspan - 1
        width = _room(widths, placed)
        lines = sum(_lines(_ems(line) * size, width, size) for line in text_lines(placed.cell, width, size))
        lacking = lines * size * _LINE + 2 * _LEAST_ABOVE - sum(heights[placed.y : last + 1])
        heights[last] += max(0.0, lacking)
    return tuple(heights)


def _lines(length: float, width: float, size: float) -> int:
    """Return how many lines a text takes; where it must be divided, up to a character stays over in each."""
    return 1 if length <= width else ceil(length / max(width - size, size))


def _spread(fitted: Fitted) -> Fitted:
    """Return the measures with as much room in the rows as the page leaves, up to what is comfortable."""
    more = min(fitted.spare / (len(fitted.heights) + 1), 2 * (_MOST_ABOVE - _LEAST_ABOVE))
    return Fitted(fitted.size, fitted.widths, tuple(height + more for height in fitted.heights))
