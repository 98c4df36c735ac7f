"""Statistics → a workbook laid out like the printed form, one sheet an organ; the same statistics, the same bytes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import xlsxwriter

from giakit.forms.layout import TITLE, build_layout
from giakit.forms.look import ALARM, COLUMN, STYLES
from giakit.forms.look import UNSURE as UNSURE_LOOK
from giakit.forms.page import Layout, Piece
from giakit.forms.scan import cell_address
from giakit.forms.tallies import FITS, UNSURE, Tally

if TYPE_CHECKING:
    from pathlib import Path

    from giakit.forms.validation import Validation
    from giakit.statistics import Statistics

_CREATED = dt.datetime(2020, 1, 1)  # noqa: DTZ001 - XlsxWriter wants a naive date; fixed for equal bytes
_SHEET_NAME = 31
_A4 = 9
# Of a fixed size and nobody's, for equal bytes on every machine.
_COMMENT = {"author": "giakit", "width": 220, "height": 76, "font_name": "宋体", "font_size": 9}
# A clerk may still make rows higher and add cell notes; there is no password.
_ALLOWED = {"objects": True, "scenarios": True, "format_rows": True, "format_columns": True}


def write_workbook(path: Path, organs: Sequence[Statistics], *, protected: bool = False) -> None:
    """Write one sheet for each organ, in the given order.

    Parameters
    ----------
    path
        The .xlsx file to write; an existing one is replaced.
    organs
        Their `values` fill the tables; a missing value leaves its cell blank. Sheets are named after the name in the
        title, shortened and made unique; identity is the key on the sheet.
    protected
        Whether only the cells to fill in can be changed, until somebody lifts the protection.
    """
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": TITLE, "created": _CREATED})
        formats = {name: book.add_format(style) for name, style in STYLES.items()}
        alarms = {name: book.add_format(style) for name, style in ((FITS, ALARM), (UNSURE, UNSURE_LOOK))}
        names: set[str] = set()
        for statistics in organs:
            sheet = book.add_worksheet(_sheet_name(statistics.entry("organ.name").text, names))
            layout = build_layout(statistics)
            _set_page(sheet, layout, statistics.year)
            _write_cells(sheet, layout, formats)
            _write_alarms(sheet, layout, alarms)
            _write_validations(sheet, layout)
            _silence_hints(sheet, layout)
            if protected:
                sheet.protect("", _ALLOWED)


def _sheet_name(wanted: str, taken: set[str]) -> str:
    plain = re.sub(r"[\[\]:*?/\\']", "_", wanted)[:_SHEET_NAME] or "机关"
    name, number = plain, 2
    while name.casefold() in taken:
        suffix = f"_{number}"
        name, number = plain[: _SHEET_NAME - len(suffix)] + suffix, number + 1
    taken.add(name.casefold())
    return name


def _set_page(sheet: Any, layout: Layout, year: int) -> None:  # noqa: ANN401 - XlsxWriter is not annotated
    sheet.hide_gridlines(2)
    sheet.set_column_pixels(0, layout.columns - 1, COLUMN)
    for row, height in layout.heights.items():
        sheet.set_row(row, height)
    sheet.set_paper(_A4)
    sheet.set_portrait()
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.center_horizontally()
    sheet.print_area(0, 0, layout.last_row, layout.columns - 1)
    sheet.fit_to_pages(1, 0)
    sheet.set_h_pagebreaks(layout.breaks)
    sheet.set_footer(f"&L&A&C{year}年度&R第 &P 页，共 &N 页")


def _write_cells(sheet: Any, layout: Layout, formats: dict[str, Any]) -> None:  # noqa: ANN401 - XlsxWriter is not annotated
    for row, piece in layout.cells:
        style = formats[piece.style]
        if (piece.rows, piece.first) != (1, piece.last):
            sheet.merge_range(row, piece.first, row + piece.rows - 1, piece.last, "", style)
        _write_value(sheet, row, piece, style)
        if piece.comment:
            sheet.write_comment(row, piece.first, piece.comment, _COMMENT)


def _write_value(sheet: Any, row: int, piece: Piece, style: Any) -> None:  # noqa: ANN401 - XlsxWriter is not annotated
    if isinstance(piece.value, Tally):
        sheet.write_formula(row, piece.first, piece.value.formula, style, piece.value.result)
    elif piece.value is None or piece.value == "":
        sheet.write_blank(row, piece.first, None, style)
    elif isinstance(piece.value, str):
        sheet.write_string(row, piece.first, piece.value, style)
    else:
        sheet.write_number(row, piece.first, piece.value, style)


def _write_alarms(sheet: Any, layout: Layout, alarms: dict[str, Any]) -> None:  # noqa: ANN401 - XlsxWriter is not annotated
    """Lay a colour over every tally that does not show that the figures fit."""
    cells = [cell_address(row, piece.first) for row, piece in layout.cells if isinstance(piece.value, Tally)]
    if cells:
        where = {"multi_range": " ".join(cells)}
        unsure = {"type": "cell", "criteria": "==", "value": f'"{UNSURE}"', "format": alarms[UNSURE]}
        wrong = {"type": "cell", "criteria": "!=", "value": f'"{FITS}"', "format": alarms[FITS]}
        sheet.conditional_format(cells[0], where | unsure | {"stop_if_true": True})
        sheet.conditional_format(cells[0], where | wrong)


def _write_validations(sheet: Any, layout: Layout) -> None:  # noqa: ANN401 - XlsxWriter is not annotated
    """Write each validation once, for all its cells."""
    places: dict[Validation, list[str]] = {}
    for row, piece in layout.cells:
        if piece.ask:
            places.setdefault(piece.ask, []).append(cell_address(row, piece.first))
    for validation, cells in places.items():
        options = validation.options(cells[0]) | {"multi_range": " ".join(cells)}
        sheet.data_validation(cells[0], options)


def _silence_hints(sheet: Any, layout: Layout) -> None:  # noqa: ANN401 - XlsxWriter is not annotated
    """Let Excel not doubt sums beside other numbers, nor post codes and telephone numbers kept as text."""
    sums = [cell_address(row, piece.first) for row, piece in layout.cells if isinstance(piece.value, Tally)]
    facts = [cell_address(row, piece.first) for row, piece in layout.cells if piece.style == "fact"]
    sheet.ignore_errors({"formula_range": " ".join(sums), "number_stored_as_text": " ".join(facts)})
