"""Which narrative cell each paragraph of an edited document belongs to.

A paragraph that stands unchanged, or that a bookmark names, shows its cell. Whatever was written between such
paragraphs belongs to the cell before it in its section, at a section's beginning to the one behind it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from giakit.adoption.body import WordParagraph, WordText
from giakit.adoption.fixed import Comparison, Item, is_fixed
from giakit.adoption.prose import quoted
from giakit.content.model import SectionPlace
from giakit.exporters.document import PREAMBLE
from giakit.exporters.word.marks import fixed_mark, mark_of
from giakit.language import Text


@dataclass
class Placed:
    """The paragraphs of each narrative cell by its key, in order, and what stands where no narrative can."""

    cells: dict[str, list[WordParagraph]] = field(default_factory=dict)
    problems: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class _Loose:
    """A paragraph that is no fixed one: the section it stands in, and its cell as far as that is known.

    `unchanged` is whether it stands among the same paragraphs as it did; else only a bookmark tells its cell.
    """

    paragraph: WordParagraph
    section: str | None
    key: str | None
    unchanged: bool = False


def place_paragraphs(
    edited: WordText, present: WordText, common: Comparison, keys: Sequence[str], sections: Sequence[SectionPlace]
) -> Placed:
    """Give every paragraph of an edited document to a narrative cell.

    Parameters
    ----------
    present
        The document that giakit writes now.
    common
        What both have in common.
    keys
        The keys of the narrative cells, in the order in which they are printed; also of those that print nothing now,
        and of those that are there no longer.
    sections
        The report's.
    """
    known = {mark_of(key, 0).key: key for key in keys}
    loose = _find_loose(edited, present, common, known, sections)
    placed = Placed()
    for section in dict.fromkeys(each.section for each in loose):
        members = [each for each in loose if each.section == section]
        here = [key for key in keys if section is not None and key.split("/")[0] == section]
        if here:
            for each, key in zip(members, _settle(members, here), strict=True):
                placed.cells.setdefault(key, []).append(each.paragraph)
        else:
            placed.problems += [_misplaced(each.paragraph) for each in members]
    return placed


def _misplaced(paragraph: WordParagraph) -> Text:
    return Text(
        "“{quote}”: stands where the report has no narrative; move it into a section with text", quote=quoted(paragraph)
    )


def _find_loose(
    edited: WordText,
    present: WordText,
    common: Comparison,
    known: Mapping[str, str],
    sections: Sequence[SectionPlace],
) -> list[_Loose]:
    behind = _sections_behind(present, sections)
    loose: list[_Loose] = []
    section: str | None = None
    for place, item in enumerate(edited.items):
        same = present.items[common.same[place]] if place in common.same else None
        if same is not None and (not isinstance(same, WordParagraph) or is_fixed(same)):
            section = behind[common.same[place]]
        elif isinstance(item, WordParagraph) and fixed_mark(item.text) not in item.marks:
            # One that has, is a heading or the like of then that the report has no longer
            named = same if isinstance(same, WordParagraph) else item
            found = [known[mark.key] for mark in named.marks if mark.key in known]
            key = next((key for key in found if key.split("/")[0] == section), None)
            loose.append(_Loose(item, section, key, unchanged=same is not None))
    return loose


def _sections_behind(present: WordText, sections: Sequence[SectionPlace]) -> list[str | None]:
    """Return for each item of the present document which section's narrative may stand behind it."""
    headings = {each.heading: each for each in sections}
    items = present.items
    numbers = [place for place, each in enumerate(items) if isinstance(each, WordParagraph) and each.level == 1]
    first = numbers[0] if numbers else len(items)
    title = max((place for place in range(first) if _is_fixed(items[place])), default=0)
    behind: list[str | None] = []
    section: str | None = None
    for place, item in enumerate(items):
        if place == title:
            section = PREAMBLE
        elif isinstance(item, WordParagraph) and item.level == 1:
            found = headings.get(item.text)
            section = found.numeral if found and not found.table else None
        elif _is_fixed(item) and not _belongs_to_chart(items, place):
            section = None  # the cover, or the names of the attachments
        behind.append(section)
    return behind


def _is_fixed(item: Item) -> bool:
    return isinstance(item, WordParagraph) and is_fixed(item)


def _belongs_to_chart(items: Sequence[Item], place: int) -> bool:
    return any(isinstance(each, WordParagraph) and each.pictures for each in items[max(0, place - 1) : place + 1])


def _settle(members: Sequence[_Loose], keys: Sequence[str]) -> list[str]:
    """Return the cell of each paragraph of a section, in the order of the cells."""
    order = {key: number for number, key in enumerate(keys)}
    sure = _longest_rise(_in_order(members, order))
    nearest = (sure[max(0, bisect_right(sure, place) - 1)] if sure else None for place in range(len(members)))
    return [keys[0] if at is None else members[at].key or keys[0] for at in nearest]


def _in_order(members: Sequence[_Loose], order: Mapping[str, int]) -> list[int | None]:
    """Return the numbers of the known cells, without those of paragraphs that were moved past unchanged ones."""
    numbers = [None if each.key is None else order[each.key] for each in members]
    fixed = [number if each.unchanged else None for each, number in zip(members, numbers, strict=True)]
    least = list(accumulate((each if each is not None else 0 for each in fixed), max))
    most = list(accumulate((each if each is not None else len(order) for each in reversed(fixed)), min))[::-1]
    return [
        number if number is not None and low <= number <= high else None
        for number, low, high in zip(numbers, least, most, strict=True)
    ]


def _longest_rise(numbers: Sequence[int | None]) -> list[int]:
    """Return the places of the longest run of numbers that never falls; what is not in it was moved.

    >>> _longest_rise([0, 2, None, 1, 1])
    [0, 3, 4]
    """
    ends: list[int] = []  # the last number of the best run of each length
    places: list[int] = []
    before: dict[int, int | None] = {}
    for place, number in enumerate(numbers):
        if number is None:
            continue
        length = bisect_right(ends, number)
        before[place] = places[length - 1] if length else None
        ends[length:], places[length:] = [*[number], *ends[length + 1 :]], [*[place], *places[length + 1 :]]
    found: list[int] = []
    at: int | None = places[-1] if places else None
    while at is not None:
        found.append(at)
        at = before[at]
    return found[::-1]
