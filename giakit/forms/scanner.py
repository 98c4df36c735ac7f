"""One sheet's XML as it streams by: what is stored in each cell, formulas, errors, merged ranges, comments."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from giakit.errors import WorkbookError
from giakit.forms.package import Attributes, Handlers, Package
from giakit.language import Text

MAX_ROWS = 5_000
MAX_COLUMNS = 256

ANNOTATION_MARK = "【核对意见】"  # what stands behind it in a comment was written by giakit, not by the clerk

Place = tuple[int, int]

_NUMBER = re.compile(r"[-+.0-9eE]+|NaN|-?inf")


@dataclass
class SheetScan:
    """What the values alone do not tell of a sheet; positions are (row, column) from 0.

    Attributes
    ----------
    formulas
        Cells with a formula; the value says whether a cached result is stored.
    merges
        Top left to bottom right of each merged range, cut off at the sheet's last row and column; no two overlap.
    comments
        Text of each cell comment, without what giakit itself remarked in a copy sent back.
    errors
        Cells that show an error instead of a result, such as ``#DIV/0!``.
    stored
        What each filled cell stores: its number, ``None`` for anything else.
    hidden
        Whether the sheet is hidden.
    """

    formulas: dict[Place, bool] = field(default_factory=dict)
    merges: dict[Place, Place] = field(default_factory=dict)
    comments: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    stored: dict[Place, float | None] = field(default_factory=dict)
    hidden: bool = False

    def agrees(self, values: Mapping[Place, object]) -> bool:
        """Whether a library read from this sheet what is stored there."""
        if not values.keys() <= self.stored.keys():
            return False
        return all(
            place in values and _same(number, values[place])
            for place, number in self.stored.items()
            if number is not None
        )


def _same(stored: float, read: object) -> bool:
    """Whether a number was read as it is stored; one shown as a date is read as a date."""
    if not isinstance(read, int | float):
        return not isinstance(read, str)
    return read == stored or (math.isnan(stored) and math.isnan(read))


@lru_cache(maxsize=2**16)  # the sheets of a county have the same addresses
def cell_position(address: str) -> Place:
    """Return (row, column) from 0 of an address such as ``C12``.

    Raises
    ------
    ValueError
        If it is no address.
    """
    match = re.fullmatch(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})", address)
    if not match:
        raise ValueError(f"no cell address: {address!r}")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


@lru_cache(maxsize=2**16)
def cell_address(row: int, column: int) -> str:
    """Return the address of a position counted from 0: ``(11, 2)`` is ``C12``."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


def scan_sheet(package: Package, name: str, part: str, *, hidden: bool) -> SheetScan:
    """Scan a sheet and its comments.

    Raises
    ------
    WorkbookError
        If a cell stands far outside the form.
    ValueError
        If the sheet contradicts itself.
    """
    scanner = _SheetScanner(package.path, name, SheetScan(hidden=hidden))
    package.stream(part, Handlers(scanner.start, scanner.end, scanner.text, lambda: scanner.in_cell))
    scan = scanner.scan
    scan.merges = _cut_merges(scanner.merges, scanner.last)
    for kind, target in package.relations(part).values():
        if kind == "comments":
            own = ((place, text.partition(ANNOTATION_MARK)[0].strip()) for place, text in _comments(package, target))
            scan.comments.update((place, text) for place, text in own if text)
    return scan


@dataclass
class _SheetScanner:
    file: Path
    sheet: str
    scan: SheetScan
    merges: list[tuple[Place, Place]] = field(default_factory=list)
    last: Place = (-1, -1)
    in_cell: bool = False
    _place: Place = (0, 0)
    _next: Place = (0, 0)  # where a cell without an address stands: behind its neighbour
    _type: str = "n"
    _parts: list[str] = field(default_factory=list)  # what the cell holds: v, f, is and their contents
    _value: str = ""
    _seen: set[Place] = field(default_factory=set)
    _in_value: bool = False

    def start(self, name: str, attributes: Attributes) -> None:
        if self.in_cell:
            self._parts.append(name)
            self._in_value = name == "v"
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "row":
            row = attributes.get("r")
            self._next = (int(row) - 1 if row else self._next[0], 0)
        elif name == "mergeCell":
            first, _, last = attributes.get("ref", "").partition(":")
            self.merges.append((cell_position(first), cell_position(last or first)))

    def text(self, data: str) -> None:
        if self._in_value:
            self._value += data

    def end(self, name: str) -> None:
        self._in_value = False
        if name == "c":
            self._end_cell()
        elif name == "row":
            self._next = (self._next[0] + 1, 0)

    def _begin_cell(self, attributes: Attributes) -> None:
        reference = attributes.get("r")
        place = cell_position(reference) if reference else self._next
        if place[0] >= MAX_ROWS or place[1] >= MAX_COLUMNS:
            raise _far_outside(self.file, self.sheet, place)
        if place in self._seen or place[0] != self._next[0]:
            raise ValueError("a cell out of its row, or twice")
        self._seen.add(place)
        self._place, self._next = place, (place[0], place[1] + 1)
        if place[0] > self.last[0] or place[1] > self.last[1]:
            self.last = (max(self.last[0], place[0]), max(self.last[1], place[1]))
        self._type, self._value = attributes.get("t", "n"), ""
        self._parts, self.in_cell = [], True

    def _end_cell(self) -> None:
        self.in_cell = False
        if not self._parts:
            return
        if self._parts.count("v") > 1:
            raise ValueError("two values in one cell")
        if "f" in self._parts:
            self.scan.formulas[self._place] = bool(self._value)
        if self._type == "e":
            self.scan.errors[self._place] = self._value
        self.scan.stored[self._place] = _number(self._value) if self._type == "n" and self._value else None


def _number(digits: str) -> float:
    if not _NUMBER.fullmatch(digits):
        raise ValueError("a number that is none")
    return float(digits)


def _far_outside(file: Path, sheet: str, place: Place) -> WorkbookError:
    return WorkbookError(
        Text(
            "{file} [{sheet}] {cell}: a cell far outside the form; a sheet is read up to row {rows} and column "
            "{columns}. Delete the rows and columns behind the form.",
            file=file.name,
            sheet=sheet,
            cell=cell_address(*place),
            rows=MAX_ROWS,
            columns=MAX_COLUMNS,
        )
    )


def _cut_merges(merges: Iterable[tuple[Place, Place]], last: Place) -> dict[Place, Place]:
    """Cut ranges such as A1:XFD1 off where the cells end; then none can take long to look at.

    Raises
    ------
    ValueError
        If two overlap.
    """
    cut = [(first, (min(end[0], last[0]), min(end[1], last[1]))) for first, end in merges]
    kept = [(first, end) for first, end in cut if first[0] <= end[0] and first[1] <= end[1]]
    area = sum((end[0] - first[0] + 1) * (end[1] - first[1] + 1) for first, end in kept)
    spans = (
        []
        if area > (last[0] + 1) * (last[1] + 1)
        else sorted((row, first[1], end[1]) for first, end in kept for row in range(first[0], end[0] + 1))
    )
    crossing = (a[0] == b[0] and a[2] >= b[1] for a, b in pairwise(spans))
    if (kept and not spans) or any(crossing):
        raise ValueError("merged ranges overlap")
    return dict(kept)


def _comments(package: Package, part: str) -> list[tuple[Place, str]]:
    found: list[tuple[Place, list[str]]] = []
    open_elements: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        open_elements.append(name)
        if name == "comment":
            found.append((cell_position(attributes.get("ref", "")), []))

    def text(data: str) -> None:
        if found and open_elements[-1] == "t" and "rPh" not in open_elements:
            found[-1][1].append(data)

    def end(_: str) -> None:
        open_elements.pop()

    package.stream(part, Handlers(start, end, text))
    return [(place, "".join(pieces)) for place, pieces in found]
