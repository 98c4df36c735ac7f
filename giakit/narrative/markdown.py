"""The small subset of Markdown that counts: paragraph, （一） heading, list, strong, link.

Anything else is a finding, and its text is kept. Lines join as Chinese is set; indenting by hand, with spaces of any
width, is taken off, and a line indented with 　 begins a paragraph, as typists mean it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from giakit.content.model import Block, ListBlock, Paragraph, Subheading
from giakit.narrative.dialect import build_parser
from giakit.narrative.inlines import InlineReader, Run, set_runs
from giakit.narrative.markup import markup_finding
from giakit.narrative.places import Substitutions

if TYPE_CHECKING:
    from markdown_it.token import Token

    from giakit.findings import Finding

_MARKER = r"(?:[-+*]|\d{1,9}[.)])(?=\s|$)"
_ITEM = re.compile(_MARKER)
_DEEP = re.compile(rf"(?:(?:>|{_MARKER})\s*){{5,}}")  # deeper than anything but a mistake nests
_DEEPEST_INDENT = 12
_TABLE_RULE = re.compile(r"(?=.*-)\|?[\s:|-]+")
_DEFINITION = re.compile(r"\[[^\]]+\]:\s*\S")
_INDENT = "\u3000"
_PRINTED_LEVELS = {"h2", "h3"}


def parse_prose(
    text: str, substitutions: Substitutions, *, key: str = "", numbers: Sequence[int] | None = None
) -> tuple[tuple[Block, ...], list[Finding]]:
    """Read narrative Markdown.

    Parameters
    ----------
    text
        Markdown in which values have their places.
    substitutions
        The values; one that is text of this call's own may be added.
    key
        The cell's key, for the findings.
    numbers
        The number of each line in the cell; counted from 1 where not given.

    Returns
    -------
    blocks, findings
        The blocks with every word of the text, and the markup among it that narrative does not print.
    """
    reader = read_blocks(text, substitutions, key=key, numbers=numbers)
    return tuple(reader.blocks), reader.source.findings


def read_blocks(
    text: str, substitutions: Substitutions, *, key: str = "", numbers: Sequence[int] | None = None
) -> BlockReader:
    """Read narrative Markdown as `parse_prose` does; the reader also knows on which lines each block stands."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    source = _Source(key, substitutions)
    for number, line in zip(numbers or range(1, len(lines) + 1), lines, strict=True):
        source.add(number, line)
    reader = BlockReader(source)
    for token in build_parser().parse("\n".join(source.lines)):
        reader.read(token)
    return reader


@dataclass
class _Source:
    """The lines that are parsed, each with its number in the cell, and what was found in them."""

    key: str
    substitutions: Substitutions
    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, number: int, line: str) -> None:
        """Add a line without what it was indented with by hand; where that is 　, as a paragraph of its own."""
        bare = line.strip()
        indent = line[: len(line) - len(line.lstrip())]
        if bare and _INDENT in indent and self.lines and self.lines[-1]:
            self._append(number, "")
        self._append(number, (_item_indent(indent) if _ITEM.match(bare) else "") + bare)
        self._mend(bare)

    def find(self, kind: str, place: int, excerpt: str = "", **details: object) -> None:
        """Add a finding about the line at a place among the parsed ones."""
        shown = self.substitutions.fill(excerpt or self.lines[place].strip())
        self.findings.append(markup_finding(kind, self.key, self.number(place), shown, **details))

    def number(self, place: int) -> int:
        """Return the number in the cell of the line at a place among the parsed ones."""
        return self.numbers[min(place, len(self.numbers) - 1)]

    def _append(self, number: int, line: str) -> None:
        self.lines.append(line)
        self.numbers.append(number)

    def _mend(self, bare: str) -> None:
        """Find in the last line what the parser would not find, or would drop."""
        last = len(self.lines) - 1
        if _TABLE_RULE.fullmatch(bare) and "|" in bare and last and "|" in self.lines[last - 1]:
            self.find("table", last, self.lines[last - 1])
        if _DEFINITION.match(bare):
            self.find("reference", last)
        if deep := _DEEP.match(bare):
            self.find("nested", last)
            self.lines[last] = self.substitutions.hold(deep[0]) + bare[deep.end() :]


@dataclass
class BlockReader:
    """Makes flat blocks of the parser's tokens.

    Attributes
    ----------
    blocks
        What was read.
    spans
        For each block the numbers of the first and the last line of the cell that it comes from.
    """

    source: _Source
    blocks: list[Block] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    _heading: bool = False
    _lists: int = 0
    _ordered: bool = False
    _items: list[list[Run]] = field(default_factory=list)
    _span: tuple[int, int] = (1, 1)

    def read(self, token: Token) -> None:
        """Read the next token; those that only close something say nothing."""
        self._note_lines(token)
        match token.type:
            case "paragraph_open":
                self._heading = False
            case "heading_open":
                self._open_heading(token)
            case "inline":
                self._read_inline(token)
            case "bullet_list_open" | "ordered_list_open":
                self._open_list(token)
            case "bullet_list_close" | "ordered_list_close":
                self._close_list()
            case "list_item_open":
                self._open_item(token)
            case "blockquote_open":
                self.source.find("quote", _place(token))
            case "hr":
                self.source.find("rule", _place(token))
            case "fence" | "html_block":
                self.source.find("code" if token.type == "fence" else "html", _place(token))
                self._add([Run(f"{token.info}\n{token.content}")])

    def _note_lines(self, token: Token) -> None:
        """Note which lines of the cell the block comes from that is being read; a list's are those of all its items."""
        if token.map and not self._lists:
            numbers = self.source.numbers[slice(*token.map)]
            self._span = min(numbers), max(numbers)

    def _open_heading(self, token: Token) -> None:
        self._heading = True
        if token.markup.startswith("#") and token.tag not in _PRINTED_LEVELS:
            self.source.find("heading", _place(token), level=token.tag.removeprefix("h"))
        elif not token.markup.startswith("#"):
            self.source.find("underlined", _place(token))
        if self._lists:
            self.source.find("item", _place(token))

    def _read_inline(self, token: Token) -> None:
        source, first = self.source, _place(token)
        reader = InlineReader(
            source.key, source.substitutions, lambda down: source.number(first + down), source.findings
        )
        self._add(reader.read(token.children or []), heading=self._heading)

    def _open_list(self, token: Token) -> None:
        self._lists += 1
        if self._lists > 1:
            self.source.find("nested", _place(token))
        else:
            self._ordered = token.type == "ordered_list_open"

    def _open_item(self, token: Token) -> None:
        self._items.append([])
        expected = str(len(self._items))
        if self._lists == 1 and token.info and token.info.lstrip("0") != expected:
            self.source.find("numbering", _place(token), number=token.info, expected=expected)

    def _close_list(self) -> None:
        self._lists -= 1
        if not self._lists:
            items = tuple(filter(None, (set_runs(item, self.source.substitutions) for item in self._items)))
            self._items = []
            if items:
                self._append(ListBlock(type="list", ordered=self._ordered, items=items))

    def _add(self, runs: list[Run], *, heading: bool = False) -> None:
        if self._items:
            self._items[-1] += [*runs, Run("\n")]
        elif inlines := set_runs(runs, self.source.substitutions):
            self._append(
                Subheading(type="heading", inlines=inlines) if heading else Paragraph(type="paragraph", inlines=inlines)
            )

    def _append(self, block: Block) -> None:
        self.blocks.append(block)
        self.spans.append(self._span)


def _item_indent(indent: str) -> str:
    """Return how deep an item is indented, so that a list within a list is seen; 　 indents a paragraph instead."""
    return "" if _INDENT in indent else " " * min(len(indent.expandtabs(4)), _DEEPEST_INDENT)


def _place(token: Token) -> int:
    return token.map[0] if token.map else 0
