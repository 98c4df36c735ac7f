"""Tables a screen reader can follow: every figure of a PDF with all heads above it and all labels beside it.

Typst tags the heads of columns; labels of rows it cannot, and a table of several bands it tags as several tables.
Both are mended in the structure tree of the finished file (ISO 32000-1, 14.8.4.3.4 and 14.8.5.7); pages stay as set.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from giakit.exporters.typst.objects import read_objects, write_objects
from giakit.exporters.typst.pages import place_cells

if TYPE_CHECKING:
    from giakit.content.model import Table, TableBand

Contents = dict[int, bytes]

_CONTAINER = re.compile(rb"<</Type/StructElem/S/(?:Document|Div|Part|Sect)\b")
_TABLE = b"<</Type/StructElem/S/Table/"
_PARENT = re.compile(rb"/P \d+ 0 R")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_SPAN = re.compile(rb"/(Row|Col)Span (\d+)")
_BOX = re.compile(rb"/BBox\[[^]]*\]")
_NAMES = re.compile(rb"(?<=/IDTree<</Names\[)[^]]*")


def associate_headers(pdf: bytes, tables: Sequence[Table]) -> bytes:
    """Return the PDF with one tagged table for each of `tables`, in which labels are row headers.

    Parameters
    ----------
    pdf
        As Typst wrote it: one tagged table for each band of `tables`, in their order.
    """
    objects = read_objects(pdf)
    contents = objects.contents
    root = _named(contents[_named(objects.trailer, b"/Root")], b"/StructTreeRoot")
    tagged = iter(list(_find_tables(root, contents)))
    headers: dict[str, int] = {}
    for table in tables:
        bands = [next(tagged) for _ in table.bands]
        for number, (element, band) in enumerate(zip(bands, table.bands, strict=True), 1):
            headers |= _tag_band(element, band, f"{table.id}-{number}", contents)
        _merge(bands, contents)
    names = "".join(f"({name}){headers[name]} 0 R" for name in sorted(headers)).encode()
    contents[root] = _NAMES.sub(names, contents[root])
    return write_objects(objects)


# ---- elements, as Typst writes them: of their lists, that of the kids is the last -----------------------------------


def _references(array: bytes) -> list[int]:
    return [int(number) for number in _REFERENCE.findall(array)]


def _named(content: bytes, key: bytes) -> int:
    """Return the number of the object that a dictionary has under a key."""
    return _references(content[content.index(key) :])[0]


def _kids(element: int, contents: Contents) -> list[int]:
    return _references(contents[element].rpartition(b"/K[")[2].partition(b"]")[0])


def _set_kids(element: int, kids: list[int], contents: Contents) -> None:
    before, _, after = contents[element].rpartition(b"/K[")
    named = b" ".join(b"%d 0 R" % kid for kid in kids)
    contents[element] = b"%b/K[%b]%b" % (before, named, after.partition(b"]")[2])


def _find_tables(element: int, contents: Contents) -> Iterator[int]:
    """Yield the tables of a structure tree in reading order; none of them stands in another."""
    for kid in _kids(element, contents):
        if contents[kid].startswith(_TABLE):
            yield kid
        elif _CONTAINER.match(contents[kid]):
            yield from _find_tables(kid, contents)


# ---- one band -------------------------------------------------------------------------------------------------------


class _Placed(NamedTuple):
    """Where a cell stands in the grid of its band, and whether it is a head of columns or a label of rows."""

    x: int
    y: int
    width: int
    height: int
    heads: Literal["Column", "Row"] | None


def _tag_band(element: int, band: TableBand, prefix: str, contents: Contents) -> dict[str, int]:
    """Make a band's labels headers and name every cell's headers; return the header elements by their identifier."""
    rows = [_kids(row, contents) for part in _kids(element, contents) for row in _kids(part, contents)]
    placed = _declared_cells(band)
    if len(placed) != sum(map(len, rows)):  # a page divides a group of rows, each part of which has a label
        placed = _tagged_cells([[contents[cell] for cell in row] for row in rows], band)
    headers = {}
    cells = (cell for row in rows for cell in row)
    for cell, (opening, name) in zip(cells, _name_headers(placed, prefix), strict=True):
        before, mark, kids = contents[cell].rpartition(b"/K[")
        contents[cell] = opening + _PARENT.findall(before)[0] + mark + kids
        if name:
            headers[name] = cell
    return headers


@lru_cache(maxsize=64)  # the tables of a form are alike in every report
def _name_headers(cells: tuple[_Placed, ...], prefix: str) -> list[tuple[bytes, str | None]]:
    """Return how the elements of a band's cells begin, and the identifiers of those that are headers.

    The headers of a cell are the heads above it and the labels left of it.
    """
    columns: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows: dict[int, list[tuple[int, str]]] = defaultdict(list)
    named = []
    for cell in cells:
        above = {name: None for x in range(cell.x, cell.x + cell.width) for y, name in columns[x] if y < cell.y}
        beside = [name for x, name in rows[cell.y] if x < cell.x]
        name = f"{prefix}-{cell.x}-{cell.y}" if cell.heads else None
        named.append((_opening(cell, name, [*above, *beside]), name))
        if name and cell.heads == "Column":
            for x in range(cell.x, cell.x + cell.width):
                columns[x].append((cell.y, name))
        elif name:
            for y in range(cell.y, cell.y + cell.height):
                rows[y].append((cell.x, name))
    return named


def _opening(cell: _Placed, name: str | None, headers: list[str]) -> bytes:
    """Return an element's kind, identifier and attributes, in place of what Typst says of these and of borders."""
    kind = f"TH/ID({name})" if name else "TD"
    spans = f"/ColSpan {cell.width}" * (cell.width > 1) + f"/RowSpan {cell.height}" * (cell.height > 1)
    scope = f"/Scope/{cell.heads}" if cell.heads else ""
    named = "".join(f"({header})" for header in headers)
    return f"<</Type/StructElem/S/{kind}/A<</O/Table{spans}{scope}/Headers[{named}]>>".encode()


def _declared_cells(band: TableBand) -> tuple[_Placed, ...]:
    """Return the cells of a band row by row, as declared."""
    depth = len(band.head)
    return tuple(
        _Placed(x, start + y, cell.colspan, cell.rowspan, cell.scope and ("Row" if start else "Column"))
        for start, part in ((0, band.head), (depth, band.body))
        for y, row in enumerate(place_cells(part))
        for x, cell in row
    )


def _tagged_cells(rows: list[list[bytes]], band: TableBand) -> tuple[_Placed, ...]:
    """Return the cells of a band row by row, as tagged; the parts of a divided group are what the group is."""
    heads = {
        (cell.x + right, cell.y + down): cell.heads
        for cell in _declared_cells(band)
        for right in range(cell.width)
        for down in range(cell.height)
    }
    taken: set[tuple[int, int]] = set()
    placed = []
    for y, row in enumerate(rows):
        x = 0
        for element in row:
            while (x, y) in taken:
                x += 1
            spans = {kind: int(number) for kind, number in _SPAN.findall(element)}
            width, height = spans.get(b"Col", 1), spans.get(b"Row", 1)
            placed.append(_Placed(x, y, width, height, heads[x, y]))
            taken |= {(x + right, y + down) for right in range(width) for down in range(1, height)}
            x += width
    return tuple(placed)


# ---- one table of several bands -------------------------------------------------------------------------------------


def _merge(bands: list[int], contents: Contents) -> None:
    """Move the rows of a table's later bands into its first; their heads become rows of their bodies."""
    first, *others = bands
    if not others:
        return
    for other in others:
        *heads, body = _kids(other, contents)
        rows = [row for head in heads for row in _kids(head, contents)]
        _put(rows, body, contents)
        _set_kids(body, [*rows, *_kids(body, contents)], contents)
        _put([body], first, contents)
        _set_kids(first, [*_kids(first, contents), body], contents)
        parent = _named(contents[other], b"/P ")
        _set_kids(parent, [kid for kid in _kids(parent, contents) if kid != other], contents)
    contents[first] = _BOX.sub(b"", contents[first])  # of the first band alone, and not asked for


def _put(elements: list[int], parent: int, contents: Contents) -> None:
    for element in elements:
        contents[element] = _PARENT.sub(b"/P %d 0 R" % parent, contents[element], count=1)
