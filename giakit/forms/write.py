"""Statistics → a workbook laid out like the printed form, one sheet an organ; the same statistics, the same bytes.

A sheet is one grid of equal narrow columns, as many as the widest table has. Every table takes its whole width, so the
sheet prints like the form, one page wide: a table with few columns of figures merges several for each.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import xlsxwriter

from giakit.figures import format_amount, format_value
from giakit.forms.fields import Field, FieldBlock, RecordBlock, load_blocks
from giakit.tables import build_table

if TYPE_CHECKING:
    from pathlib import Path

    from giakit.content.model import Table, TableCell
    from giakit.statistics import Statistics, Value

SPARE_ROWS = 4
_CREATED = dt.datetime(2020, 1, 1)  # noqa: DTZ001 - XlsxWriter wants a naive date; fixed for equal bytes
_SHEET_NAME = 31
_PRINTED_STATES = {"slash": "/", "dash": "-", "not_applicable": "不适用", "blank": None}

_A4 = 9
_COLUMN = 53  # pixels: six digits, or 商业企业 in two lines
_CHARACTER, _EDGES, _INDENT = 13.4, 6, 9  # pixels: a Chinese character at 10 points, a cell's two edges, one indent
_LINE, _ROW_PADDING, _HIGHEST = 14.5, 5.0, 409.0  # points; no spreadsheet program has a higher row
_FIELD_LABEL = 3  # columns
_OUTERMOST_LABEL, _OUTER_LABEL = 1, 2  # columns: 三、本年度办理结果 runs downwards, （三）不予公开 stands in one line

_FONT = {"font_name": "宋体", "font_size": 10, "valign": "vcenter"}
_LABEL = {"border": 1, "text_wrap": True, "bg_color": "#EEF1F4"}
_ENTRY = {"border": 1, "bg_color": "#FFF9E5"}
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"font_name": "黑体", "font_size": 16, "align": "center"},
    "hint": {"align": "center", "font_color": "#595959"},
    "heading": {"font_name": "黑体", "font_size": 12},
    "label": _LABEL | {"align": "center"},
    "row_label": _LABEL | {"align": "left", "indent": 1},
    "figure": _ENTRY | {"align": "center", "text_wrap": True},
    "signed": _ENTRY | {"align": "center", "num_format": "+0;-0;0"},
    # Kept as text, or a spreadsheet program takes the first 0 off a post code.
    "fact": _ENTRY | {"align": "left", "indent": 1, "text_wrap": True, "num_format": "@"},
    # Not marked as text: older programs show ##### for one of more than 255 characters.
    "text": _ENTRY | {"align": "left", "indent": 1, "text_wrap": True, "valign": "top"},
}


def write_workbook(path: Path, organs: Sequence[Statistics]) -> None:
    """Write one sheet for each organ, in the given order.

    Parameters
    ----------
    path
        The .xlsx file to write; an existing one is replaced.
    organs
        Their `values` fill the tables; a missing value leaves its cell blank. Sheets are named after the name in the
        title, shortened and made unique; identity is the key on the sheet.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": "政府信息公开工作年度报告统计表", "created": _CREATED})
        styles = {name: book.add_format(_FONT | style) for name, style in _STYLES.items()}
        names: set[str] = set()
        for statistics in organs:
            name = _sheet_name(statistics.entry("organ.name").text, names)
            _SheetWriter(book.add_worksheet(name), statistics, styles).write()


def _sheet_name(wanted: str, taken: set[str]) -> str:
    plain = re.sub(r"[\[\]:*?/\\']", "_", wanted)[:_SHEET_NAME] or "机关"
    name, number = plain, 2
    while name.casefold() in taken:
        suffix = f"_{number}"
        name, number = plain[: _SHEET_NAME - len(suffix)] + suffix, number + 1
    taken.add(name.casefold())
    return name


class _Piece(NamedTuple):
    """A cell to write in the current row: its first and last column, what and how, and how many rows it takes."""

    first: int
    last: int
    value: object
    style: str
    rows: int = 1

    @property
    def height(self) -> float:
        """How high a row must be to show it: spreadsheet programs do not fit merged cells by themselves."""
        free = (self.last - self.first + 1) * _COLUMN - _EDGES - _INDENT * _STYLES[self.style].get("indent", 0)
        a_line = int(free / _CHARACTER)
        lines = sum(max(1, -(-_width(line) // a_line)) for line in str(self.value or "").splitlines())
        return min(max(1, lines) * _LINE + _ROW_PADDING, _HIGHEST)


def _width(text: str) -> int:
    """Return how many Chinese characters a text is wide, digits and letters counting half."""
    return -(-sum(2 if unicodedata.east_asian_width(char) in "WFA" else 1 for char in text) // 2)


@dataclass
class _SheetWriter:
    sheet: Any
    statistics: Statistics
    styles: dict[str, Any]
    row: int = 0

    def write(self) -> None:
        self._set_page()
        blocks = load_blocks()
        form = self.statistics.format
        self._title()
        self._fields(blocks.organ)
        self._tables()
        self._records(blocks.local, [(line.item, line.value, line.value.unit) for line in self.statistics.local])
        self._fields(blocks.work_fields(form))
        self._records(blocks.problems, [(pair.problem.text, pair.measure.text) for pair in self.statistics.problems])
        self._fields(blocks.other)

    @cached_property
    def width(self) -> int:
        """How many columns the sheet uses."""
        return max(table.grid_columns for table in self.statistics.format.tables)

    def _set_page(self) -> None:
        self.sheet.hide_gridlines(2)
        self.sheet.set_column_pixels(0, self.width - 1, _COLUMN)
        self.sheet.set_paper(_A4)
        self.sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
        self.sheet.center_horizontally()
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_footer("&L&A&R第 &P 页，共 &N 页")

    def _spans(self, labels: int, figures: int) -> list[tuple[int, int]]:
        """Return first and last sheet column of each column of a table or list.

        The figures take three fifths of the width at most, the innermost labels what is left.
        """
        each = max(1, self.width * 3 // (5 * figures)) if labels else self.width // figures
        widths = [*self._label_widths(labels, self.width - each * figures), *([each] * figures)]
        widths[-1] += self.width - sum(widths)
        ends = list(accumulate(widths))
        return [(end - width, end - 1) for end, width in zip(ends, widths, strict=True)]

    def _label_widths(self, labels: int, area: int) -> list[int]:
        """Divide the columns left for labels; where they nest too deep for that, a column each."""
        if not labels:
            return []
        outer = [_OUTERMOST_LABEL, *[_OUTER_LABEL] * labels][: labels - 1]
        if sum(outer) >= area:
            outer = [1] * (labels - 1)
        return [*outer, area - sum(outer)]

    def _put_row(self, *pieces: _Piece, lowest: float = 0) -> None:
        """Write the current row, make it as high as its texts need, and go on to the next."""
        for piece in pieces:
            self._put(piece)
        self.sheet.set_row(self.row, max(lowest, *(piece.height for piece in pieces if piece.rows == 1)))
        self.row += 1

    def _put(self, piece: _Piece) -> None:
        style = self.styles[piece.style]
        if (piece.rows, piece.first) != (1, piece.last):
            self.sheet.merge_range(self.row, piece.first, self.row + piece.rows - 1, piece.last, "", style)
        if piece.value is None or piece.value == "":
            self.sheet.write_blank(self.row, piece.first, None, style)
        elif isinstance(piece.value, str):
            self.sheet.write_string(self.row, piece.first, piece.value, style)
        else:
            self.sheet.write_number(self.row, piece.first, piece.value, style)

    def _title(self) -> None:
        notice = self.statistics.format.notice.number
        self._put_row(_Piece(0, self.width - 1, "政府信息公开工作年度报告统计表", "title"), lowest=32)
        hint = f"表式：{notice}。底色为浅黄的单元格由填报单位填写，没有发生的填 0。"
        self._put_row(_Piece(0, self.width - 1, hint, "hint"))

    def _heading(self, text: str) -> None:
        self.row += 1
        self._put_row(_Piece(0, self.width - 1, text, "heading"), lowest=24)

    def _fields(self, block: FieldBlock) -> None:
        self._heading(block.title)
        for declared in block.fields:
            self._ask(declared)
            value = self._field_value(declared.key)
            answer = _Piece(_FIELD_LABEL, self.width - 1, value, _field_style(declared, block))
            self._put_row(_Piece(0, _FIELD_LABEL - 1, declared.label, "label"), answer)

    def _ask(self, declared: Field) -> None:
        """Offer the levels to choose from, and name the unit of a figure when its cell is entered."""
        if declared.key == "organ.level":
            rule = {"validate": "list", "source": [level.label for level in self.statistics.format.levels]}
        elif declared.unit:
            rule = {"validate": "any", "input_title": declared.label, "input_message": f"单位：{declared.unit}"}
        else:
            return
        self.sheet.data_validation(self.row, _FIELD_LABEL, self.row, _FIELD_LABEL, rule)

    def _field_value(self, key: str) -> object:
        if key == "organ.year":
            return self.statistics.year
        if key in self.statistics:
            return _typed(self.statistics[key])
        return self.statistics.entry(key).text

    def _records(self, block: RecordBlock, rows: Sequence[tuple[str | Value | None, ...]]) -> None:
        self._heading(block.title)
        spans = self._spans(1, len(block.columns) - 1)
        self._put_row(*(_Piece(*span, name, "label") for span, name in zip(spans, block.columns, strict=True)))
        blank = ("",) * len(block.columns)
        for record in [*rows, *([blank] * SPARE_ROWS)]:
            self._put_row(*(_record_piece(span, value) for span, value in zip(spans, record, strict=True)))

    def _tables(self) -> None:
        """Write the tables; the longest begins a page, so that it is not cut, and so does what follows them all."""
        sections = [section for section in self.statistics.format.sections if section.table]
        tables = [build_table(self.statistics, section.table or "") for section in sections]
        longest = max(tables, key=lambda table: sum(len(band.body) for band in table.bands))
        breaks = []
        for section, table in zip(sections, tables, strict=True):
            if table is longest:
                breaks.append(self.row + 1)
            self._heading(section.heading)
            self._table(table)
        self.sheet.set_h_pagebreaks([*breaks, self.row + 1])

    def _table(self, table: Table) -> None:
        spans = self._spans(table.label_columns, table.columns - table.label_columns)
        taken: set[tuple[int, int]] = set()
        for band in table.bands:
            for cells in (*band.head, *band.body):
                self._put_row(*self._pieces(cells, spans, taken))

    def _pieces(
        self, cells: Sequence[TableCell], spans: Sequence[tuple[int, int]], taken: set[tuple[int, int]]
    ) -> Iterator[_Piece]:
        """Place a row's cells beside those that hang down from above; `taken` remembers them as (row, column)."""
        place = 0
        for cell in cells:
            while (self.row, place) in taken:
                place += 1
            last = place + cell.colspan - 1
            taken.update((self.row + down, column) for down in range(cell.rowspan) for column in range(place, last + 1))
            value, style = self._figure(cell) if cell.key else (cell.text, _label_style(cell))
            yield _Piece(spans[place][0], spans[last][1], value, style, cell.rowspan)
            place = last + 1

    def _figure(self, cell: TableCell) -> tuple[object, str]:
        leaf = self.statistics.format.leaf(cell.key or "")
        style = "signed" if leaf.kind == "signed" else "figure"
        if leaf.key not in self.statistics:
            return None, style
        value = self.statistics[leaf.key]
        if value.unit != leaf.unit and value.amount is not None:
            note = f"（{value.note}）" if value.note else ""
            return f"{format_amount(value.amount)}{value.unit or ''}{note}", style
        return (format_value(value, leaf), style) if value.note else (_typed(value), style)


def _label_style(cell: TableCell) -> str:
    return "row_label" if cell.scope == "row" else "label"


def _field_style(declared: Field, block: FieldBlock) -> str:
    if declared.kind:
        return "figure"
    return "fact" if block is load_blocks().organ else "text"


def _record_piece(span: tuple[int, int], value: str | Value | None) -> _Piece:
    if isinstance(value, str) or value is None:
        return _Piece(*span, value, "text")
    return _Piece(*span, _typed(value), "figure")


def _typed(value: Value) -> object:
    """Return what the cell holds: a number where it says no more than the number."""
    if value.amount is None:
        return _PRINTED_STATES.get(value.state, value.cell.raw if value.cell else None)
    return int(value.amount) if value.amount == value.amount.to_integral_value() else float(value.amount)
