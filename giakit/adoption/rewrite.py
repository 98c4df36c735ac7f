"""The source of a narrative cell for prose that was edited: what is unchanged keeps its template, the rest is written.

In what is written, a value that still stands there stays an expression, and so does a number whose sentence says which
figure it is. Nothing is taken on trust: the new source is rendered, and must print the edited prose.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from giakit.adoption.match import ChangedFigure, Matched, match_tokens
from giakit.adoption.said import find_said, places_of
from giakit.adoption.segments import Part, part_body
from giakit.adoption.tokens import Token, tokens_of_lines, tokens_of_traced
from giakit.adoption.writing import literal, retraced, write_tokens
from giakit.content.model import Block, Prose
from giakit.copies.years import rewrite_years
from giakit.errors import NarrativeError
from giakit.narrative.compose import Written, write_blocks
from giakit.narrative.expressions import Expressions
from giakit.narrative.trace import lines_of, trace_cell
from giakit.statistics import Statistics

_MAGIC = "%%narrative\n"


@dataclass(frozen=True)
class Cell:
    """A narrative cell that was edited, and what it is rewritten with.

    Attributes
    ----------
    source
        The cell's, with the line of the magic.
    blocks
        What it is to print, as `giakit.adoption.prose.normal_block` returns blocks.
    render
        Renders a cell's body to such blocks.
    """

    key: str
    source: str
    blocks: tuple[Block, ...]
    render: Callable[[str], Sequence[Block]]
    names: Mapping[str, object]
    expressions: Expressions
    statistics: Statistics


@dataclass(frozen=True)
class Rewritten:
    """A cell's new source, and the figures that became others, for which it must not be used."""

    source: str
    changed: tuple[ChangedFigure, ...] = ()


class _Edit(NamedTuple):
    """An unchanged block by its number, or what was written, and the old block at which it stands.

    `new` is whether it stands for no old block.
    """

    number: int | None
    at: int
    written: Written | None = None
    new: bool = False


def rewrite_cell(cell: Cell) -> Rewritten:
    """Return the source that prints the edited blocks, with as much of the template as can be kept.

    Raises
    ------
    NarrativeError
        If they are more than a narrative cell holds.
    """
    magic, _, body = cell.source.partition("\n")
    work = _Rewriting(cell, "\n".join(body.splitlines()))
    for new in work.candidates():
        if _prints(cell, new):
            return Rewritten(f"{magic}\n{new}", tuple(work.changed))
    plain = write_blocks(map(literal, cell.blocks))
    cell.render(plain)  # raises, and says why
    raise AssertionError(plain)


def _prints(cell: Cell, body: str) -> bool:
    try:
        return tuple(cell.render(body)) == cell.blocks
    except NarrativeError:
        return False


@dataclass
class _Rewriting:
    cell: Cell
    body: str
    changed: list[ChangedFigure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._traced = trace_cell(self.body, self.cell.names)

    def candidates(self) -> Iterator[str]:
        """Yield bodies, the one that keeps most of the template first."""
        yield self._with_template()
        yield "\n".join(self._text(self._edits))
        yield write_blocks(map(literal, self.cell.blocks))

    @cached_property
    def _edits(self) -> list[_Edit]:
        found: list[_Edit] = []
        before = list(self.cell.render(self.body))
        for what, first, last, begin, end in SequenceMatcher(None, before, self.cell.blocks, False).get_opcodes():  # noqa: FBT003 - no autojunk
            if what == "equal":
                found += [_Edit(number, number) for number in range(first, last)]
            elif begin < end:
                at = max(first - (what == "insert"), 0)
                found += self._write(before, slice(first, last), self.cell.blocks[begin:end], at)
        return found

    def _write(self, before: Sequence[Block], place: slice, now: Sequence[Block], at: int) -> Iterator[_Edit]:
        """Write new blocks that stand for old ones, each at the old one that it is made of, if not behind another.

        A block that only moved keeps its values.
        """
        moved = {block: number for number, block in enumerate(before)}
        old = [tokens_of_traced(each.runs) for each in self._traced[place]]
        new = [tokens_of_lines(lines_of(each)) for each in now]
        matched = match_tokens(list(chain(*old)), list(chain(*new)), self.cell.expressions)
        if not any(block in moved for block in now):
            self.changed += matched.changed
        written = self._written(now, list(chain(*new)), matched)
        for block, each, origin in zip(now, written, _origins(old, new, matched), strict=True):
            at = max(at, place.start + origin) if origin is not None else at
            again = retraced(self._traced[moved[block]], self.cell.expressions) if block in moved else each
            yield _Edit(None, at, again, new=origin is None)

    def _written(self, blocks: Sequence[Block], tokens: Sequence[Token], matched: Matched) -> list[Written]:
        said = {at: (expression, at + 1) for at, expression in places_of(self._said, tokens).items()}
        values = ((at, self.cell.expressions.of(value), end) for at, (value, end) in matched.values.items())
        kept = {at: (expression, end) for at, expression, end in values if expression}
        return write_tokens(blocks, tokens, said | kept)

    @cached_property
    def _said(self) -> list[tuple[str, str, str]]:
        return find_said(Prose(key=self.cell.key, blocks=self.cell.blocks), self.cell.statistics, self.cell.expressions)

    def _with_template(self) -> str:
        """Return the body in which only those parts are replaced that print something else now."""
        parts = part_body(self.body, self._traced)
        new, at = _Body(self.body.split("\n")), 0
        for part in parts:
            at = self._add_part(new, part, at, [each for each in self._edits if part.first <= each.at < part.last])
        new.keep(at, len(new.template))
        if not parts:
            new.put(self._text(self._edits))
        return "\n".join(new.lines).strip("\n")

    def _add_part(self, new: _Body, part: Part, at: int, own: Sequence[_Edit]) -> int:
        """Add the template from a line on, and a part: as it is, or what stands for it now; return the line behind.

        New blocks at its ends stand outside of the conditions around it: these are somebody's own words.
        """
        old = [place for place, each in enumerate(own) if not each.new]
        first, end = (old[0], old[-1] + 1) if old else (0, 0)
        before, middle, behind = own[:first], own[first:end], own[end:]
        if before:
            new.keep(at, part.outer[0])
            new.put(self._text(before))
            at = part.outer[0]
        new.keep(at, part.lines[0])
        if [each.number for each in middle] == list(range(part.first, part.last)):
            new.keep(*part.lines)
        else:
            new.put(self._text(middle))
        if behind:
            new.keep(part.lines[1], part.outer[1])
            new.put(self._text(behind))
        return part.outer[1] if behind else part.lines[1]

    def _text(self, edits: Sequence[_Edit]) -> list[str]:
        written = [edit.written or retraced(self._traced[edit.number or 0], self.cell.expressions) for edit in edits]
        text, _ = rewrite_years(_MAGIC + write_blocks(written), self.cell.statistics.year)
        return text.split("\n")[1:] if written else []


def _origins(old: Sequence[Sequence[Token]], new: Sequence[Sequence[Token]], matched: Matched) -> Iterator[int | None]:
    """Yield for each new block the number of the old one that most of its tokens come from, if it is not a new one."""
    owners = [number for number, tokens in enumerate(old) for _ in tokens]
    place = 0
    for tokens in new:
        places = range(place, place + len(tokens) - 1)  # without the break at its end
        place += len(tokens)
        found = Counter(owners[matched.same[each]] for each in places if each in matched.same).most_common(1)
        yield found[0][0] if found and 2 * found[0][1] >= len(places) else None


class _Body:
    """A body that is put together of lines of the template and of new ones."""

    def __init__(self, template: Sequence[str]) -> None:
        self.template = template
        self.lines: list[str] = []
        self._apart = False

    def keep(self, first: int, end: int) -> None:
        """Add lines of the template."""
        lines = self.template[first:end]
        if lines:
            self._part_from(lines[0], apart=self._apart)
            self.lines += lines
            self._apart = False

    def put(self, lines: Sequence[str]) -> None:
        """Add new lines, which stand apart from those around them."""
        if lines:
            self._part_from(lines[0], apart=True)
            self.lines += lines
            self._apart = True

    def _part_from(self, following: str, *, apart: bool) -> None:
        if apart and self.lines and self.lines[-1].strip() and following.strip():
            self.lines.append("")
