"""Tables a screen reader can follow: every figure of a PDF with all heads above it and all labels beside it.

Typst tags the heads of columns; labels of rows it cannot, and a table of several bands it tags as several tables.
Both are mended in the structure tree of the finished file (ISO 32000-1, 14.8.4.3.4 and 14.8.5.7); pages stay as set.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, Literal, NamedTuple, cast

from giakit.exporters.typst.pages import place_cells

if TYPE_CHECKING:
    import pikepdf

    from giakit.content.model import Table, TableBand


def associate_headers(pdf: bytes, tables: Sequence[Table]) -> bytes:
    """Return the PDF with one tagged table for each of `tables`, in which labels are row headers.

    Parameters
    ----------
    pdf
        As Typst wrote it: one tagged table for each band of `tables`, in their order.
    """
    import pikepdf

    with _mapped(pdf) as file, pikepdf.open(file, access_mode=pikepdf.AccessMode.mmap) as opened:
        root = opened.Root.StructTreeRoot
        tagged = iter(list(_find_tables(root)))
        headers: dict[str, pikepdf.Object] = {}
        for table in tables:
            bands = [next(tagged) for _ in table.bands]
            for number, (element, band) in enumerate(zip(bands, table.bands, strict=True), 1):
                headers |= _tag_band(element, band, f"{table.id}-{number}")
            _merge(bands)
        if headers:
            names = [item for name in sorted(headers) for item in (pikepdf.String(name), headers[name])]
            root.IDTree = opened.make_indirect(pikepdf.Dictionary(Names=pikepdf.Array(names)))
        written = io.BytesIO()
        with _quick_compression():
            opened.save(
                written,
                deterministic_id=True,
                fix_metadata_version=False,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            )
    return written.getvalue()


@contextmanager
def _quick_compression() -> Iterator[None]:
    """Compress what is written within in half the time, for one byte in a hundred."""
    from pikepdf import settings

    settings.set_flate_compression_level(1)
    try:
        yield
    finally:
        settings.set_flate_compression_level(-1)  # the library's own


@contextmanager
def _mapped(pdf: bytes) -> Iterator[BinaryIO]:
    """Give the PDF as a file that pikepdf maps into memory: of a `BytesIO` it calls a method for every line."""
    with TemporaryFile() as file:
        file.write(pdf)
        file.seek(0)
        yield cast("BinaryIO", file)


def _find_tables(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield the tables of a structure tree in reading order; none of them stands in another."""
    for kid in element.K:
        if kid.S == "/Table":
            yield kid
        elif kid.S in {"/Document", "/Div", "/Part", "/Sect"}:
            yield from _find_tables(kid)


# ---- one band -------------------------------------------------------------------------------------------------------


class _Placed(NamedTuple):
    """Where a cell stands in the grid of its band, and whether it is a head of columns or a label of rows."""

    x: int
    y: int
    width: int
    height: int
    heads: Literal["Column", "Row"] | None


def _tag_band(element: pikepdf.Object, band: TableBand, prefix: str) -> dict[str, pikepdf.Object]:
    """Make a band's labels headers and name every cell's headers; return the header elements by their identifier."""
    import pikepdf

    rows = [list(row.K) for part in element.K for row in part.K]
    placed = _declared_cells(band)
    if len(placed) != sum(map(len, rows)):  # a page divides a group of rows, each part of which has a label
        placed = _tagged_cells(rows, band)
    attributes, names = _name_headers(placed, prefix)
    headers = {}
    cells = (cell for row in rows for cell in row)
    header = pikepdf.Name.TH
    for cell, said, name in zip(cells, pikepdf.Object.parse(attributes).as_list(), names, strict=True):
        cell.A = said  # in place of what Typst says of the same, and of borders
        if name:
            headers[name] = cell
            cell.S = header
            cell.ID = pikepdf.String(name)
    return headers


@lru_cache(maxsize=64)  # the tables of a form are alike in every report
def _name_headers(cells: tuple[_Placed, ...], prefix: str) -> tuple[bytes, list[str | None]]:
    """Return the attributes of a band's cells as PDF writes an array, and the identifiers of those that are headers.

    The headers of a cell are the heads above it and the labels left of it.
    """
    columns: dict[int, list[tuple[int, str]]] = defaultdict(list)
    rows: dict[int, list[tuple[int, str]]] = defaultdict(list)
    attributes, names = [], []
    for cell in cells:
        above = {name: None for x in range(cell.x, cell.x + cell.width) for y, name in columns[x] if y < cell.y}
        beside = [name for x, name in rows[cell.y] if x < cell.x]
        attributes.append(_attributes(cell, [*above, *beside]))
        names.append(name := f"{prefix}-{cell.x}-{cell.y}" if cell.heads else None)
        if name and cell.heads == "Column":
            for x in range(cell.x, cell.x + cell.width):
                columns[x].append((cell.y, name))
        elif name:
            for y in range(cell.y, cell.y + cell.height):
                rows[y].append((cell.x, name))
    return f"[{''.join(attributes)}]".encode(), names


def _attributes(cell: _Placed, headers: list[str]) -> str:
    spans = f"/ColSpan {cell.width}" * (cell.width > 1) + f"/RowSpan {cell.height}" * (cell.height > 1)
    scope = f"/Scope/{cell.heads}" if cell.heads else ""
    named = "".join(f"({name})" for name in headers)
    return f"<</O/Table{spans}{scope}/Headers[{named}]>>"


def _declared_cells(band: TableBand) -> tuple[_Placed, ...]:
    """Return the cells of a band row by row, as declared."""
    depth = len(band.head)
    return tuple(
        _Placed(x, start + y, cell.colspan, cell.rowspan, cell.scope and ("Row" if start else "Column"))
        for start, part in ((0, band.head), (depth, band.body))
        for y, row in enumerate(place_cells(part))
        for x, cell in row
    )


def _tagged_cells(rows: list[list[pikepdf.Object]], band: TableBand) -> tuple[_Placed, ...]:
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
            spans = element.A[0]
            width, height = int(spans.get("/ColSpan", 1)), int(spans.get("/RowSpan", 1))
            placed.append(_Placed(x, y, width, height, heads[x, y]))
            taken |= {(x + right, y + down) for right in range(width) for down in range(1, height)}
            x += width
    return tuple(placed)


# ---- one table of several bands -------------------------------------------------------------------------------------


def _merge(bands: list[pikepdf.Object]) -> None:
    """Move the rows of a table's later bands into its first; their heads become rows of their bodies."""
    first, *others = bands
    if not others:
        return
    for other in others:
        *heads, body = other.K
        for head in heads:
            _move(list(head.K), body, first=True)
        _move([body], first)
        _remove(other)
    for attributes in first.get("/A", []):
        if "/BBox" in attributes:
            del attributes["/BBox"]  # of the first band alone, and not asked for


def _remove(element: pikepdf.Object) -> None:
    siblings = element.P.K
    del siblings[next(place for place, each in enumerate(siblings) if each.objgen == element.objgen)]


def _move(elements: list[pikepdf.Object], parent: pikepdf.Object, *, first: bool = False) -> None:
    import pikepdf

    parent.K = pikepdf.Array([*elements, *parent.K] if first else [*parent.K, *elements])
    for element in elements:
        element.P = parent
