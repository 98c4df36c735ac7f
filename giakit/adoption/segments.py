"""The body of a narrative cell parted so that each part can be replaced: a line, or lines that tags hold together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from giakit.narrative.sandbox import Held, read_tags
from giakit.narrative.trace import TracedBlock

_TAG = re.compile(r"\{%.*?%\}|\{#.*?#\}")


@dataclass(frozen=True)
class Part:
    """Lines of a body, and the blocks that they print: from the first to before the last.

    Attributes
    ----------
    lines
        The first line, counted from 0, and the one behind the last.
    outer
        The same with the conditions around it that no other part stands in.
    """

    lines: tuple[int, int]
    first: int
    last: int
    outer: tuple[int, int] = (0, 0)


def part_body(body: str, blocks: Sequence[TracedBlock]) -> list[Part]:
    """Return the parts that print something, in order; the lines between them print nothing now.

    A loop is one part, whatever it prints, and so are all lines that one block comes from. What stands in a condition
    is parted, too, where the condition's tags have lines of their own: these stay around it.
    """
    lines = body.split("\n")
    loose: list[Held] = []
    held: list[Held] = []
    for each in read_tags(body):
        own = all(not _TAG.sub("", lines[tag - 1]).strip() for tag in each.tags)
        (loose if each.tags and own else held).append(each)
    inside = {line for each in held for line in range(each.first, each.last)}
    bounds = [line for line in range(len(lines) + 1) if line not in inside]
    parts: list[Part] = []
    for number, block in enumerate(blocks):
        start, end = _whole(bounds, loose, block.lines[0] - 1, block.lines[1])
        if parts and start < parts[-1].lines[1]:
            before = parts.pop()
            start, end = _whole(bounds, loose, min(start, before.lines[0]), max(end, before.lines[1]))
            parts.append(Part((start, end), before.first, number + 1))
        else:
            parts.append(Part((start, end), number, number + 1))
    return [_with_conditions(parts, place, loose) for place in range(len(parts))]


def _with_conditions(parts: Sequence[Part], place: int, conditions: Sequence[Held]) -> Part:
    part = parts[place]
    (start, end) = part.lines
    before = parts[place - 1].lines[1] if place else 0
    behind = parts[place + 1].lines[0] if place + 1 < len(parts) else None
    for each in conditions:
        if each.first <= part.lines[0] and part.lines[1] <= each.last:
            start = min(start, each.first - 1) if each.first - 1 >= before else start
            end = max(end, each.last) if behind is None or each.last <= behind else end
    return replace(part, outer=(start, end))


def _whole(bounds: Sequence[int], conditions: Sequence[Held], start: int, end: int) -> tuple[int, int]:
    """Return the fewest lines around some that can be replaced: no tag is in them without its others."""
    before = None
    while before != (start, end):
        before = start, end
        start = max(bound for bound in bounds if bound <= start)
        end = min(bound for bound in bounds if bound >= end)
        for each in conditions:
            if any(start < tag <= end for tag in each.tags):
                start, end = min(start, each.first - 1), max(end, each.last)
    return start, end
