"""The cover: a page of its own without a number, after which the report begins on the next right-hand page."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from giakit.exporters.correction import correction_mark
from giakit.exporters.document import title_parts
from giakit.exporters.word.markup import element, paragraph, run
from giakit.exporters.word.title import like_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

    from giakit.content.model import Declaration

# In twentieths of a point, as in template/word/styles.xml
_TEXT_HEIGHT = 12756
_ABOVE_TITLE, _TITLE_LINE, _LINE = 3474, 832, 579
_BELOW_ORGAN = 3 * _LINE  # two lines, and the one that ends the section

_CHARACTERS_OF_TITLE, _CHARACTERS_OF_ORGAN = 17, 27


def build_cover(declaration: Declaration, word: WordDocument) -> Iterator[BaseOxmlElement]:
    """Yield the cover's paragraphs, and let the page numbers begin behind them."""
    title = [line for part in title_parts(declaration) for line in like_lines(part, _CHARACTERS_OF_TITLE)]
    organ = like_lines(declaration.full_name, _CHARACTERS_OF_ORGAN) if declaration.full_name else []
    mark = correction_mark(declaration.correction)
    used = _ABOVE_TITLE + len(title) * _TITLE_LINE + (len(organ) + bool(mark)) * _LINE + _BELOW_ORGAN
    yield paragraph("CoverTitle", run("\n".join(title)))
    if mark:
        yield paragraph("CoverOrgan", run(mark))
    lowered = element("w:spacing", before=max(0, _TEXT_HEIGHT - used))
    yield paragraph("CoverOrgan", run("\n".join(organ)), settings=(lowered,))
    yield paragraph("CoverOrgan", settings=(_end_of_cover(word),))


def _end_of_cover(word: WordDocument) -> BaseOxmlElement:
    """Return the properties of the cover's section: those of the report without its page numbers."""
    report: BaseOxmlElement = word.element.body.sectPr
    cover: BaseOxmlElement = deepcopy(report)
    for footer in cover.findall(qn("w:footerReference")):
        cover.remove(footer)
    report.find(qn("w:pgSz")).addprevious(element("w:type", val="oddPage"))
    report.find(qn("w:cols")).addprevious(element("w:pgNumType", start=1))
    return cover
