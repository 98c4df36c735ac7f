"""Edited words against those that were printed: which values are still there, and which figures became others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import groupby

from giakit.adoption.tokens import Token
from giakit.narrative.expressions import Expressions
from giakit.narrative.figure import Figure
from giakit.narrative.namespace import Line
from giakit.narrative.trace import Printed
from giakit.narrative.words import Passage

_MOST_WORK = 10**8  # tokens compared with tokens; beyond, a text is taken for a new one
_AROUND = 10


@dataclass(frozen=True)
class ChangedFigure:
    """A figure of the prose that somebody wrote another number for: the words around it, before and after."""

    printed: Printed
    before: str
    after: str
    context: str


@dataclass
class Matched:
    """What is known of edited tokens.

    Attributes
    ----------
    values
        By the place of the first token of a value that is still there: the value, and the place behind it.
    changed
        Figures that became others.
    same
        By the place of a token now, its place before.
    """

    values: dict[int, tuple[Printed, int]] = field(default_factory=dict)
    changed: list[ChangedFigure] = field(default_factory=list)
    same: dict[int, int] = field(default_factory=dict)


def match_tokens(before: Sequence[Token], after: Sequence[Token], expressions: Expressions) -> Matched:
    """Compare what was printed with what stands there now."""
    matched = Matched()
    if len(before) * len(after) > _MOST_WORK:
        return matched
    now_at: dict[int, int] = {}
    matcher = SequenceMatcher(None, [each.text for each in before], [each.text for each in after], autojunk=False)
    for what, first, last, begin, end in matcher.get_opcodes():
        if what == "equal":
            now_at.update(zip(range(first, last), range(begin, end), strict=True))
        elif what == "replace" and (last - first, end - begin) == (1, 1):
            _find_changed(matched, before, after, first, begin, expressions)
    for printed, places in _places(before):
        now = [now_at.get(place) for place in places]
        start = now[0]
        whole = "".join(before[place].text for place in places) == printed.text
        if whole and start is not None and now == list(range(start, start + len(now))) and _one_style(after, now):
            matched.values[start] = printed, start + len(now)
    matched.same = {now: before for before, now in now_at.items()}
    return matched


def is_figure(printed: Printed, expressions: Expressions) -> bool:
    """Whether a value is one that the workbook or the parameters alone may change: no words of prose."""
    if isinstance(printed.value, Figure | Line | int):
        return True
    if isinstance(printed.value, Passage):
        return expressions.is_fact(printed.value)
    return printed.text.lstrip("+-").rstrip("%").replace(".", "").isdecimal()


def _find_changed(
    matched: Matched, before: Sequence[Token], after: Sequence[Token], first: int, begin: int, expressions: Expressions
) -> None:
    """Tell of a figure where one number stands for it, between the same words."""
    old, new = before[first], after[begin]
    if old.printed and old.is_number and new.is_number and is_figure(old.printed, expressions):
        around = before[max(0, first - _AROUND) : first + _AROUND]
        context = "".join(each.text for each in around).strip().replace("\n", " ")
        matched.changed.append(ChangedFigure(old.printed, old.text, new.text, context))


def _places(tokens: Sequence[Token]) -> Iterator[tuple[Printed, list[int]]]:
    """Yield every value with the places of its tokens."""
    for printed, group in groupby(range(len(tokens)), key=lambda place: tokens[place].printed):
        if printed is not None:
            yield printed, list(group)


def _one_style(tokens: Sequence[Token], places: Sequence[int | None]) -> bool:
    return len(Counter(tokens[place].style for place in places if place is not None)) == 1
