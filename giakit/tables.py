"""Statistics + format → the declared table, exactly as the form prints it.

Grid positions follow from the format's nesting (see `giakit.formats.model`); header ids are made from the format's
identifiers, so that every figure can name all heads above it and all labels beside it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from giakit.content.model import Table, TableBand, TableCell
from giakit.figures import format_value
from giakit.formats.model import Column, Row, leaf_key

if TYPE_CHECKING:
    from giakit import formats
    from giakit.statistics import Statistics


def build_table(statistics: Statistics, table_id: str) -> Table:
    """Build a statutory table from an organ's figures.

    Parameters
    ----------
    statistics
        The figures of one organ and year; a missing or blank one prints an empty cell.
    table_id
        The table's identifier in the format, e.g. ``applications``.
    """
    form = statistics.format
    table = form.table(table_id)
    bands = [_BandBuilder(table, band, number, statistics).build() for number, band in enumerate(table.bands, 1)]
    return Table(
        id=table.id,
        section=form.section_of(table.id).numeral,
        caption=table.caption,
        columns=table.grid_columns,
        label_columns=max(band.label_columns for band in table.bands),
        bands=tuple(bands),
    )


@dataclass(frozen=True)
class _Place:
    """A column of figures: how many grid columns it takes, the ids of the heads above."""

    column: Column
    width: int
    above: tuple[str, ...]


@dataclass(frozen=True)
class _BandBuilder:
    table: formats.Table
    band: formats.Band
    number: int
    statistics: Statistics

    def build(self) -> TableBand:
        rows = list(_printed_rows(self.band.rows, self.table, self.statistics))
        title = [(self._title(),)] if self.band.title else []
        return TableBand(head=(*title, *self._column_heads()), body=tuple(self._body(rows)))

    def _id(self, *parts: str) -> str:
        return "-".join((self.table.id, str(self.number), *parts))

    def _title(self) -> TableCell:
        return TableCell(
            text=self.band.title or "", scope="colgroup", colspan=self.table.grid_columns, id=self._id("title")
        )

    def _column_heads(self) -> Iterator[tuple[TableCell, ...]]:
        depth = self.band.header_rows
        level: list[Column | None] = list(self.band.columns)
        for number in range(depth):
            cells = [self._corner(depth)] if number == 0 and self.band.label_columns else []
            cells += [self._column_head(head, depth - number) for head in level if head is not None]
            yield tuple(cells)
            level = [child for head in level if head is not None for child in head.columns]

    def _corner(self, depth: int) -> TableCell:
        return TableCell(
            text=self.band.corner or "",
            scope="col",
            colspan=self.band.label_columns,
            rowspan=depth,
            id=self._id("corner"),
        )

    def _column_head(self, head: Column, rows_left: int) -> TableCell:
        if head.columns:
            return TableCell(text=head.label, scope="colgroup", colspan=_leaves(head), id=self._id(head.id))
        return TableCell(
            text=head.label, scope="col", rowspan=rows_left, colspan=self._width(head), id=self._id(head.id)
        )

    def _width(self, head: Column) -> int:
        """Return how many grid columns a leaf column takes: one, and the last of the band the rest of the grid."""
        paths = self.band.leaf_columns
        rest = self.table.grid_columns - self.band.label_columns - len(paths) + 1
        return rest if paths[-1][-1] is head else 1

    def _body(self, rows: Sequence[tuple[Row, ...]]) -> Iterator[tuple[TableCell, ...]]:
        printed: set[str] = set()
        form, places = self.statistics.format, self._places()
        for path in rows:
            labels = [] if self.band.unlabelled else list(self._labels(path, rows, printed))
            beside = () if self.band.unlabelled else tuple(self._id(row.id) for row in path)
            yield (*labels, *(self._figure(form, path[-1], place, beside) for place in places))

    def _places(self) -> list[_Place]:
        """Return the columns of figures."""
        titles = (self._id("title"),) if self.band.title else ()
        return [
            _Place(path[-1], self._width(path[-1]), (*titles, *(self._id(head.id) for head in path)))
            for path in self.band.leaf_columns
        ]

    def _labels(self, path: tuple[Row, ...], rows: Sequence[tuple[Row, ...]], printed: set[str]) -> Iterator[TableCell]:
        for group in path[:-1]:
            if group.id not in printed:
                printed.add(group.id)
                span = sum(any(each is group for each in other) for other in rows)  # to compare them takes longer
                yield TableCell(text=group.label, scope="rowgroup", rowspan=span, id=self._id(group.id))
        rest = self.band.label_columns - len(path) + 1
        yield TableCell(text=path[-1].label, scope="row", colspan=rest, id=self._id(path[-1].id))

    def _figure(self, form: formats.Format, row: Row, place: _Place, beside: tuple[str, ...]) -> TableCell:
        """Return a cell of figures; `beside` are the ids of the labels of its row."""
        key = leaf_key(self.table, row, place.column)
        value = self.statistics.get(key)
        return TableCell(
            text=format_value(value, form.leaf(key)) if value else "",
            colspan=place.width,
            headers=(*place.above, *beside),
            key=key,
            source=str(value.cell) if value and value.cell else None,
        )


def _printed_rows(rows: Sequence[Row], table: formats.Table, statistics: Statistics) -> Iterator[tuple[Row, ...]]:
    """Yield the rows to print; a group reported undivided is one row."""
    for row in rows:
        undivided = (
            any(value.key.startswith(f"{table.id}.{row.id}.") for value in statistics.values)
            if row.undivided
            else False
        )
        if not row.rows or undivided:
            yield (row,)
        else:
            for path in _printed_rows(row.rows, table, statistics):
                yield (row, *path)


def _leaves(head: Column) -> int:
    return sum(_leaves(child) for child in head.columns) if head.columns else 1
