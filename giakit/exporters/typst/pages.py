"""The document as ``report.typ`` reads it: JSON, never markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from giakit.content.html import safe_href
from giakit.content.model import Chart, Inline, ListBlock, Table
from giakit.exporters.correction import correction_mark
from giakit.exporters.document import DRAFT, OVERRIDDEN, OVERRIDE_REASON, overridden_errors, title_parts
from giakit.fonts import load_chains

if TYPE_CHECKING:
    from giakit.content.model import Block, TableCell
    from giakit.exporters.document import Document, Piece
    from giakit.fonts import Chain

# What must not be divided over lines: a number with its sign, decimals and unit; the answer that stands for one
_FIGURE = re.compile(r"[-+]?[0-9][0-9.,]*[万亿]?元?|不适用")

# A line of words on its baseline, as charts.py draws it
_DRAWN_WORDS = re.compile(
    r'<text style="font-size: ([0-9.]+)px; [^"]*text-anchor: (start|end)" x="([0-9.]+)" y="([0-9.]+)"'
    r' transform="rotate\(-0 [0-9. ]+\)">([^<]*)</text>'
)

# In em; every column of a table is wider
_NEVER_BROKEN = 2

ATTACHMENTS = "附件"

_Rows = list[list[dict[str, Any]]]


def describe_pages(document: Document) -> dict[str, Any]:
    """Return all that is printed, and the faces to print it with."""
    declaration = document.declaration
    chains = load_chains(declaration.fonts)
    return {
        "faces": {
            role: {"families": [face.family for face in chain.faces], "outlined": chain.outlined}
            for role, chain in chains.items()
        },
        "title": declaration.title,
        "title_parts": title_parts(declaration),
        "corrected": correction_mark(declaration.correction),
        "organ": declaration.full_name,
        "cover": declaration.cover,
        "draft": DRAFT if document.draft else None,
        "preamble": [_piece(piece, chains["table"]) for piece in document.preamble],
        "sections": [
            {"heading": section.place.heading, "pieces": [_piece(piece, chains["table"]) for piece in section.pieces]}
            for section in document.sections
        ],
        "attachments": {"label": ATTACHMENTS, "names": declaration.attachments},
        "overridden": {
            "heading": OVERRIDDEN,
            "reason": f"{OVERRIDE_REASON}：{document.draft}",
            "errors": [printable(each, chains["body"]) for each in overridden_errors(document)],
        }
        if document.draft
        else None,
    }


def printable(text: str, chain: Chain) -> str:
    """Return a text in which a character that no face has goes by its number."""
    return "".join(each if chain.face_for(each) else f"[U+{ord(each):04X}]" for each in text)


def _piece(piece: Piece, chain: Chain) -> dict[str, Any]:
    if isinstance(piece, Table):
        return _table(piece, chain)
    if isinstance(piece, Chart):
        return _chart(piece)
    return {"kind": "prose", "blocks": [_block(block) for block in piece.blocks]}


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, ListBlock):
        return {
            "type": "list",
            "ordered": block.ordered,
            "items": [[_inline(run) for run in item] for item in block.items],
        }
    return {"type": block.type, "inlines": [_inline(run) for run in block.inlines]}


def _inline(run: Inline) -> dict[str, Any]:
    return {"text": run.text, "strong": run.strong, "href": safe_href(run.href)}


# ---- charts ---------------------------------------------------------------------------------------------------------


def _chart(chart: Chart) -> dict[str, Any]:
    """Return a chart with its lines of words apart from the drawing: Typst sets them in a tenth of the time."""
    words = [
        {"size": float(size), "end": anchor == "end", "x": float(x), "y": float(y), "text": unescape(text)}
        for size, anchor, x, y, text in _DRAWN_WORDS.findall(chart.svg)
    ]
    return {
        "kind": "chart",
        **chart.model_dump(include={"id", "caption", "alt", "width", "height"}),
        "svg": _DRAWN_WORDS.sub("", chart.svg),
        "words": words,
    }


# ---- tables ---------------------------------------------------------------------------------------------------------


def _table(table: Table, chain: Chain) -> dict[str, Any]:
    """Return a table's cells, and apart from them all that its size depends on, which many reports have in common."""
    bands = [{"head": _placed(band.head, chain), "body": _placed(band.body, chain)} for band in table.bands]
    return {
        "kind": "table",
        "id": table.id,
        "sizes": {
            "columns": table.columns,
            "label_columns": table.label_columns,
            "figures": _longest_figures(bands, table.columns, chain)[table.label_columns :],
            **_longest_labels(bands, table.label_columns),
            "bands": [_long_cells([*band["head"], *band["body"]]) for band in bands],
        },
        "bands": [
            band | {"body": [[cell["text"] if _is_figure(cell) else cell for cell in row] for row in band["body"]]}
            for band in bands
        ],
    }


def _long_cells(rows: _Rows) -> dict[str, Any]:
    """Return the cells of a band that may need more than a line, with their row `y`, those of fewer rows first."""
    cells = [
        cell | {"y": y}
        for y, row in enumerate(rows)
        for cell in row
        if cell["ems"] > _NEVER_BROKEN and not _is_figure(cell)
    ]
    return {"rows": len(rows), "long_cells": sorted(cells, key=itemgetter("rowspan"))}


def _is_figure(cell: dict[str, Any]) -> bool:
    """Say whether a cell holds no label, spans nothing, and has a text that nothing divides."""
    alone = cell["scope"] is None and cell["colspan"] == cell["rowspan"] == 1
    return alone and (cell["ems"] <= _NEVER_BROKEN or bool(_FIGURE.fullmatch(cell["text"])))


def _placed(rows: Sequence[Sequence[TableCell]], chain: Chain) -> _Rows:
    """Return rows of cells with the grid column `x` each begins in and the width of its text in em."""
    return [
        [
            {
                "text": cell.text,
                "scope": cell.scope,
                "colspan": cell.colspan,
                "rowspan": cell.rowspan,
                "x": x,
                "ems": chain.width(cell.text),
            }
            for x, cell in row
        ]
        for row in place_cells(rows)
    ]


def place_cells(rows: Sequence[Sequence[TableCell]]) -> list[list[tuple[int, TableCell]]]:
    """Return rows of cells, each with the grid column it begins in, what spans cover being taken."""
    taken: set[tuple[int, int]] = set()
    placed: list[list[tuple[int, TableCell]]] = []
    for y, row in enumerate(rows):
        placed.append([])
        x = 0
        for cell in row:
            while (x, y) in taken:
                x += 1
            if cell.rowspan > 1:
                taken |= {(x + right, y + down) for right in range(cell.colspan) for down in range(1, cell.rowspan)}
            placed[y].append((x, cell))
            x += cell.colspan
    return placed


def _longest_figures(bands: list[dict[str, _Rows]], columns: int, chain: Chain) -> list[float]:
    """Return the width of the longest figure of each grid column in em."""
    longest = [0.0] * columns
    for cell in (cell for band in bands for row in band["body"] for cell in row):
        if cell["scope"] is None and cell["colspan"] == 1:
            longest[cell["x"]] = max(longest[cell["x"]], *map(chain.width, _FIGURE.findall(cell["text"])), 0)
    return longest


def _longest_labels(bands: list[dict[str, _Rows]], label_columns: int) -> dict[str, float]:
    """Return the width in em of the longest head of one column, the longest label of a row, and that of most rows."""
    heads = [cell for band in bands for row in band["head"] for cell in row]
    cells = [cell for band in bands for row in band["body"] for cell in row]
    labels = sorted(cell["ems"] for cell in cells if cell["scope"] and cell["x"] == label_columns - 1)
    return {
        "head": max((cell["ems"] for cell in heads if cell["x"] >= label_columns and cell["colspan"] == 1), default=0),
        "label": labels[-1] if labels else 0,
        "most_labels": labels[int(0.8 * len(labels))] if labels else 0,
    }
