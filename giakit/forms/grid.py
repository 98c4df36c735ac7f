"""A sheet as the reader sees it: raw values, normalised labels and merged ranges by position."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from giakit.formats import normal_label
from giakit.forms.amounts import clean
from giakit.forms.scan import SheetScan, cell_address
from giakit.statistics import Cell

Position = tuple[int, int]


@lru_cache(maxsize=2**12)  # the sheets of a county have the same labels
def _label(text: str) -> str:
    """Return a text as labels are compared: a colon behind it does not count."""
    return normal_label(text).rstrip(":")


@dataclass(frozen=True)
class Region:
    """Rows from `top` to before `bottom`, columns from `left` to before `right`."""

    top: int
    left: int
    bottom: int
    right: int

    def __contains__(self, position: object) -> bool:
        if not isinstance(position, tuple):
            return False
        row: int
        column: int
        row, column = position
        return self.top <= row < self.bottom and self.left <= column < self.right


@dataclass(frozen=True)
class Sheet:
    """One sheet: `cells` holds the raw values that are not empty, by (row, column) from 0."""

    workbook: str
    name: str
    cells: dict[Position, object]
    scan: SheetScan

    @cached_property
    def labels(self) -> dict[str, list[Position]]:
        """Positions of each normalised text, in reading order; a colon behind a label does not count."""
        found: dict[str, list[Position]] = {}
        for position, raw in sorted(self.cells.items()):
            if isinstance(raw, str):
                found.setdefault(_label(raw), []).append(position)
        return found

    @cached_property
    def extent(self) -> Region:
        """The smallest region from the first cell that holds everything."""
        rows = [row for row, _ in self.cells]
        columns = [column for _, column in self.cells]
        return Region(0, 0, max(rows, default=-1) + 1, max(columns, default=-1) + 1)

    def find(self, names: Iterable[str], region: Region) -> list[Position]:
        """Return where any of these labels stands inside the region, in reading order."""
        wanted = {_label(name) for name in names}
        return sorted(place for name in wanted for place in self.labels.get(name, []) if place in region)

    def cell(self, position: Position) -> Cell:
        """Return the cell at a position with its raw text."""
        raw = self.cells.get(position)
        text = "" if raw is None else raw if isinstance(raw, str) else clean(raw)
        return Cell(workbook=self.workbook, sheet=self.name, address=cell_address(*position), raw=text)

    def is_blank(self, position: Position) -> bool:
        """Whether a cell shows nothing."""
        return clean(self.cells.get(position)) == ""

    @cached_property
    def _merged(self) -> dict[int, list[tuple[int, int, Position]]]:
        """For each row the merged ranges that cross it: first and last column, and the top left cell."""
        found: dict[int, list[tuple[int, int, Position]]] = {}
        for first, last in self.scan.merges.items():
            for row in range(first[0], last[0] + 1):
                found.setdefault(row, []).append((first[1], last[1], first))
        return found

    def slots(self, row: int, left: int, right: int) -> list[Position]:
        """Return the cells of a row as a person counts them, a merged range once, from `left` to `right` inclusive."""
        merged = self._merged.get(row, [])
        covering = (
            next((first for start, end, first in merged if start <= column <= end), (row, column))
            for column in range(left, right + 1)
        )
        return list(dict.fromkeys(covering))

    def right_edge(self, position: Position) -> int:
        """Return the last column of the merged range that begins here, or the cell's own."""
        return self.scan.merges.get(position, position)[1]

    def rows_of(self, region: Region) -> Iterator[int]:
        """Yield the rows of a region that hold anything."""
        rows = {row for row, column in self.cells if (row, column) in region}
        return iter(sorted(rows))
