"""A streamed pass over an .xlsx package before any library loads it: limits, formulas, merged cells, comments.

calamine gives values only. It cannot tell a formula without a cached value, or an error such as #DIV/0!, from a blank;
it takes the last of two cells with one address, loses what stands behind an XML comment inside a number, and allocates
a sheet's whole extent. So the extent is measured here first, from the XML as it streams by; what two readers could
understand differently is refused; and what each cell stores is noted to hold calamine's answer against.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from giakit.errors import WorkbookError
from giakit.forms.package import MAX_CELLS, Attributes, Handlers, Package, open_package, too_large
from giakit.forms.scanner import SheetScan, cell_address, cell_position, scan_sheet
from giakit.language import Text

__all__ = ["SheetScan", "cell_address", "cell_position", "scan_workbook", "sheet_parts", "too_many_sheets"]

MAX_SHEETS = 500


class SheetPart(NamedTuple):
    """A tab of the workbook: its name and the part that holds its cells."""

    name: str
    part: str
    hidden: bool


def scan_workbook(path: Path) -> dict[str, SheetScan]:
    """Scan every sheet of an .xlsx or .xlsm file, in the order of its tabs.

    Raises
    ------
    WorkbookError
        If the file is damaged, protected or beyond the limits.
    """
    with open_package(path) as package:
        sheets = sheet_parts(package)
        if len(sheets) > MAX_SHEETS:
            raise too_many_sheets(path, len(sheets))
        if len({sheet.name for sheet in sheets}) != len(sheets):
            raise ValueError("two sheets of one name")
        _check_texts(package)
        scans: dict[str, SheetScan] = {}
        filled = 0
        for name, part, hidden in sheets:
            scans[name] = scan_sheet(package, name, part, hidden=hidden)
            filled += len(scans[name].stored)
            if filled > MAX_CELLS:
                raise too_large(path)
        return scans


def too_many_sheets(path: Path, count: int) -> WorkbookError:
    """Return what to say of a workbook with more sheets than are read."""
    return WorkbookError(
        Text(
            "{file}: {count} sheets, at most {limit} are read. Split the workbook.",
            file=path.name,
            count=count,
            limit=MAX_SHEETS,
        )
    )


def workbook_part(package: Package) -> str:
    """Return the part that lists the sheets."""
    targets = (target for kind, target in package.relations("").values() if kind == "officeDocument")
    return next(targets, "xl/workbook.xml")


def sheet_parts(package: Package) -> list[SheetPart]:
    """Return the worksheets in the order of their tabs; a chart on a tab of its own is none."""
    root = workbook_part(package)
    relations = package.relations(root)
    found: list[SheetPart] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "sheet":
            reference = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            kind, target = relations[reference]
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") != "visible"
                found.append(SheetPart(attributes.get("name", ""), target, hidden))

    package.stream(root, Handlers(start))
    return found


def _check_texts(package: Package) -> None:
    """Refuse a table of texts in which calamine would lose or shift one."""
    path: list[str] = []

    def start(name: str, _: Attributes) -> None:
        if len(path) == 1 and name not in {"si", "extLst"}:
            raise ValueError("an unknown element among the texts")
        path.append(name)

    def end(_: str) -> None:
        path.pop()

    for kind, target in package.relations(workbook_part(package)).values():
        if kind == "sharedStrings":
            package.stream(target, Handlers(start, end, plain=lambda: bool(path)))
