"""Words taken apart for comparing: numbers whole, all else by the character, each with the value it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from giakit.content.model import Inline
from giakit.narrative.trace import Line as TracedLine
from giakit.narrative.trace import Printed

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|.", re.DOTALL)
_BREAK = "\n"


class Style(NamedTuple):
    """How a token looks."""

    strong: bool = False
    href: str | None = None


@dataclass(frozen=True, eq=False)
class Token:
    """A token of a line; `printed` is the value that it is a part of, if it is of one alone."""

    text: str
    style: Style
    printed: Printed | None = None

    @property
    def is_number(self) -> bool:
        """Whether it is a number."""
        return self.text[0].isdecimal()


BREAK = Token(_BREAK, Style())


def tokens_of_lines(lines: Sequence[Sequence[Inline]]) -> list[Token]:
    """Return the tokens of lines, with a break behind each."""
    return [token for line in lines for token in (*_tokens([(each, (each.text,)) for each in line]), BREAK)]


def tokens_of_traced(lines: Sequence[TracedLine]) -> list[Token]:
    """Return the tokens of lines that a narrative cell printed, with a break behind each."""
    return [token for line in lines for token in (*_tokens(line), BREAK)]


def _tokens(line: Sequence[tuple[Inline, Sequence[str | Printed]]]) -> Iterator[Token]:
    """Yield the tokens of a line; a number that goes on into another style or value is told apart there."""
    for inline, pieces in line:
        style = Style(inline.strong, inline.href)
        owners = [
            None if isinstance(piece, str) else piece
            for piece in pieces
            for _ in (piece if isinstance(piece, str) else piece.text)
        ]
        for found in _TOKEN.finditer(inline.text):
            of = owners[found.start() : found.end()]
            yield Token(found[0], style, of[0] if all(each is of[0] for each in of) else None)
