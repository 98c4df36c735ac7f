"""Numbers that were typed into narrative and stay what they are when the figures change."""

from __future__ import annotations

import re
from dataclasses import dataclass

from giakit.copies.masks import Mask
from giakit.prose.quantities import mark_quantities
from giakit.prose.rules import MARK
from giakit.prose.text import normal_text, split_sentences

_ITEM = re.compile(r"^\s*\d+[.)]\s+")
_NO_FIGURE = re.compile(r"第[\d一二三四五六七八九十百]+(?:号|条|款|项|章|届|次|批|期)")  # a name, not an amount
_NUMBER = re.compile(rf"{MARK}|\d+(?:\.\d+)?(?:年度?|月|日|时|分)?")


@dataclass(frozen=True)
class TypedSentence:
    """A sentence with typed-in numbers: as written, and the numbers in their order."""

    sentence: str
    numbers: tuple[str, ...]


def find_typed(source: str) -> list[TypedSentence]:
    r"""Return the sentences of a narrative cell that hold typed-in numbers, without those in titles and quotations.

    >>> found = find_typed("%%narrative 一\n收到{{ applications.received.total }}件。培训3次，2020年5月建成专区。")
    >>> [(each.sentence, each.numbers) for each in found]
    [('培训3次，2020年5月建成专区。', ('3次', '2020年', '5月'))]
    """
    mask = Mask()
    body = mask.hide_expressions(source.partition("\n")[2])
    sentences = (each for line in body.split("\n") for each in split_sentences(_ITEM.sub("", line)))
    found = [TypedSentence(mask.show(each), _numbers(each)) for each in sentences]
    return [each for each in found if each.numbers]


def _numbers(sentence: str) -> tuple[str, ...]:
    plain = _NO_FIGURE.sub("", normal_text(Mask().hide_quoted(sentence)))
    marked, quantities = mark_quantities(plain)
    in_order = iter(quantities)
    return tuple(next(in_order).text if re.fullmatch(MARK, each) else each for each in _NUMBER.findall(marked))
