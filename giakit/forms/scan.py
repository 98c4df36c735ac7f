"""A streamed pass over an .xlsx package before any library loads it: limits, formulas, merged cells, comments.

calamine gives values only, cannot tell a formula without a cached value from a blank, and allocates a sheet's whole
extent; so the extent is measured here first, from the XML as it streams by.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from giakit.errors import WorkbookError
from giakit.language import Text

if TYPE_CHECKING:
    from zipfile import ZipFile

MAX_FILE = 64 * 2**20
MAX_UNPACKED = 512 * 2**20
MAX_SHEETS = 500
MAX_ROWS = 5_000
MAX_COLUMNS = 256

_RELATIONS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass
class SheetScan:
    """What the values alone do not tell of a sheet; positions are (row, column) from 0.

    Attributes
    ----------
    formulas
        Cells with a formula; the value says whether a cached result is stored.
    merges
        Top left to bottom right of each merged range.
    comments
        Text of each cell comment.
    hidden
        Whether the sheet is hidden.
    """

    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    merges: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    comments: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden: bool = False


def scan_workbook(path: Path) -> dict[str, SheetScan]:
    """Scan every sheet of an .xlsx or .xlsm file, in the order of its tabs.

    Raises
    ------
    WorkbookError
        If the file is damaged, protected or beyond the limits.
    """
    try:
        with zipfile.ZipFile(path) as package:
            _check_sizes(path, package)
            return {
                name: _scan_sheet(path, name, package, part, hidden=hidden)
                for name, part, hidden in _sheets(path, package)
            }
    except (
        zipfile.BadZipFile,
        KeyError,
        ParseError,
        DefusedXmlException,
        ValueError,
        EOFError,
        OSError,
        NotImplementedError,
    ) as error:
        raise damaged(path, error) from None


def damaged(path: Path, error: Exception) -> WorkbookError:
    """Return what to say of a workbook that does not open."""
    return WorkbookError(
        Text(
            "{file}: damaged, it does not open ({reason}). "
            "Open it in the spreadsheet program and save it again as .xlsx.",
            file=path.name,
            reason=type(error).__name__,
        )
    )


def cell_position(address: str) -> tuple[int, int]:
    """Return (row, column) from 0 of an address such as ``C12``.

    Raises
    ------
    ValueError
        If it is no address.
    """
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9]\d*)", address)
    if not match:
        raise ValueError(f"no cell address: {address!r}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def cell_address(row: int, column: int) -> str:
    """Return the address of a position counted from 0: ``(11, 2)`` is ``C12``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def _check_sizes(path: Path, package: ZipFile) -> None:
    if path.stat().st_size > MAX_FILE or sum(part.file_size for part in package.infolist()) > MAX_UNPACKED:
        raise WorkbookError(
            Text(
                "{file}: too large for a statistics workbook (at most {limit} MB unpacked). "
                "Split it by county or year.",
                file=path.name,
                limit=MAX_UNPACKED // 2**20,
            )
        )


def _elements(stream: IO[bytes], *names: str) -> Iterator[Element]:
    """Yield the elements with these local names as they close, freeing what has passed."""
    wanted = set(names)
    for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
        local = element.tag.rsplit("}", 1)[-1]
        if local in wanted:
            yield element
        if local in {"row", "comment", "sheetData"}:
            element.clear()


def _relations(package: ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return id → (type, target part) of a part's relationships; empty where it has none."""
    folder, name = posixpath.split(part)
    location = posixpath.join(folder, "_rels", f"{name}.rels")
    if location not in package.namelist():
        return {}
    with package.open(location) as stream:
        return {
            each.get("Id", ""): (
                each.get("Type", "").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/" + folder, each.get("Target", ""))).lstrip("/"),
            )
            for each in _elements(stream, "Relationship")
            if each.get("TargetMode") != "External"
        }


def _sheets(path: Path, package: ZipFile) -> list[tuple[str, str, bool]]:
    root = next(
        (target for kind, target in _relations(package, "").values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    relations = _relations(package, root)
    found = []
    with package.open(root) as stream:
        for sheet in _elements(stream, "sheet"):
            kind, target = relations[sheet.get(_RELATIONS, "")]
            if kind == "worksheet":
                found.append((sheet.get("name", ""), target, sheet.get("state", "visible") != "visible"))
    if len(found) > MAX_SHEETS:
        raise WorkbookError(
            Text(
                "{file}: {count} sheets, at most {limit} are read. Split the workbook.",
                file=path.name,
                count=len(found),
                limit=MAX_SHEETS,
            )
        )
    return found


def _scan_sheet(path: Path, name: str, package: ZipFile, part: str, *, hidden: bool) -> SheetScan:
    scan = SheetScan(hidden=hidden)
    row = column = 0  # where a cell without an address stands: behind its neighbour
    with package.open(part) as stream:
        for element in _elements(stream, "c", "row", "mergeCell"):
            if element.tag.endswith("}mergeCell"):
                first, _, last = element.get("ref", "").partition(":")
                scan.merges[cell_position(first)] = cell_position(last or first)
            elif element.tag.endswith("}row"):
                row, column = int(element.get("r") or row + 1), 0
            else:
                row, column = cell_position(element.get("r") or cell_address(row, column))
                _check_extent(path, name, row, column)
                if any(child.tag.endswith("}f") for child in element):
                    scan.formulas[row, column] = any(
                        child.tag.endswith("}v") and child.text is not None for child in element
                    )
                column += 1
    for kind, target in _relations(package, part).values():
        if kind == "comments":
            scan.comments.update(_comments(package, target))
    return scan


def _check_extent(path: Path, sheet: str, row: int, column: int) -> None:
    if row >= MAX_ROWS or column >= MAX_COLUMNS:
        raise WorkbookError(
            Text(
                "{file} [{sheet}] {cell}: a cell far outside the form; a sheet is read up to row {rows} and column "
                "{columns}. Delete the rows and columns behind the form.",
                file=path.name,
                sheet=sheet,
                cell=cell_address(row, column),
                rows=MAX_ROWS,
                columns=MAX_COLUMNS,
            )
        )


def _comments(package: ZipFile, part: str) -> Iterator[tuple[tuple[int, int], str]]:
    with package.open(part) as stream:
        for comment in _elements(stream, "comment"):
            text = "".join(node.text or "" for node in comment.iter() if node.tag.endswith("}t"))
            yield cell_position(comment.get("ref", "")), text.strip()
