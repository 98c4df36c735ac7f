"""Finding the cells of a format's tables on a sheet by their labels, wherever the tables stand."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from giakit.findings import Finding, finding
from giakit.formats import Band, Column, Format, Row, Table, normal_label
from giakit.formats.model import leaf_key
from giakit.forms.grid import Position, Region, Sheet
from giakit.hints import nearest
from giakit.language import Text


@dataclass
class Located:
    """Where the figures stand, and what could not be found or told apart."""

    positions: dict[str, Position] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    undivided: list[Finding] = field(default_factory=list)


def locate_tables(sheet: Sheet, form: Format, other_anchors: Sequence[str]) -> Located:
    """Find every cell of figures of a format on a sheet.

    Parameters
    ----------
    sheet, form
        Where to look and for what.
    other_anchors
        Titles that mark where other blocks of the sheet begin.
    """
    borders = find_borders(sheet, form, other_anchors)
    result = Located()
    for table in form.tables:
        for band in table.bands:
            found = _locate_band(sheet, form, table, band, borders)
            result.positions |= found.positions
            result.findings += found.findings
            result.undivided += found.undivided
    return result


def block_region(sheet: Sheet, title: str, borders: Sequence[Position]) -> Region | None:
    """Return the region under a block's title up to the next border, or ``None`` where the title is missing."""
    starts = sheet.find([title], sheet.extent)
    if not starts:
        return None
    return _region(sheet, starts[0], borders, operator.le)


def _anchor(band: Band) -> tuple[str, ...]:
    """Return the labels that stand at the top left of a band."""
    label = band.title or band.corner or band.columns[0].label
    return (label,) if band.title or band.corner else (label, *band.columns[0].aliases)


def find_borders(sheet: Sheet, form: Format, other_anchors: Sequence[str]) -> list[Position]:
    """Return where tables and other blocks begin, in reading order."""
    titles = [label for table in form.tables for band in table.bands for label in _anchor(band)]
    headings = [section.heading for section in form.sections]
    return sheet.find([*titles, *headings, *other_anchors], sheet.extent)


_Below = Callable[[int, int], bool]

# Which borders can end a block from below, by their column and the block's: any, or where tables stand side by side
# only those on its own side.
_BELOW: tuple[_Below, ...] = (lambda _column, _left: True, operator.le, operator.ge)


def _region(sheet: Sheet, start: Position, borders: Sequence[Position], ends: _Below) -> Region:
    """Return the region a block may fill: down to the next border, right to a neighbour that begins beside it."""
    top, left = start
    extent = sheet.extent
    bottom = min((row for row, column in borders if row > top and ends(column, left)), default=extent.bottom)
    beside = [column for row, column in borders if column > left and top <= row < bottom]
    return Region(top, left, bottom, min(beside, default=extent.right))


def _locate_band(sheet: Sheet, form: Format, table: Table, band: Band, borders: Sequence[Position]) -> Located:
    starts = sheet.find(_anchor(band), sheet.extent)
    regions = dict.fromkeys(_region(sheet, start, borders, ends) for start in starts for ends in _BELOW)
    tries = [_BandLocator(sheet, form, table, band, region).locate() for region in regions]
    whole = {min(found.positions.values()): found for found in tries if not found.findings and found.positions}
    if len(whole) > 1:
        cells = [sheet.cell(position) for position in whole]
        return Located(
            findings=[
                finding(
                    "read.table_twice",
                    "error",
                    _place(form, table, band),
                    Text("the table stands {count} times on this sheet", count=len(whole)),
                    Text("Delete the copy that does not count."),
                    cells=cells,
                )
            ]
        )
    if whole:
        return next(iter(whole.values()))
    if tries:
        return min(tries, key=lambda found: len(found.findings))
    return Located(findings=[_missing(sheet, form, table, band, _anchor(band)[0], sheet.extent)])


def _place(form: Format, table: Table, band: Band) -> str:
    heading = form.section_of(table.id).heading
    return f"{heading} {band.title}" if band.title else heading


def _missing(sheet: Sheet, form: Format, table: Table, band: Band, label: str, region: Region) -> Finding:
    """Report a label that is not there, with the most similar one of the region as the cell to mend."""
    texts = {normal: places[0] for normal, places in sheet.labels.items() for place in places if place in region}
    similar = nearest(normal_label(label), texts)
    problem = (
        Text("the label {label} is missing; here stands something like it", label=label)
        if similar
        else Text("the label {label} is missing on sheet {sheet}", label=label, sheet=sheet.name)
    )
    return finding(
        "read.missing_label",
        "error",
        _place(form, table, band),
        problem,
        Text("Write the label as the form prints it."),
        words=label,
        cells=[sheet.cell(texts[similar])] if similar else [],
    )


@dataclass
class _BandLocator:
    sheet: Sheet
    form: Format
    table: Table
    band: Band
    region: Region
    result: Located = field(default_factory=Located)

    def locate(self) -> Located:
        rows = [] if self.band.unlabelled else self._rows()
        first_row = min((position[0] for _, position in rows), default=self.region.bottom)
        heads = self._heads(Region(self.region.top, self.region.left, first_row, self.region.right))
        if self.result.findings:
            return self.result
        if self.band.unlabelled:
            rows = [(self.band.rows, (self._figures_row(heads), heads[0][1][1]))]
        for path, (row, _) in rows:
            self._figures(path[-1], row, heads)
        return self.result

    def _matches(
        self, paths: Sequence[tuple[Row, ...]] | Sequence[tuple[Column, ...]], region: Region
    ) -> Iterator[tuple[tuple[Row, ...] | tuple[Column, ...], Position]]:
        """Pair each path with its label's position; a label expected n times is taken in order of appearance."""
        by_label: dict[str, list[tuple[Row, ...] | tuple[Column, ...]]] = {}
        for path in paths:
            by_label.setdefault(normal_label(path[-1].label), []).append(path)
        for same in by_label.values():
            node = same[0][-1]
            places = self.sheet.find((node.label, *node.aliases), region)
            if isinstance(node, Column):
                places.sort(key=lambda place: (place[1], place[0]))
            if len(places) != len(same):
                self._wrong_number(node, places, len(same), region)
                continue
            yield from zip(same, places, strict=True)

    def _wrong_number(self, node: Row | Column, places: Sequence[Position], expected: int, region: Region) -> None:
        if not places:
            self.result.findings.append(_missing(self.sheet, self.form, self.table, self.band, node.label, region))
            return
        self.result.findings.append(
            finding(
                "read.label_count",
                "error",
                _place(self.form, self.table, self.band),
                Text(
                    "the label {label} stands {found} times, the form has it {expected} times",
                    label=node.label,
                    found=len(places),
                    expected=expected,
                ),
                Text("Restore the labels as the form prints them."),
                words=node.label,
                cells=[self.sheet.cell(place) for place in places],
            )
        )

    def _rows(self) -> list[tuple[tuple[Row, ...], Position]]:
        paths = list(self.band.leaf_rows)
        for group in _undivided_groups(self.band.rows):
            children = [label for child in group.rows for label in (child.label, *child.aliases)]
            places = self.sheet.find((group.label, *group.aliases), self.region)
            if places and not self.sheet.find(children, self.region):
                paths = [path for path in paths if group not in path] + [(group,)]
                self.result.undivided.append(self._undivided(group, places[0]))
        return [(path, place) for path, place in self._matches(paths, self.region)]  # type: ignore[misc] # rows in, rows out

    def _undivided(self, group: Row, place: Position) -> Finding:
        return finding(
            "read.undivided",
            "warning",
            _place(self.form, self.table, self.band),
            Text(
                "{label} stands as one row, as in an earlier form; its figures are kept as they are, not divided",
                label=group.label,
            ),
            Text("Divide them into the rows of the form: {rows}.", rows="；".join(row.label for row in group.rows)),
            words=group.label,
            cells=[self.sheet.cell(place)],
        )

    def _heads(self, region: Region) -> list[tuple[tuple[Column, ...], Position]]:
        """Return the leaf columns with their head cells, left to right."""
        heads = sorted(self._matches(self.band.leaf_columns, region), key=lambda pair: pair[1][1])
        found: list[tuple[tuple[Column, ...], Position]] = heads  # type: ignore[assignment] # columns in, columns out
        for path, place in found:
            for group in path[:-1]:
                self._check_group(group, path, place, found, region)
        return found

    def _check_group(
        self,
        group: Column,
        path: tuple[Column, ...],
        place: Position,
        heads: Sequence[tuple[tuple[Column, ...], Position]],
        region: Region,
    ) -> None:
        """Make sure that the group's head stands over its first column, so that equal labels are not mixed up."""
        first = next(other for other, _ in heads if any(each is group for each in other))  # to compare takes longer
        if first is not path:
            return
        places = self.sheet.find((group.label, *group.aliases), region)
        if not any(column == place[1] for _, column in places):
            self.result.findings.append(_missing(self.sheet, self.form, self.table, self.band, group.label, region))

    def _figures_row(self, heads: Sequence[tuple[tuple[Column, ...], Position]]) -> int:
        """Return the row of figures under an unlabelled band: the first that holds anything, else the next."""
        below = max(place[0] for _, place in heads) + 1
        columns = [place[1] for _, place in heads]
        filled = (
            row
            for row in range(below, self.region.bottom)
            if any(not self.sheet.is_blank((row, column)) for column in columns)
        )
        return next(filled, below)

    def _figures(self, row: Row, number: int, heads: Sequence[tuple[tuple[Column, ...], Position]]) -> None:
        """Pair a row's cells with the columns: by count where it is divided like the head, else by position."""
        ends = [self.sheet.right_edge(place) for _, place in heads]
        starts = [place[1] for _, place in heads]
        slots = self.sheet.slots(number, starts[0], max(ends[-1], starts[-1]))
        if len(slots) == len(heads):
            cells = slots
        else:
            borders = [
                max(end, following - 1) for end, following in zip(ends, [*starts[1:], ends[-1] + 1], strict=True)
            ]
            cells = [self._only_filled(number, start, end) for start, end in zip(starts, borders, strict=True)]
        for (path, _), cell in zip(heads, cells, strict=True):
            self.result.positions[leaf_key(self.table, row, path[-1])] = cell

    def _only_filled(self, row: int, left: int, right: int) -> Position:
        filled = [(row, column) for column in range(left, right + 1) if not self.sheet.is_blank((row, column))]
        if len(filled) > 1:
            self.result.findings.append(
                finding(
                    "read.two_values",
                    "error",
                    _place(self.form, self.table, self.band),
                    Text("two cells are filled in under one column head"),
                    Text("Keep the one that counts and clear the other."),
                    cells=[self.sheet.cell(place) for place in filled],
                )
            )
        return filled[0] if filled else (row, left)


def _undivided_groups(rows: Sequence[Row]) -> Iterator[Row]:
    for row in rows:
        if row.undivided:
            yield row
        yield from _undivided_groups(row.rows)
