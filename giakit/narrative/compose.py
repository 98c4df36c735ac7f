"""Words and expressions as Markdown of a narrative cell that prints exactly these words: nothing in them is markup.

The counterpart of `giakit.narrative.markdown`: what is written here is read back there, see the property tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, NamedTuple

_MARKUP = re.compile(r"([\\`*_\[\]<>&~#|!])")
_MARKS = (("-", "."), ("*", ")"))  # of bullets and behind numbers
_BRACE = '{{ "{" }}'  # a brace beside another would begin an expression, backslash or not
_FIRST = re.compile(r"[-+=]|\d{1,9}(?=[.)](?:\s|$))")


class Expression(NamedTuple):
    """What stands between double braces."""

    source: str


class Run(NamedTuple):
    """Words and expressions of one style; `href` is an address that `check_address` has passed."""

    pieces: tuple[str | Expression, ...]
    strong: bool = False
    href: str | None = None


@dataclass(frozen=True)
class Written:
    """A block to be written: its lines of text, of which only a list has several."""

    kind: Literal["paragraph", "heading", "bullets", "numbers"]
    lines: tuple[tuple[Run, ...], ...]


def write_blocks(blocks: Iterable[Written]) -> str:
    r"""Return blocks as Markdown with a blank line between them.

    >>> words = (Run(("*甲* 收到",)), Run((Expression("applications.received.total"), "件。"), strong=True))
    >>> write_blocks([Written("paragraph", (words,))])
    '\\*甲\\* 收到**{{ applications.received.total }}件。**'
    """
    written: list[str] = []
    before, marks = None, _MARKS
    for each in blocks:
        marks = marks[::-1] if each.kind == before else _MARKS  # neighbours with like marks would be one list
        written.append(_block(each, marks[0]))
        before = each.kind
    return "\n\n".join(written)


def escape(text: str) -> str:
    r"""Return a text as Markdown and template in which every character stands for itself; at a line's start, too.

    >>> escape("*甲*"), escape("# 六、"), escape("{{ year }}"), escape("1. 乙")
    ('\\*甲\\*', '\\# 六、', '{{ "{" }}{{ "{" }} year }}', '1\\. 乙')
    """
    begun = _FIRST.match(text)
    if begun is None:
        return _escaped(text)
    end = begun.end()
    first = text[:end] if text[0].isdecimal() else ""
    return f"{first}\\{text[end if first else 0]}{_escaped(text[end + 1 if first else 1 :])}"


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text).replace("{", _BRACE)


def _block(block: Written, marks: tuple[str, str]) -> str:
    if block.kind == "heading":
        return f"## {_line(block.lines[0])}"
    if block.kind == "paragraph":
        return _line(block.lines[0])
    bullet, behind = marks
    numbered = block.kind == "numbers"
    return "\n".join(
        f"{number}{behind} {_line(line)}" if numbered else f"{bullet} {_line(line)}"
        for number, line in enumerate(block.lines, 1)
    )


def _line(runs: Sequence[Run]) -> str:
    """Return a line; what is strong goes on through links, or a space before one would end it."""
    parts = [
        (strong, "".join(_run(run, first=not strong and run is runs[0]) for run in group))
        for strong, group in groupby(runs, key=lambda run: run.strong)
    ]
    return "".join(f"**{words}**" if strong else words for strong, words in parts)


def _run(run: Run, *, first: bool) -> str:
    written = "".join(
        f"{{{{ {piece.source} }}}}"
        if isinstance(piece, Expression)
        else (escape if first and not place and not run.href else _escaped)(piece)
        for place, piece in enumerate(_joined(run.pieces))
    )
    return f"[{written}](<{_escaped_address(run.href)}>)" if run.href else written


def _joined(pieces: Iterable[str | Expression]) -> list[str | Expression]:
    """Join neighbouring words, of which only the whole tells what would be markup."""
    joined: list[str | Expression] = []
    for each in pieces:
        last = joined[-1] if joined else None
        if isinstance(each, str) and isinstance(last, str):
            joined[-1] = last + each
        else:
            joined.append(each)
    return joined


def _escaped_address(address: str) -> str:
    return address.replace("&", "\\&")
