"""The three-way merge of one cell's text, line by line.

nbdime's decisions (4.0.4) are not asked for: they take a line back in that one side deleted and the other reworded,
merge neighbouring lines without a word, and glue the last line of a cell to what follows. Prose that must not say what
nobody wrote needs the stricter rule of `merge_text`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, order=True)
class _Change:
    """Lines of the base from `start` to `end` that became other lines; with `start` = `end`, lines put in."""

    start: int
    end: int
    lines: tuple[str, ...]

    def touches(self, other: _Change) -> bool:
        return self.start <= other.end and other.start <= self.end


def merge_text(base: str, own: str, master: str) -> str | None:
    r"""Return a text with the changes of both sides, or ``None`` where they meet.

    Changes meet on the same line and on neighbouring ones: whoever rewrites a line has read the next one, and a
    paragraph must not become a mixture that nobody wrote. The very same change on both sides is one.

    >>> merge_text("甲\n\n乙", "甲一\n\n乙", "甲\n\n乙二")
    '甲一\n\n乙二'
    >>> merge_text("甲\n乙", "甲一\n乙", "甲二\n乙") is None
    True
    """
    lines, own_lines, master_lines = (text.split("\n") for text in (base, own, master))
    ours, theirs = _changes(lines, own_lines), _changes(lines, master_lines)
    if any(one != other and one.touches(other) for one in ours for other in theirs):
        return None
    for change in sorted({*ours, *theirs}, reverse=True):
        lines[change.start : change.end] = change.lines
    return "\n".join(lines)


def _changes(base: Sequence[str], text: Sequence[str]) -> list[_Change]:
    matcher = SequenceMatcher(None, base, text, autojunk=False)
    return [
        _Change(start, end, tuple(text[first:last]))
        for tag, start, end, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]
