"""What stands behind the last section: the names of the attachments, and in a draft what it was printed in spite of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from giakit.content.model import Inline, ListBlock, Prose
from giakit.exporters.word.markup import FORBIDDEN, element, paragraph, run
from giakit.exporters.word.prose import build_prose
from giakit.findings import errors
from giakit.language import speaking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement

    from giakit.exporters.document import Document
    from giakit.findings import Finding

_ATTACHMENTS = "附件："
_OVERRIDDEN = "未通过的核对"
_REASON = "生成草稿的理由"

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
    with speaking("zh"):
        found = [_sentence(each) for each in errors(document.findings)]
    yield paragraph("Heading1", run(_OVERRIDDEN), settings=(element("w:pageBreakBefore"),))
    yield paragraph(None, run(f"{_REASON}：{document.draft}"))
    listed = ListBlock(type="list", ordered=True, items=tuple((Inline(text=each),) for each in found))
    yield from build_prose(Prose(key="", blocks=(listed,)), word)


def _sentence(found: Finding) -> str:
    """Return an error in one sentence; a character that cannot be written goes by its number."""
    words = f"（{found.words}）" if found.words and found.words not in found.place else ""
    sentence = f"{found.place}：{found.problem}{words}"
    return FORBIDDEN.sub(lambda match: f"[U+{ord(match[0]):04X}]", sentence)
