"""The printed report: PDF set by Typst, also as ``jupyter nbconvert --to giakit_pdf``.

The page is described in ``typst/report.typ``. The declared content reaches it as JSON, never as markup.
"""

from __future__ import annotations

import json
import os
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import Exporter
from traitlets import default

from giakit import fonts
from giakit.content.html import safe_href
from giakit.content.model import Chart, Inline, ListBlock, Prose, Table
from giakit.errors import ParameterError, ReportRefused
from giakit.exporters.document import DRAFT, read_document
from giakit.exporters.refusal import refusals_as_conversion_errors
from giakit.language import Text

if TYPE_CHECKING:
    import typst
    from nbformat import NotebookNode

    from giakit.content.model import Block, TableBand, TableCell
    from giakit.exporters.document import Document, Piece

SOURCES = Path(__file__).parent / "typst"

# Archivable and accessible: tags, language, title, alternative texts, no character without a glyph
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]

# What must not be divided over lines: a number with its sign, decimals and unit; the answer that stands for one
_FIGURE = re.compile(r"[-+]?[0-9][0-9.,]*[万亿]?元?|不适用")

# In em; every column of a table is wider
_NEVER_BROKEN = 2

_one_at_a_time = Lock()


def render_pdf(document: Document) -> bytes:
    """Return the PDF to publish; the same document gives the same bytes, in every process and on every machine.

    After the first call a process must not fork any more: Typst has threads then, which a child would wait for.

    Raises
    ------
    ReportRefused
        If a character is in neither typeface, or Typst refuses the document; every such place is named.
    PrerequisiteError
        If the typefaces are not installed.
    """
    unprintable = list(_unprintable(document))
    if unprintable:
        raise ReportRefused(*unprintable)
    report = json.dumps(_report(document), ensure_ascii=False).replace(
        "\ufeff", ""
    )  # prints nothing, and PDF/A forbids it
    return _compile(report, _timestamp(document.declaration.year))


def _compile(report: str, timestamp: int) -> bytes:
    import typst

    try:
        with _one_at_a_time:
            pdf, remarks = _compiler().compile_with_warnings(
                sys_inputs={"report": report}, pdf_standards=STANDARDS, timestamp=timestamp
            )
    except typst.TypstError as error:
        raise ReportRefused(Text("the PDF cannot be set: {reason}", reason=error.message)) from error
    for remark in remarks:
        warnings.warn(remark, stacklevel=2)
    assert isinstance(pdf, bytes)  # noqa: S101 - one file, as no other output was asked for
    return pdf


@cache
def load_typefaces() -> typst.Fonts:
    """Return the typefaces as Typst holds them, kept for the life of the process; a process may still fork after it."""
    import typst

    folders = sorted({str(fonts.font_path(face).parent) for face in fonts.FAMILIES})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _compiler() -> typst.Compiler:
    import typst

    return typst.Compiler(
        input=str(SOURCES / "report.typ"), root=str(SOURCES), font_paths=load_typefaces(), ignore_system_fonts=True
    )


def _timestamp(year: int) -> int:
    """Return the time of creation to state: ``SOURCE_DATE_EPOCH``, else the first moment after the reported year."""
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return int(datetime(year + 1, 1, 1, tzinfo=UTC).timestamp())
    if not given.isdecimal():
        raise ParameterError(Text("SOURCE_DATE_EPOCH must be a number of seconds, not {found}", found=repr(given)))
    return int(given)


# ---- what is printed, and whether it can be -------------------------------------------------------------------------


def _unprintable(document: Document) -> Iterator[Text]:
    for place, text in _texts(document):
        missing = fonts.missing_characters(text)
        if missing:
            yield Text(
                "{place}: the typefaces of the PDF do not have {characters}; write it in other characters",
                place=place,
                characters=" ".join(f"{character} (U+{ord(character):04X})" for character in missing),
            )


def _texts(document: Document) -> Iterator[tuple[object, str]]:
    """Yield every printed text with the name of its place."""
    yield Text("title"), document.declaration.title
    for piece in document.preamble:
        yield piece.key, _text_of(piece)
    for section in document.sections:
        yield section.place.heading, section.place.heading
        for each in section.pieces:
            yield each.key if isinstance(each, Prose) else each.caption, _text_of(each)


def _text_of(piece: Piece) -> str:
    if isinstance(piece, Chart):
        return piece.caption + piece.svg
    if isinstance(piece, Table):
        return "".join(cell.text for band in piece.bands for row in (*band.head, *band.body) for cell in row)
    return "".join(run.text for block in piece.blocks for run in _runs(block))


def _runs(block: Block) -> Iterable[Inline]:
    if isinstance(block, ListBlock):
        return [run for item in block.items for run in item]
    return block.inlines


# ---- the document as `report.typ` reads it --------------------------------------------------------------------------


def _report(document: Document) -> dict[str, Any]:
    declaration = document.declaration
    return {
        "title": declaration.title,
        "title_parts": _title_parts(declaration.title, declaration.name),
        "organ": declaration.full_name,
        "draft": _draft(document),
        "preamble": [_piece(piece) for piece in document.preamble],
        "sections": [
            {"heading": section.place.heading, "pieces": [_piece(piece) for piece in section.pieces]}
            for section in document.sections
        ],
    }


def _draft(document: Document) -> str | None:
    """Return what every page of a draft says; always Chinese, as the report is."""
    return DRAFT if document.draft else None


def _title_parts(title: str, name: str) -> list[str]:
    """Return a title in the parts between which a line may end: the organ's name and the rest.

    >>> _title_parts("龙村镇2020年政府信息公开工作年度报告", "龙村镇")
    ['龙村镇', '2020年政府信息公开工作年度报告']
    """
    return [part for part in (name, title.removeprefix(name)) if part] if title.startswith(name) else [title]


def _piece(piece: Piece) -> dict[str, Any]:
    if isinstance(piece, Table):
        return _table(piece)
    if isinstance(piece, Chart):
        return {"kind": "chart", **piece.model_dump(include={"id", "caption", "alt", "svg", "width"})}
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


def _table(table: Table) -> dict[str, Any]:
    bands = [_band(band) for band in table.bands]
    return {
        "kind": "table",
        "id": table.id,
        "columns": table.columns,
        "label_columns": table.label_columns,
        "figures": _longest_figures(bands, table.columns)[table.label_columns :],
        "bands": bands,
    }


def _band(band: TableBand) -> dict[str, Any]:
    """Return a band's cells, and again those that may need more than a line, with their row `y` in the band."""
    head, body = _placed(band.head), _placed(band.body)
    long_cells = [
        cell | {"y": y} for y, row in enumerate([*head, *body]) for cell in row if cell["ems"] > _NEVER_BROKEN
    ]
    return {"head": head, "body": body, "long_cells": long_cells}


def _placed(rows: Sequence[Sequence[TableCell]]) -> list[list[dict[str, Any]]]:
    """Return rows of cells with the grid column `x` each begins in and the width of its text in em."""
    taken: set[tuple[int, int]] = set()
    placed: list[list[dict[str, Any]]] = []
    for y, row in enumerate(rows):
        placed.append([])
        x = 0
        for cell in row:
            while (x, y) in taken:
                x += 1
            taken |= {(x + right, y + down) for right in range(cell.colspan) for down in range(cell.rowspan)}
            shown = cell.model_dump(include={"text", "scope", "colspan", "rowspan"})
            placed[y].append(shown | {"x": x, "ems": fonts.text_width(cell.text)})
    return placed


def _longest_figures(bands: list[dict[str, Any]], columns: int) -> list[float]:
    """Return the width of the longest figure of each grid column in em."""
    longest = [0.0] * columns
    for cell in (cell for band in bands for row in band["body"] for cell in row):
        if cell["scope"] is None and cell["colspan"] == 1:
            longest[cell["x"]] = max(longest[cell["x"]], *map(fonts.text_width, _FIGURE.findall(cell["text"])), 0)
    return longest


class GiakitPDFExporter(Exporter):
    """Exports the declared content of an executed notebook as the report to print, or refuses with every reason."""

    export_from_notebook = "giakit PDF"
    output_mimetype = "application/pdf"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    @default("optimistic_validation")
    def _optimistic_validation_default(self) -> bool:
        return True  # once after all preprocessors instead of after each of them

    def from_notebook_node(  # type: ignore[override] # a file's bytes instead of a notebook
        self,
        nb: NotebookNode,
        resources: dict[str, Any] | None = None,
        **kw: Any,  # noqa: ANN401 - nbconvert's signature
    ) -> tuple[bytes, dict[str, Any]]:
        """Run the preprocessors, then set the declared content.

        Raises
        ------
        RefusedConversion
            If the report must not be published or cannot be printed, with every reason; nbconvert shows them and exits
            with status 1.
        """
        notebook, resources = super().from_notebook_node(nb, resources, **kw)
        with refusals_as_conversion_errors():
            return render_pdf(read_document(notebook)), resources
