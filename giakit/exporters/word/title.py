"""Where titles break: one line, or lines of like length, the organ's name apart from the rest."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

from giakit import fonts
from giakit.exporters.correction import correction_mark
from giakit.exporters.word.markup import element, paragraph, run

if TYPE_CHECKING:
    from docx.oxml.xmlchemy import BaseOxmlElement

    from giakit.content.model import Declaration

_NOT_FIRST = "）》〉」』】〕、，。；：！？…—"  # must not begin a line
_NOT_LAST = "（《〈「『【〔"  # must not end one
_CHARACTERS = 20  # of 二号 in 156 mm


_BELOW = 579  # a line, in twentieths of a point


def build_title(declaration: Declaration) -> Iterator[BaseOxmlElement]:
    """Yield the title, and of a corrected report the line below that says when."""
    words = run("\n".join(title_lines(declaration.title, declaration.name)))
    mark = correction_mark(declaration.correction)
    if not mark:
        yield paragraph("Title", words)
        return
    yield paragraph("Title", words, settings=(element("w:spacing", after=0),))
    yield paragraph("CoverOrgan", run(mark), settings=(element("w:spacing", after=_BELOW),))


def title_lines(title: str, name: str) -> list[str]:
    """Return the lines of a title; one that begins with the organ's name breaks first behind it.

    >>> title_lines("龙村镇2020年政府信息公开工作年度报告", "龙村镇")
    ['龙村镇2020年政府信息公开工作年度报告']
    >>> title_lines("河口县自然资源局2020年政府信息公开工作年度报告", "河口县自然资源局")
    ['河口县自然资源局', '2020年政府信息公开工作年度报告']
    >>> title_lines("河口县人民政府办公室（河口县大数据管理局）年度报告", "河口县人民政府办公室（河口县大数据管理局）")
    ['河口县人民政府办公室', '（河口县大数据管理局）', '年度报告']
    """
    if fonts.text_width(title) <= _CHARACTERS:
        return [title]
    parts = (name, title.removeprefix(name)) if name and title.startswith(name) else (title,)
    return [line for part in parts if part for line in like_lines(part, _CHARACTERS)]


def like_lines(words: str, characters: int) -> list[str]:
    """Return the division into as few lines as possible whose longest is shortest; squeezed brackets count half.

    Parameters
    ----------
    characters
        How many a line has room for.
    """
    count = ceil(fonts.text_width(words) / characters)
    widest = len(words) / count
    while len(lines := list(_filled_lines(words, widest))) > count:
        widest += 0.5
    return lines


def _filled_lines(words: str, widest: float) -> Iterator[str]:
    """Yield lines as full as `widest` allows; at least a character each, wherever that leaves a mark."""
    while words:
        fitting = (place for place in range(len(words), 1, -1) if _width(words[:place]) <= widest)
        end = next((place for place in fitting if _may_end(words, place)), 1)
        yield words[:end]
        words = words[end:]


def _may_end(words: str, place: int) -> bool:
    return place == len(words) or (words[place] not in _NOT_FIRST and words[place - 1] not in _NOT_LAST)


def _width(line: str) -> float:
    return fonts.text_width(line) - (line[0] in _NOT_LAST) / 2 - (line[-1] in _NOT_FIRST) / 2
