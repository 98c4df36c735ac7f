"""What stands behind the last section: the names of the attachments, and in a draft what it was printed in spite of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.content.model import Inline, ListBlock, Prose
from giakit.exporters.document import OVERRIDDEN, OVERRIDE_REASON, overridden_errors
from giakit.exporters.word.markup import FORBIDDEN, element, paragraph, run
from giakit.exporters.word.prose import build_prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

    from giakit.exporters.document import Document

_ATTACHMENTS = "附件："

_EM, _LINE = 315, 579  # in twentieths of a point


def build_attachments(names: Sequence[str]) -> Iterator[BaseOxmlElement]:
    """Yield the names of the attachments under one another, numbered if there are several."""
    for number, name in enumerate(names, 1):
        first = number == 1
        label = (_ATTACHMENTS if first else "") + (f"{number}." if len(names) > 1 else "")
        settings = [element("w:keepNext")] if number < len(names) else []
        if first:
            settings.append(element("w:spacing", before=_LINE))
        if len(names) > 1:
            settings.append(_hanging(6, 4 if first else 1))
        yield paragraph("Attachments", run(label + name), settings=tuple(settings))


def _hanging(left: int, hanging: int) -> BaseOxmlElement:
    """Return an indent in characters, and in twentieths of a point for programs that do not count them."""
    in_characters = {"leftChars": 100 * left, "hangingChars": 100 * hanging}
    return element("w:ind", **in_characters, left=left * _EM, hanging=hanging * _EM)


def build_overridden(document: Document, word: WordDocument) -> Iterator[BaseOxmlElement]:
    """Yield the last page of a draft: the reason for it and the errors, always Chinese and without cells."""
    yield paragraph("Heading1", run(OVERRIDDEN), settings=(element("w:pageBreakBefore"),))
    yield paragraph(None, run(f"{OVERRIDE_REASON}：{document.draft}"))
    items = tuple((Inline(text=_writable(each)),) for each in overridden_errors(document))
    yield from build_prose(Prose(key="", blocks=(ListBlock(type="list", ordered=True, items=items),)), word)


def _writable(sentence: str) -> str:
    """Return a sentence in which a character that cannot be written goes by its number."""
    return FORBIDDEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", sentence)
