"""Placing the statutory tables as they are printed, and what checks their totals beside and below them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from giakit.figures import format_amount, format_value
from giakit.forms.fields import load_blocks
from giakit.forms.page import Piece, Placer, typed
from giakit.forms.spans import Span, table_spans
from giakit.forms.tallies import Spot, Tally, find_tallies
from giakit.forms.validation import ask_figure
from giakit.tables import build_table

if TYPE_CHECKING:
    from giakit.content.model import Table, TableCell


class TablePlacer(Placer):
    """Places tables."""

    def _tables(self) -> None:
        """Place the tables; the longest begins a page, so that it is not cut, and so does what follows them all."""
        sections = [section for section in self.statistics.format.sections if section.table]
        tables = [build_table(self.statistics, section.table or "") for section in sections]
        longest = max(tables, key=lambda table: sum(len(band.body) for band in table.bands))
        for section, table in zip(sections, tables, strict=True):
            if table is longest:
                self.layout.breaks.append(self.row + 1)
            self._heading(section.heading)
            self._table(table)
        self.layout.breaks.append(self.row + 1)

    def _table(self, table: Table) -> None:
        spans = table_spans(self.width, table.label_columns, table.columns - table.label_columns)
        taken: set[tuple[int, int]] = set()
        spots: dict[str, Spot] = {}
        heads: list[range] = []
        for band in table.bands:
            heads.append(range(self.row, self.row + len(band.head)))
            for cells in (*band.head, *band.body):
                pieces = list(self._pieces(cells, spans, taken))
                spots |= {each.key: Spot(self.row, each.first, each.last, each.value) for each in pieces if each.key}
                self._put_row(*pieces)
        self._tallies(table, list(find_tallies(self.statistics.format, table.id, spots)), heads, spans)

    def _pieces(
        self, cells: Sequence[TableCell], spans: Sequence[Span], taken: set[tuple[int, int]]
    ) -> Iterator[Piece]:
        """Place a row's cells beside those that hang down from above; `taken` remembers them as (row, column)."""
        place = 0
        for cell in cells:
            while (self.row, place) in taken:
                place += 1
            last = place + cell.colspan - 1
            taken.update((self.row + down, column) for down in range(cell.rowspan) for column in range(place, last + 1))
            span = spans[place][0], spans[last][1]
            yield self._figure(cell, span) if cell.key else Piece(*span, cell.text, _label_style(cell), cell.rowspan)
            place = last + 1

    def _figure(self, cell: TableCell, span: Span) -> Piece:
        leaf = self.statistics.format.leaf(cell.key or "")
        value = self.statistics.get(leaf.key)
        shown: object = None
        if value and value.unit != leaf.unit and value.amount is not None:
            note = f"（{value.note}）" if value.note else ""
            shown = f"{format_amount(value.amount)}{value.unit or ''}{note}"
        elif value:
            shown = format_value(value, leaf) if value.note else typed(value)
        style = "signed" if leaf.kind == "signed" else "figure"
        ask = ask_figure(leaf.kind, leaf.unit)
        return Piece(*span, shown, style, cell.rowspan, leaf.key, ask, self._comment(leaf.key))

    def _tallies(self, table: Table, tallies: Sequence[Tally], heads: Sequence[range], spans: Sequence[Span]) -> None:
        """Place the tallies of rows beside the table, those of columns below it.

        A table without row labels has one row: its tallies stand below it, each under its total.
        """
        beside = [tally for tally in tallies if tally.rule.axis == "rows" and table.label_columns]
        below = [tally for tally in tallies if tally not in beside]
        self._tallies_beside(beside, heads)
        if table.label_columns:
            self._tallies_below(below, spans[: table.label_columns])
        else:
            self._tallies_under_totals(below)

    def _tallies_beside(self, tallies: Sequence[Tally], heads: Sequence[range]) -> None:
        column = {rule: self.width + number for number, rule in enumerate(_rules(tallies))}
        for tally in tallies:
            self._put(tally.left[0].row, _tally_piece(tally, column[tally.rule.id], column[tally.rule.id]))
        for head, following in zip(heads, [*heads[1:], range(self.row, self.row)], strict=True):
            if any(head.start <= tally.left[0].row < following.start for tally in tallies):
                title = Piece(self.width, self.layout.columns - 1, load_blocks().tally, "tally_label", len(head))
                self._put(head.start, title)

    def _tallies_below(self, tallies: Sequence[Tally], labels: Sequence[Span]) -> None:
        """Place a row for each rule, with the form's own words; the first label spans them all."""
        rules = _rules(tallies)
        for number, rule in enumerate(rules):
            row = [tally for tally in tallies if tally.rule.id == rule]
            title = [Piece(*labels[0], load_blocks().tally, "tally_label", len(rules))] if number == 0 else []
            words = f"{rule}　{row[0].rule.words}"
            if len(labels) > 1:
                title.append(Piece(labels[1][0], labels[-1][1], words, "tally_words"))
            self._put_row(*title, *(_tally_piece(tally, tally.left[0].first, tally.left[0].last) for tally in row))

    def _tallies_under_totals(self, tallies: Sequence[Tally]) -> None:
        """Place each under its total, the title in front of it; the titles end the table."""
        left = sorted(tallies, key=lambda tally: tally.anchor.first)
        if left and left[0].anchor.first == 0:
            self._put_row(Piece(0, self.width - 1, load_blocks().tally, "tally_label"))
        while left:
            pieces: list[Piece] = []
            later: list[Tally] = []
            start = 0
            for tally in left:
                if tally.anchor.first < start:
                    later.append(tally)
                    continue
                if tally.anchor.first > start:
                    pieces.append(Piece(start, tally.anchor.first - 1, load_blocks().tally, "tally_label"))
                pieces.append(_tally_piece(tally, tally.anchor.first, tally.anchor.last))
                start = tally.anchor.last + 1
            self._put_row(*pieces)
            left = later


def _rules(tallies: Sequence[Tally]) -> list[str]:
    return list(dict.fromkeys(tally.rule.id for tally in tallies))


def _tally_piece(tally: Tally, first: int, last: int) -> Piece:
    return Piece(first, last, tally, "tally_count" if tally.whole else "tally")


def _label_style(cell: TableCell) -> str:
    return "row_label" if cell.scope == "row" else "label"
