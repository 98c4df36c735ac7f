"""Statutory tables: really merged cells, heads that repeat, rows and groups that stay together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.exporters.word.markup import TWIPS, element, paragraph, run
from giakit.exporters.word.table_size import Fitted, Placed, fit_table, place_rows, text_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docx.oxml.xmlchemy import BaseOxmlElement

    from giakit.content.model import Table

_LINE = 1.2  # of a cell's text, in em


def build_table(table: Table) -> Iterator[BaseOxmlElement]:
    """Yield a table between two narrow spaces, without which Word would join it to a neighbour."""
    rows = place_rows(table)
    fitted = fit_table(table, rows)
    yield paragraph("TableSpace", settings=(element("w:keepNext"),))
    yield element("w:tbl", _properties(table), _grid(fitted), *_rows(table, rows, fitted))
    yield paragraph("TableSpace")


def _properties(table: Table) -> BaseOxmlElement:
    return element(
        "w:tblPr",
        element("w:tblStyle", val="TableGrid"),
        element("w:tblW", w=0, type="auto"),
        element("w:jc", val="center"),
        element("w:tblLayout", type="fixed"),
        element("w:tblLook", val="04A0", firstRow=1, lastRow=0, firstColumn=1, lastColumn=0, noHBand=0, noVBand=1),
        element("w:tblCaption", val=table.caption),
    )


def _grid(fitted: Fitted) -> BaseOxmlElement:
    return element("w:tblGrid", *(element("w:gridCol", w=_width(fitted, x)) for x in range(len(fitted.widths))))


def _rows(table: Table, rows: Sequence[Sequence[Placed]], fitted: Fitted) -> Iterator[BaseOxmlElement]:
    # Word repeats rows from the first on; a head of one band among several would stand above another's figures.
    heads = len(table.bands[0].head) if len(table.bands) == 1 else 0
    joined = set(range(len(rows) - 1)) if fitted.stands_whole else _joined_rows(table, rows)
    merged = _merged_cells(rows)
    for y, row in enumerate(rows):
        cells = sorted((*row, *merged.get(y, ())), key=lambda placed: placed.x)
        yield element(
            "w:tr",
            element(
                "w:trPr",
                element("w:cantSplit"),
                element("w:trHeight", val=_twips(fitted.heights[y]), hRule="atLeast"),
                *([element("w:tblHeader")] if y < heads else []),
            ),
            *(_cell(placed, y, fitted, flush=table.label_columns > 1, joined=y in joined) for placed in cells),
        )


def _joined_rows(table: Table, rows: Sequence[Sequence[Placed]]) -> set[int]:
    """Return the rows that must not be parted from the next: those of a band's head and of the narrowest group."""
    joined: set[int] = set()
    y = 0
    for band in table.bands:
        joined |= set(range(y, y + len(band.head)))
        y += len(band.head) + len(band.body)
    for placed in (placed for row in rows for placed in row):
        if placed.cell.scope == "rowgroup" and placed.x == table.label_columns - 2:
            joined |= set(range(placed.y, placed.y + placed.cell.rowspan - 1))
    return joined


def _merged_cells(rows: Sequence[Sequence[Placed]]) -> dict[int, list[Placed]]:
    """Return by row the cells that reach down into it from above."""
    merged: dict[int, list[Placed]] = {}
    for placed in (placed for row in rows for placed in row):
        for below in range(placed.y + 1, placed.y + placed.cell.rowspan):
            merged.setdefault(below, []).append(placed)
    return merged


def _cell(placed: Placed, y: int, fitted: Fitted, *, flush: bool, joined: bool) -> BaseOxmlElement:
    """Return a cell, or its continuation where it began in a row above; `flush` sets labels of rows to the left."""
    cell, x, _ = placed
    begins = y == placed.y
    properties = [element("w:tcW", w=_width(fitted, x, cell.colspan), type="dxa")]
    if cell.colspan > 1:
        properties.append(element("w:gridSpan", val=cell.colspan))
    if cell.rowspan > 1:
        properties.append(element("w:vMerge", **({"val": "restart"} if begins else {})))
    properties.append(element("w:vAlign", val="center"))
    settings = [element("w:keepNext")] if joined else []
    settings.append(element("w:spacing", line=_twips(fitted.size * _LINE)))
    if flush and cell.scope == "row":
        settings.append(element("w:jc", val="left"))
    words = [_sized("\n".join(text_lines(cell, fitted.room(placed), fitted.size)), fitted.size)] if begins else []
    return element("w:tc", element("w:tcPr", *properties), paragraph("TableText", *words, settings=tuple(settings)))


def _sized(words: str, size: float) -> BaseOxmlElement:
    made = run(words)
    half_points = round(2 * size)
    made.rPr.extend((element("w:sz", val=half_points), element("w:szCs", val=half_points)))
    return made


def _width(fitted: Fitted, x: int, columns: int = 1) -> int:
    """Return the width of columns; several have the sum of each, or LibreOffice adds a column for what is left."""
    left, right = (_twips(sum(fitted.widths[:end])) for end in (x, x + columns))
    return right - left


def _twips(points: float) -> int:
    return round(points * TWIPS)
