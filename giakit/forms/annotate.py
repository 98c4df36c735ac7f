"""A copy of a workbook with every finding as a coloured cell and a comment, ready to be sent back to the clerk.

The copy is made in the zip package: what is not coloured or commented keeps its bytes, recorded results of formulas,
widths, protection and macros included. (openpyxl's load and save erases recorded results.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextvars import copy_context
from dataclasses import dataclass, field
from pathlib import Path

from giakit import language
from giakit.errors import WorkbookError
from giakit.findings import SEVERITIES, Finding, Severity
from giakit.forms.colour import colour_cells
from giakit.forms.notes import add_notes
from giakit.forms.package import open_package
from giakit.forms.paint import FILLS, NO_STYLES, Styles
from giakit.forms.parts import Parts
from giakit.forms.read import check_kind
from giakit.forms.replace import replace_file
from giakit.forms.scan import SheetPart, scan_workbook, sheet_parts, workbook_part
from giakit.forms.scanner import Place, SheetScan, cell_position
from giakit.forms.splice import Splice
from giakit.forms.verdict import TITLE, comment_text, result_sheet
from giakit.language import Text

_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

# What the schema puts behind legacyDrawing; everything else stands in front of it.
_BEHIND_DRAWING = {
    *("legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst"),
    "AlternateContent",
}


def write_annotated(source: Path, target: Path, findings: Sequence[Finding]) -> None:
    """Write a copy of a workbook that shows its findings; the same workbook and findings, the same bytes.

    The cell to look at first is filled in the severity's colour and bears a comment with problem, remedy and the form's
    words; the other cells of a finding are filled in a lighter tint. A first sheet 核对结果 lists every finding with a
    link to its cell, also those that name no cell of this workbook.

    Parameters
    ----------
    target
        An existing file is replaced when the copy is whole. It takes the suffix of the source.

    Raises
    ------
    WorkbookError
        If the source cannot be read, is an old .xls file, or is the target.
    """
    check_kind(source)
    if source.suffix.lower() == ".xls":
        raise WorkbookError(
            Text(
                "{file}: an old .xls file cannot be annotated. Save it as .xlsx in the spreadsheet program.",
                file=source.name,
            )
        )
    if source.suffix.lower() != target.suffix.lower() or (target.exists() and target.samefile(source)):
        raise WorkbookError(
            Text(
                "{file}: the annotated copy must be another file of the same kind. Name another file.", file=target.name
            )
        )
    replace_file(target, copy_context().run(_annotated, source, findings))


def _annotated(source: Path, findings: Sequence[Finding]) -> bytes:
    language.use("zh")
    scans = scan_workbook(source)
    with open_package(source) as package:
        parts = Parts(package)
        root = workbook_part(package)
        sheets = sheet_parts(package)
        styles = Styles(parts[_styles_part(parts, root)])
        for sheet in sheets:
            marks = _marks(source.name, sheet.name, scans[sheet.name], findings)
            _annotate(parts, sheet, marks, styles)
        _add_result(parts, root, result_sheet(source.name, [sheet.name for sheet in sheets], findings, styles))
        parts[_styles_part(parts, root)] = styles.result()
        return parts.pack()


def _styles_part(parts: Parts, root: str) -> str:
    name = parts.related(root, "styles")
    if name is None and "xl/styles.xml" not in parts:
        parts.relate(root, "styles", parts.add("xl/styles.xml", _STYLES, NO_STYLES))
    return name or "xl/styles.xml"


@dataclass
class _Marks:
    """What to show on one sheet: a colour for each cell, the findings of each comment."""

    colours: dict[Place, str] = field(default_factory=dict)
    comments: dict[Place, list[Finding]] = field(default_factory=dict)


def _marks(workbook: str, sheet: str, scan: SheetScan, findings: Iterable[Finding]) -> _Marks:
    marks = _Marks()
    strength: dict[Place, tuple[int, int]] = {}
    for found in findings:
        own = [cell for cell in found.cells if cell.workbook == workbook]
        for number, cell in enumerate(own):
            if cell.sheet != sheet:
                continue
            place = _top_left(cell_position(cell.address), scan)
            colour, new = _colour(found.severity, first=number == 0)
            if new < strength.get(place, (len(SEVERITIES), 0)):
                strength[place], marks.colours[place] = new, colour
            if number == 0:
                marks.comments.setdefault(place, []).append(found)
    return marks


def _colour(severity: Severity, *, first: bool) -> tuple[str, tuple[int, int]]:
    """Return the colour and its rank: the severer finding wins, and the cell to look at first."""
    return FILLS[severity][not first], (SEVERITIES.index(severity), int(not first))


def _top_left(place: Place, scan: SheetScan) -> Place:
    inside = (
        first
        for first, last in scan.merges.items()
        if first[0] <= place[0] <= last[0] and first[1] <= place[1] <= last[1]
    )
    return next(inside, place)


def _annotate(parts: Parts, sheet: SheetPart, marks: _Marks, styles: Styles) -> None:
    splice = Splice(parts[sheet.part])
    for views in splice.root.all("sheetViews"):
        for view in views.children:
            splice.set(view, tabSelected=None)  # 核对结果 opens; two selected sheets would be edited together
    colour_cells(splice, marks.colours, styles.painted)
    drawing = None
    if marks.comments:
        texts = {place: comment_text(found) for place, found in sorted(marks.comments.items())}
        present = splice.root.first("legacyDrawing")
        boxes = parts.package.relations(sheet.part)[present.get("id")].target if present else None
        drawing = add_notes(parts, sheet.part, boxes, texts)
    if drawing:
        in_front = [child for child in splice.root.children if child.local not in _BEHIND_DRAWING]
        tag = f'<{splice.root.prefix}legacyDrawing xmlns:r="{_OFFICE}" r:id="{drawing}"/>'
        splice.insert(in_front[-1].end, tag)
    parts[sheet.part] = splice.result()


def _add_result(parts: Parts, root: str, data: bytes) -> None:
    """Put the sheet of results in front of the others and let the workbook open with it."""
    part = parts.add("xl/worksheets/check{}.xml", _WORKSHEET, data)
    reference = parts.relate(root, "worksheet", part)
    book = Splice(parts[root])
    listed = book.root.first("sheets")
    if listed is None:
        raise ValueError("a workbook without sheets")
    taken = {node.get("name").casefold() for node in listed.children}
    names = (TITLE, *(f"{TITLE}_{number}" for number in range(2, len(taken) + 3)))
    name = next(name for name in names if name.casefold() not in taken)
    number = max(int(node.get("sheetId") or 0) for node in listed.children) + 1
    tag = f'<{listed.prefix}sheet xmlns:r="{_OFFICE}" name="{name}" sheetId="{number}" r:id="{reference}"/>'
    book.prepend(listed, tag)
    for node in book.root.walk():
        if node.local == "workbookView":
            book.set(node, activeTab="0", firstSheet="0")
        elif node.local == "definedName" and node.get("localSheetId"):
            book.set(node, localSheetId=str(int(node.get("localSheetId")) + 1))
    parts[root] = book.result()
