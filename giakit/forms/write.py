"""Statistics → a workbook laid out like the printed form, one sheet an organ; the same statistics, the same bytes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import xlsxwriter

from giakit.figures import format_amount, format_value
from giakit.forms.fields import FieldBlock, RecordBlock, load_blocks
from giakit.forms.locate import label_area
from giakit.tables import build_table

if TYPE_CHECKING:
    from pathlib import Path

    from giakit.content.model import TableCell
    from giakit.statistics import Statistics, Value

SPARE_ROWS = 4
_CREATED = dt.datetime(2020, 1, 1)  # noqa: DTZ001 - XlsxWriter wants a naive date; fixed for equal bytes
_SHEET_NAME = 31
_LABEL_WIDTHS = (7, 10, 38)
_FIGURE_WIDTH = 12
_FIGURES = 7  # columns of figures beside the label area that titles and texts stretch over
_TEXT_HEIGHT = 48
_CHARACTERS_A_LINE = 70
_LINE_HEIGHT = 16
_PRINTED_STATES = {"slash": "/", "dash": "-", "not_applicable": "不适用", "blank": None}

_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "align": "center", "valign": "vcenter"},
    "heading": {"bold": True, "font_size": 12, "valign": "vcenter", "bottom": 1},
    "label": {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True, "bg_color": "#EEF1F4"},
    "row_label": {"border": 1, "align": "left", "valign": "vcenter", "text_wrap": True, "bg_color": "#EEF1F4"},
    "figure": {"border": 1, "align": "center", "valign": "vcenter", "bg_color": "#FFF9E5"},
    "signed": {"border": 1, "align": "center", "valign": "vcenter", "bg_color": "#FFF9E5", "num_format": "+0;-0;0"},
    "text": {
        "border": 1,
        "align": "left",
        "valign": "top",
        "text_wrap": True,
        "bg_color": "#FFF9E5",
        "num_format": "@",
    },
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
        styles = {name: book.add_format(style | {"font_name": "宋体"}) for name, style in _STYLES.items()}
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


@dataclass
class _SheetWriter:
    sheet: Any
    statistics: Statistics
    styles: dict[str, Any]
    row: int = 0

    def write(self) -> None:
        self.sheet.hide_gridlines(2)
        for column in range(self.width):
            self.sheet.set_column(
                column, column, _LABEL_WIDTHS[column] if column < len(_LABEL_WIDTHS) else _FIGURE_WIDTH
            )
        blocks = load_blocks()
        form = self.statistics.format
        self._title()
        self._fields(blocks.organ)
        for section in form.sections:
            if section.table:
                self._heading(section.heading)
                self._table(section.table)
        self._records(blocks.local, [(line.item, line.value, line.value.unit) for line in self.statistics.local])
        self._fields(blocks.work_fields(form))
        self._records(blocks.problems, [(pair.problem.text, pair.measure.text) for pair in self.statistics.problems])
        self._fields(blocks.other)

    @cached_property
    def width(self) -> int:
        """How many columns the sheet uses: the label area and the most figures of any table with labels."""
        widths = [self.labels + _FIGURES]
        for table in self.statistics.format.tables:
            labels = max(band.label_columns for band in table.bands)
            widths.append(table.grid_columns - labels + self.labels if labels else table.grid_columns)
        return max(widths)

    @cached_property
    def labels(self) -> int:
        """How many columns the label area has."""
        return label_area(self.statistics.format)

    def _merge(self, row: int, column: int, last_row: int, last_column: int, value: object, style: str) -> None:
        if (row, column) == (last_row, last_column):
            self._put(row, column, value, style)
        else:
            self.sheet.merge_range(row, column, last_row, last_column, "", self.styles[style])
            self._put(row, column, value, style)

    def _put(self, row: int, column: int, value: object, style: str) -> None:
        if value is None or value == "":
            self.sheet.write_blank(row, column, None, self.styles[style])
        elif isinstance(value, str):
            self.sheet.write_string(row, column, value, self.styles[style])
        else:
            self.sheet.write_number(row, column, value, self.styles[style])

    def _title(self) -> None:
        form = self.statistics.format
        self.sheet.set_row(0, 30)
        self._merge(0, 0, 0, self.labels + _FIGURES - 1, "政府信息公开工作年度报告统计表", "title")
        self._merge(
            1,
            0,
            1,
            self.labels + _FIGURES - 1,
            f"表式：{form.notice.number}。底色为浅黄的单元格由填报单位填写。",
            "heading",
        )
        self.row = 3

    def _heading(self, text: str) -> None:
        self.row += 1
        self._merge(self.row, 0, self.row, self.labels + _FIGURES - 1, text, "heading")
        self.row += 1

    def _fields(self, block: FieldBlock) -> None:
        self._heading(block.title)
        for declared in block.fields:
            value = self._field_value(declared.key)
            self._merge(self.row, 0, self.row, self.labels - 2, declared.label, "label")
            self._merge(
                self.row,
                self.labels - 1,
                self.row,
                self.labels + _FIGURES - 1,
                value,
                "text" if declared.kind is None else "figure",
            )
            if isinstance(value, str) and declared.kind is None:
                self._set_height(value, wide=True)
            self.row += 1

    def _field_value(self, key: str) -> object:
        if key == "organ.year":
            return self.statistics.year
        if key in self.statistics:
            return _typed(self.statistics[key])
        return self.statistics.entry(key).text

    def _set_height(self, text: str, *, wide: bool) -> None:
        """Make the row high enough: spreadsheet programs do not fit merged cells by themselves."""
        a_line = _CHARACTERS_A_LINE if wide else _CHARACTERS_A_LINE // 2
        lines = sum(-(-len(line) // a_line) for line in text.splitlines() or [""])
        if lines > 1:
            self.sheet.set_row(self.row, lines * _LINE_HEIGHT)

    def _records(self, block: RecordBlock, rows: Sequence[tuple[object, ...]]) -> None:
        self._heading(block.title)
        spans = self._record_spans(len(block.columns))
        for span, name in zip(spans, block.columns, strict=True):
            self._merge(self.row, span[0], self.row, span[1], name, "label")
        self.row += 1
        blank = ("",) * len(block.columns)
        for record in [*rows, *([blank] * SPARE_ROWS)]:
            for span, value in zip(spans, record, strict=True):
                typed = value if isinstance(value, str) or value is None else _typed(value)  # type: ignore[arg-type] # texts and values only
                self._merge(self.row, span[0], self.row, span[1], typed, "text" if isinstance(typed, str) else "figure")
            self._set_height(
                max((value for value in record if isinstance(value, str)), key=len, default=""), wide=False
            )
            self.row += 1

    def _record_spans(self, columns: int) -> list[tuple[int, int]]:
        """Return first and last sheet column of each record column: the first takes the label area."""
        last = self.labels + _FIGURES - 1
        rest = (last - self.labels + 1) // (columns - 1)
        starts = [self.labels + number * rest for number in range(columns - 1)]
        ends = [*(start - 1 for start in starts[1:]), last]
        return [(0, self.labels - 1), *zip(starts, ends, strict=True)]

    def _table(self, table_id: str) -> None:
        table = build_table(self.statistics, table_id)
        taken: set[tuple[int, int]] = set()
        for band in table.bands:
            for cells in (*band.head, *band.body):
                self._table_row(cells, table.label_columns, taken)
                self.row += 1

    def _table_row(self, cells: Sequence[TableCell], labels: int, taken: set[tuple[int, int]]) -> None:
        grid = 0
        for cell in cells:
            while (self.row, grid) in taken:
                grid += 1
            taken.update(
                (self.row + down, grid + right) for down in range(cell.rowspan) for right in range(cell.colspan)
            )
            first, last = self._sheet_columns(grid, grid + cell.colspan - 1, labels)
            value, style = (
                (cell.text, "row_label" if cell.scope == "row" else "label") if cell.scope else self._figure(cell)
            )
            self._merge(self.row, first, self.row + cell.rowspan - 1, last, value, style)
            grid += cell.colspan

    def _sheet_columns(self, first: int, last: int, labels: int) -> tuple[int, int]:
        """Map grid columns to the sheet: the innermost label column takes what is left of the label area."""
        shift = self.labels - labels if labels else 0
        return (first + shift if first >= labels else first), (last + shift if last >= labels - 1 else last)

    def _figure(self, cell: TableCell) -> tuple[object, str]:
        leaf = self.statistics.format.leaf(cell.key or "")
        style = "signed" if leaf.kind == "signed" else "figure"
        if leaf.key not in self.statistics:
            return None, style
        value = self.statistics[leaf.key]
        if value.unit != leaf.unit and value.amount is not None:
            return f"{format_amount(value.amount)}{value.unit or ''}", style
        return (format_value(value, leaf), style) if value.note else (_typed(value), style)


def _typed(value: Value) -> object:
    """Return what the cell holds: a number where it says no more than the number."""
    if value.amount is None:
        return _PRINTED_STATES.get(value.state, value.cell.raw if value.cell else None)
    return int(value.amount) if value.amount == value.amount.to_integral_value() else float(value.amount)
