"""Colouring cells of a sheet's XML: an existing cell takes another style, a missing one is put in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from giakit.forms.scanner import Place, cell_address, cell_position
from giakit.forms.splice import Node, Splice


def colour_cells(splice: Splice, colours: Mapping[Place, str], painted: Callable[[str, str], str]) -> None:
    """Fill cells with colours; `painted` gives the style that looks like another but for its fill."""
    data = splice.root.first("sheetData")
    if data is None:
        raise ValueError("a sheet without rows")
    rows = _numbered(data)
    columns = [column for cols in splice.root.all("cols") for column in cols.children]
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), colour in sorted(colours.items()):
        by_row.setdefault(row, {})[column] = colour
    for number, wanted in by_row.items():
        node = rows.get(number)
        cells = _cells(node) if node else {}
        missing: dict[int, str] = {}
        for column, colour in wanted.items():
            cell = cells.get(column)
            if cell:
                splice.set(cell, s=painted(cell.get("s"), colour))
            else:
                style = painted(_inherited(node, columns, column), colour)
                missing[column] = f'<{data.prefix}c r="{cell_address(number, column)}" s="{style}"/>'
        if node:
            _insert_sorted(splice, node, cells, missing)
        elif missing:
            tag = f'<{data.prefix}row r="{number + 1}">{"".join(missing.values())}</{data.prefix}row>'
            _insert_sorted(splice, data, rows, {number: tag})


def _numbered(data: Node) -> dict[int, Node]:
    rows: dict[int, Node] = {}
    number = -1
    for node in data.all("row"):
        number = int(node.get("r")) - 1 if node.get("r") else number + 1
        rows[number] = node
    return rows


def _cells(row: Node) -> dict[int, Node]:
    cells: dict[int, Node] = {}
    column = -1
    for node in row.all("c"):
        column = cell_position(node.get("r"))[1] if node.get("r") else column + 1
        cells[column] = node
    return cells


def _inherited(row: Node | None, columns: Iterable[Node], column: int) -> str:
    """Return the style that a cell without an element takes from its row, else from its column."""
    if row and row.get("customFormat") in {"1", "true"}:
        return row.get("s")
    over = (node for node in columns if int(node.get("min")) <= column + 1 <= int(node.get("max")))
    return next((node.get("style") for node in over), "")


def _insert_sorted(splice: Splice, parent: Node, present: Mapping[int, Node], new: Mapping[int, str]) -> None:
    for number, xml in sorted(new.items()):
        behind = [node for other, node in present.items() if other > number]
        if behind:
            splice.insert(min(node.start for node in behind), xml)
        else:
            splice.append(parent, xml)
