"""What a Word document says of its origin, invisibly, so that what is edited in it can be taken back.

Every paragraph of the report is a bookmark that tells which paragraph of which piece it is; the document's properties
name the organ and the year and hold a digest of each narrative cell and of the figures as they were printed. Word and
LibreOffice keep both. Former words are kept nowhere: whoever deletes a sentence before publishing must be rid of it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.ns import qn

from giakit.content.html import safe_href
from giakit.content.model import ListBlock, Prose, Table
from giakit.exporters.word.markup import FORBIDDEN, element
from giakit.exporters.word.table_size import place_rows

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

    from giakit.content.model import Block, Inline
    from giakit.exporters.document import Document

ORGAN, YEAR, FIGURES = "giakit.organ", "giakit.year", "giakit.figures"
PROSE = "giakit.prose."  # followed by the narrative cell's key

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # the one that every custom property has
_FIRST_NUMBER = 2  # of a property; the first two are reserved

_DIGITS = 16
_MARK = re.compile("_gia_([0-9a-f]{8})_([0-9]{1,7})")
_FIXED = "00000000"  # what stands for the key where a paragraph is no narrative


class Mark(NamedTuple):
    """What a bookmark says of its paragraph: the short digest of its cell's key, and the paragraph's number in it."""

    key: str
    number: int

    @property
    def is_narrative(self) -> bool:
        """Whether the paragraph belongs to a narrative cell."""
        return self.key != _FIXED


def mark_of(key: str, number: int) -> Mark:
    """Return the mark of a narrative cell's paragraph."""
    return Mark(_digest(key)[: len(_FIXED)], number)


def read_mark(name: str) -> Mark | None:
    """Return what a bookmark's name says, or ``None`` for one that somebody else set.

    >>> read_mark("_gia_1a2b3c4d_2"), read_mark("_Toc123")
    (Mark(key='1a2b3c4d', number=2), None)
    """
    found = _MARK.fullmatch(name)
    return Mark(found[1], int(found[2])) if found else None


def fixed_mark(text: str) -> Mark:
    """Return the mark of a paragraph that is no narrative: its number is a digest of its words."""
    return Mark(_FIXED, int(_digest("".join(text.split()))[:5], 16))


class Marker:
    """Makes a bookmark of each paragraph."""

    def __init__(self) -> None:
        self._made = set[Mark]()

    def mark(self, made: BaseOxmlElement, key: str | None = None, number: int = 0) -> BaseOxmlElement:
        """Make a paragraph with text a bookmark; any other element stays as it is."""
        if made.tag != qn("w:p") or next(made.iter(qn("w:r")), None) is None:
            return made
        words = "".join(each.text or "" for each in made.iter(qn("w:t")))
        mark = mark_of(key, number) if key else fixed_mark(words)
        while mark in self._made:  # the cover says what the title says; of two bookmarks with one name, one is lost
            mark = mark._replace(number=mark.number + 1)
        identity = len(self._made)
        self._made.add(mark)
        start = element("w:bookmarkStart", id=identity, name=f"_gia_{mark.key}_{mark.number}")
        made.insert(0 if made.pPr is None else 1, start)
        made.append(element("w:bookmarkEnd", id=identity))
        return made


# ---- digests --------------------------------------------------------------------------------------------------------


def prose_digest(blocks: Sequence[Block]) -> str:
    """Return the digest of a narrative cell's finished prose, of its blocks and styles of text."""
    return _digest(json.dumps([_block(each) for each in blocks], ensure_ascii=False))


def figures_digest(tables: Iterable[Sequence[tuple[int, int, str]]]) -> str:
    """Return the digest of tables, each given by its cells as `table_cells` does; space does not count."""
    plain = [sorted((y, number, "".join(text.split())) for y, number, text in cells) for cells in tables]
    return _digest(json.dumps(plain, ensure_ascii=False))


def table_cells(table: Table) -> list[tuple[int, int, str]]:
    """Return the row of each cell of a table, its number among those that begin there, and its text.

    The number, not the column: whoever saves a document may part its columns otherwise.
    """
    rows = place_rows(table)
    return [(y, number, placed.cell.text) for y, row in enumerate(rows) for number, placed in enumerate(row)]


def _block(block: Block) -> list[object]:
    if isinstance(block, ListBlock):
        return ["list", block.ordered, *(_runs(item) for item in block.items)]
    return [block.type, _runs(block.inlines)]


def _runs(inlines: Iterable[Inline]) -> list[tuple[str, bool, str | None]]:
    """Return runs as Word knows them: neighbours of one style are one, and so are an unsafe link and plain text."""
    runs: list[tuple[str, bool, str | None]] = []
    for each in inlines:
        style = (each.strong, safe_href(each.href))
        if runs and runs[-1][1:] == style:
            runs[-1] = (runs[-1][0] + each.text, *style)
        elif each.text:
            runs.append((each.text, *style))
    return runs


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:_DIGITS]


# ---- properties -----------------------------------------------------------------------------------------------------


def set_origin(word: WordDocument, document: Document) -> None:
    """Write the properties that tell what the document was made from."""
    stated = (
        f'<property fmtid="{_FORMAT}" pid="{number}" name="{_escaped(name)}">'
        f"<vt:lpwstr>{_escaped(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(_origin(document), _FIRST_NUMBER)
    )
    content = f'{_DECLARATION}\n<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_TYPES}">{"".join(stated)}</Properties>'
    package = word.part.package
    part = Part(PackURI("/docProps/custom.xml"), CONTENT_TYPE.OFC_CUSTOM_PROPERTIES, content.encode(), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def _escaped(text: str) -> str:
    return escape(FORBIDDEN.sub("", text))


def _origin(document: Document) -> Iterator[tuple[str, str]]:
    pieces = [*document.preamble, *(piece for section in document.sections for piece in section.pieces)]
    yield ORGAN, document.declaration.key or document.declaration.name
    yield YEAR, str(document.declaration.year)
    yield FIGURES, figures_digest(table_cells(piece) for piece in pieces if isinstance(piece, Table))
    for piece in pieces:
        if isinstance(piece, Prose):
            yield PROSE + piece.key, prose_digest(piece.blocks)
