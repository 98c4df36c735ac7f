"""From the document to publish to the bytes of a Word file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import docx
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from giakit.content.model import Prose, Table
from giakit.errors import ReportRefused
from giakit.exporters.creation import time_of_creation
from giakit.exporters.document import DRAFT
from giakit.exporters.word.charts import build_chart
from giakit.exporters.word.closing import build_attachments, build_overridden
from giakit.exporters.word.cover import build_cover
from giakit.exporters.word.marks import Marker, set_origin
from giakit.exporters.word.markup import FORBIDDEN, paragraph, run
from giakit.exporters.word.prose import build_prose
from giakit.exporters.word.tables import build_table
from giakit.exporters.word.title import build_title
from giakit.language import Text

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

    from giakit.content.model import Declaration
    from giakit.exporters.document import Document, Piece

_FOLDER = Path(__file__).parent
_FIRST_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def render_docx(document: Document) -> bytes:
    """Return the Word document to publish; the same document gives the same bytes.

    After the first chart a process must not fork any more, as after the first PDF.

    Raises
    ------
    ReportRefused
        If a text holds a character that no Word document can hold, or a chart cannot be drawn; every place is named.
    """
    unwritable = list(_unwritable(document))
    if unwritable:
        raise ReportRefused(*unwritable)
    word = docx.Document(io.BytesIO(_template()))
    _set_properties(word, document.declaration)
    set_origin(word, document)
    body = word.element.body
    for each in _elements(document, word):
        body.insert(len(body) - 1, each)  # before the section's properties
    if document.draft:
        _mark_as_draft(word)
    return _packed(word)


def _elements(document: Document, word: WordDocument) -> Iterator[BaseOxmlElement]:
    """Yield everything in order, each paragraph marked with where it comes from."""
    marker = Marker()
    declaration = document.declaration
    if declaration.cover:
        yield from map(marker.mark, build_cover(declaration, word))
    yield from map(marker.mark, build_title(declaration))
    for piece in document.preamble:
        yield from _piece(piece, word, marker)
    for section in document.sections:
        yield marker.mark(paragraph("Heading1", run(section.place.heading)))
        for each in section.pieces:
            yield from _piece(each, word, marker)
    yield from map(marker.mark, build_attachments(declaration.attachments))
    if document.draft:
        yield from map(marker.mark, build_overridden(document, word))


def _piece(piece: Piece, word: WordDocument, marker: Marker) -> Iterator[BaseOxmlElement]:
    if isinstance(piece, Prose):
        for number, each in enumerate(build_prose(piece, word)):
            yield marker.mark(each, piece.key, number)
    else:
        yield from map(marker.mark, build_table(piece) if isinstance(piece, Table) else build_chart(piece, word))


def _mark_as_draft(word: WordDocument) -> None:
    """Let every page say that it is a draft; a section takes its headers from the one before it."""
    section = word.sections[0]
    for header in (section.header, section.even_page_header):
        marked = parse_xml((_FOLDER / "draft.xml").read_bytes())
        next(marked.iter(qn("w:t"))).text = DRAFT
        [*_, words] = marked.iter("{urn:schemas-microsoft-com:vml}textpath")  # behind that of the shape's type
        words.set("string", DRAFT)
        header.is_linked_to_previous = False
        header._element[:] = list(marked)  # noqa: SLF001 - python-docx has no name for a whole header


def _set_properties(word: WordDocument, declaration: Declaration) -> None:
    """State title, language and time; nobody's name."""
    properties = word.core_properties
    moment = time_of_creation(declaration.year)
    properties.title = declaration.title
    properties.language = "zh-CN"
    properties.created = properties.modified = moment
    properties.author = properties.last_modified_by = ""
    properties.revision = 1


# ---- texts ----------------------------------------------------------------------------------------------------------


def _unwritable(document: Document) -> Iterator[Text]:
    for place, value in _texts(document):
        found = dict.fromkeys(character for text in _strings(value) for character in FORBIDDEN.findall(text))
        if found:
            yield Text(
                "{place}: a Word document cannot hold {characters}; take them out",
                place=place,
                characters=" ".join(f"U+{ord(character):04X}" for character in found),
            )


def _texts(document: Document) -> Iterator[tuple[object, object]]:
    """Yield everything printed with the name of its place."""
    yield Text("title"), (document.declaration.title, document.declaration.full_name)
    yield "override", document.draft
    yield Text("attachments"), document.declaration.attachments
    for piece in document.preamble:
        yield piece.key, piece.model_dump(include={"blocks"})
    for section in document.sections:
        yield section.place.heading, section.place.heading
        for each in section.pieces:
            place = each.key if isinstance(each, Prose) else each.caption
            yield place, each.model_dump(include={"blocks", "bands", "caption", "alt"})


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


# ---- the package ----------------------------------------------------------------------------------------------------


@cache
def _template() -> bytes:
    """Return the template as the package it is kept unpacked of."""
    folder = _FOLDER / "template"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            package.write(path, path.relative_to(folder).as_posix())
    return packed.getvalue()


def _packed(word: WordDocument) -> bytes:
    """Return the package with its parts in one order and without the time of packing; the list of parts comes first."""
    saved, packed = io.BytesIO(), io.BytesIO()
    word.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(packed, "w") as package:
        for name in sorted(source.namelist()):  # "[Content_Types].xml" sorts before any folder
            info = zipfile.ZipInfo(name, _FIRST_ZIP_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(info, source.read(name))
    return packed.getvalue()
