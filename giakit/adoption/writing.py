"""Blocks and tokens as they are handed to `giakit.narrative.compose`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Literal

from giakit.adoption.tokens import BREAK, Style, Token, tokens_of_lines
from giakit.content.model import Block, ListBlock, Subheading
from giakit.narrative.compose import Expression, Run, Written
from giakit.narrative.expressions import Expressions
from giakit.narrative.trace import Piece, TracedBlock, lines_of

# By the place of the first token that an expression stands for: the expression, and the place behind the last.
Known = Mapping[int, tuple[str, int]]


def literal(block: Block) -> Written:
    """Return a block of nothing but words."""
    return write_tokens([block], tokens_of_lines(lines_of(block)), {})[0]


def write_tokens(blocks: Sequence[Block], tokens: Sequence[Token], known: Known) -> list[Written]:
    """Return blocks whose lines are made of these tokens, with expressions where they are known."""
    lines = _lines(tokens, known)
    return [Written(_kind(block), tuple(next(lines) for _ in lines_of(block))) for block in blocks]


def retraced(traced: TracedBlock, expressions: Expressions) -> Written:
    """Return a block that a template printed as it is written without the template's loops and conditions."""
    return Written(
        _kind(traced.block),
        tuple(
            tuple(
                Run(tuple(_piece(each, expressions) for each in pieces), inline.strong, inline.href)
                for inline, pieces in line
            )
            for line in traced.runs
        ),
    )


def _piece(piece: Piece, expressions: Expressions) -> str | Expression:
    if isinstance(piece, str):
        return piece
    found = expressions.of(piece)
    return Expression(found) if found else piece.text


def _kind(block: Block) -> Literal["paragraph", "heading", "bullets", "numbers"]:
    if isinstance(block, ListBlock):
        return "numbers" if block.ordered else "bullets"
    return "heading" if isinstance(block, Subheading) else "paragraph"


def _lines(tokens: Sequence[Token], known: Known) -> Iterator[tuple[Run, ...]]:
    line: list[tuple[Style, str | Expression]] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        expression, behind = known.get(place, ("", place + 1))
        if token is BREAK:
            styles = groupby(line, key=lambda each: each[0])
            yield tuple(Run(tuple(piece for _, piece in group), *style) for style, group in styles)
            line = []
        else:
            line.append((token.style, Expression(expression) if expression else token.text))
        place = behind
