"""A statutory table as CSV, laid out as printed: of merged cells the first holds the words, the others are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.opendata.csv_text import write_csv
from giakit.tables import build_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from giakit.content.model import TableCell
    from giakit.statistics import Statistics


def table_csv(statistics: Statistics, table_id: str) -> bytes:
    """Return a statutory table of an organ, e.g. ``applications``."""
    table = build_table(statistics, table_id)
    return write_csv(_grid([row for band in table.bands for row in (*band.head, *band.body)], table.columns))


def _grid(rows: Sequence[Sequence[TableCell]], columns: int) -> list[list[str]]:
    grid: list[list[str | None]] = [[None] * columns for _ in rows]
    for y, row in enumerate(rows):
        for cell in row:
            x = grid[y].index(None)
            for line in grid[y : y + cell.rowspan]:
                line[x : x + cell.colspan] = [""] * cell.colspan
            grid[y][x] = cell.text
    return [[text or "" for text in line] for line in grid]
