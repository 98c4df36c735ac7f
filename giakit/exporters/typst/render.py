"""From the document to the bytes of its PDF."""

from __future__ import annotations

import json
import warnings
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from giakit.content.model import Table
from giakit.errors import ReportRefused
from giakit.exporters.creation import time_of_creation
from giakit.exporters.typst.pages import describe_pages
from giakit.exporters.typst.preflight import check_typefaces
from giakit.exporters.typst.structure import associate_headers
from giakit.findings import errors
from giakit.fonts import FAMILIES, font_path
from giakit.language import Text

if TYPE_CHECKING:
    import typst

    from giakit.exporters.document import Document
    from giakit.fonts import Choice

SOURCES = Path(__file__).parent

# Archivable and accessible: tags, language, title, alternative texts, no character without a glyph
STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]

_one_at_a_time = Lock()


def render_pdf(document: Document) -> bytes:
    """Return the PDF to publish.

    With the bundled faces the same document gives the same bytes, in every process and on every machine. After the
    first call a process must not fork any more: Typst has threads then, which a child would wait for.

    Raises
    ------
    ReportRefused
        If no face has a character, or Typst refuses the document; every such place is named.
    PrerequisiteError
        If the bundled faces are not installed.
    """
    unprintable = errors(check_typefaces(document))
    if unprintable:
        raise ReportRefused(*unprintable)  # type: ignore[arg-type] # a finding reads as a sentence, too
    declaration = document.declaration
    pages = json.dumps(describe_pages(document), ensure_ascii=False)
    pages = pages.replace("\ufeff", "")  # prints nothing, and PDF/A forbids it
    pdf = _compile(pages, declaration.fonts, int(time_of_creation(declaration.year).timestamp()))
    tables = [piece for section in document.sections for piece in section.pieces if isinstance(piece, Table)]
    return associate_headers(pdf, tables)


def _compile(report: str, choice: Choice, timestamp: int) -> bytes:
    import typst

    try:
        with _one_at_a_time:
            pdf, remarks = _compiler(choice).compile_with_warnings(
                sys_inputs={"report": report}, pdf_standards=STANDARDS, timestamp=timestamp
            )
    except typst.TypstError as error:
        raise ReportRefused(Text("the PDF cannot be set: {reason}", reason=error.message)) from error
    for remark in remarks:
        warnings.warn(remark, stacklevel=2)
    assert isinstance(pdf, bytes)  # noqa: S101 - one file, as no other output was asked for
    return pdf


@cache
def load_typefaces(choice: Choice = "bundled") -> typst.Fonts:
    """Return the typefaces as Typst holds them, kept for the life of the process; a process may still fork after it."""
    import typst

    folders = sorted({str(font_path(face).parent) for face in FAMILIES})
    return typst.Fonts(include_system_fonts=choice == "official", include_embedded_fonts=False, font_paths=folders)


@cache
def _compiler(choice: Choice) -> typst.Compiler:
    import typst

    return typst.Compiler(
        input=str(SOURCES / "report.typ"),
        root=str(SOURCES),
        font_paths=load_typefaces(choice),
        ignore_system_fonts=True,
    )
