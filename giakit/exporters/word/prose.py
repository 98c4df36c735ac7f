"""Headings, paragraphs and lists of finished prose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn

from giakit.content.html import safe_href
from giakit.content.model import ListBlock, Subheading
from giakit.exporters.word.markup import element, paragraph, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

    from giakit.content.model import Inline, Prose

_ORDERED, _BULLETED = 0, 1  # the kinds of list in template/word/numbering.xml


def build_prose(prose: Prose, word: WordDocument) -> Iterator[BaseOxmlElement]:
    """Yield the paragraphs of a piece of prose."""
    for block in prose.blocks:
        if isinstance(block, ListBlock):
            yield from _list(block, word)
        else:
            style = "Heading2" if isinstance(block, Subheading) else None
            yield paragraph(style, *_runs(block.inlines, word))


def _list(block: ListBlock, word: WordDocument) -> Iterator[BaseOxmlElement]:
    number = _new_list(word, ordered=block.ordered)
    for item in block.items:
        place = element("w:numPr", element("w:ilvl", val=0), element("w:numId", val=number))
        yield paragraph("ListParagraph", *_runs(item, word), settings=(place,))


def _new_list(word: WordDocument, *, ordered: bool) -> int:
    """Declare a list that begins anew and return its number."""
    lists = word.part.numbering_part.element
    number = len(lists.findall(qn("w:num"))) + 1
    kind = element("w:abstractNumId", val=_ORDERED if ordered else _BULLETED)
    begin = element("w:lvlOverride", element("w:startOverride", val=1), ilvl=0)
    lists.append(element("w:num", kind, begin, numId=number))
    return number


def _runs(inlines: Iterable[Inline], word: WordDocument) -> Iterator[BaseOxmlElement]:
    for each in inlines:
        address = safe_href(each.href)
        made = run(each.text, "Strong" if each.strong else "Hyperlink" if address else None)
        if address:
            link = element("w:hyperlink", made)
            link.set(qn("r:id"), word.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            made = link
        yield made
