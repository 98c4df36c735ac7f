"""The text within a block: strong runs, links, and how lines of Chinese join."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from giakit.content.model import Inline
from giakit.narrative.addresses import check_address
from giakit.narrative.dialect import IMAGE_MARK, STRAY_STRONG
from giakit.narrative.markup import link_finding, markup_finding
from giakit.narrative.words import gap

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

    from giakit.findings import Finding
    from giakit.narrative.places import Substitutions


class Run(NamedTuple):
    """Text of one style; a line break in it is one of the source."""

    text: str
    strong: bool = False
    href: str | None = None


@dataclass
class InlineReader:
    """Reads the inline tokens of one block.

    Attributes
    ----------
    line_of
        Gives the line of the cell for a line of the block's text, counted from its first.
    findings
        Where markup that narrative does not print is added.
    """

    key: str
    substitutions: Substitutions
    line_of: Callable[[int], int]
    findings: list[Finding]
    _runs: list[Run] = field(default_factory=list)
    _strong: int = 0
    _href: str | None = None
    _title: str = ""
    _image: bool = False
    _breaks: int = 0

    def read(self, tokens: Sequence[Token]) -> list[Run]:
        """Return the runs of text, in which every word of the block is kept."""
        for place, token in enumerate(tokens):
            self._read(token, tokens[place + 1] if place + 1 < len(tokens) else None)
        return self._runs

    def _read(self, token: Token, following: Token | None) -> None:
        after = following.content if following else ""
        match token.type:
            case "strong_open" | "strong_close":
                self._strong += token.nesting
            case "em_open":
                self._find("emphasis", after)
            case "s_open":
                self._find("strikethrough", after)
            case "link_open":
                self._open_link(token, empty=following is not None and following.type == "link_close")
            case "link_close":
                self._close_link()
            case "softbreak" | "hardbreak":
                self._break(token)
            case "code_inline" | "html_inline":
                self._find(token.type.removesuffix("_inline"), token.content)
                self._add(token.content)
            case _:
                self._read_mark(token, following)

    def _read_mark(self, token: Token, following: Token | None) -> None:
        follows = following.type if following else ""
        self._image = token.type == IMAGE_MARK and follows == "link_open"
        if self._image:
            return
        if token.type == STRAY_STRONG and follows != STRAY_STRONG:
            self._find("stray")
        self._add(token.content)

    def _break(self, token: Token) -> None:
        if token.type == "hardbreak":
            self._find("break")
        self._breaks += 1
        self._add("\n")

    def _open_link(self, token: Token, *, empty: bool) -> None:
        address = self.substitutions.fill(str(token.attrGet("href") or "")).strip()
        self._title = str(token.attrGet("title") or "")
        if self._image:
            self._find("image", address)
        else:
            self._href = check_address(address)
            if self._href is None:
                self.findings.append(link_finding(self.key, self._line, address))
        if self._title:
            self._find("title", self._title)
        if empty:
            self._add(self.substitutions.hold(address))
        self._image = False

    def _close_link(self) -> None:
        self._href = None
        if self._title:
            self._add(f"（{self._title}）")

    def _add(self, text: str) -> None:
        self._runs.append(Run(text, self._strong > 0, self._href))

    def _find(self, kind: str, excerpt: str = "") -> None:
        self.findings.append(markup_finding(kind, self.key, self._line, self.substitutions.fill(excerpt)))

    @property
    def _line(self) -> int:
        return self.line_of(self._breaks)


def set_runs(runs: Iterable[Run], substitutions: Substitutions) -> tuple[Inline, ...]:
    """Put the values in, join the lines, and return what is to be printed; nothing where all of it is blank."""
    filled = [Run(substitutions.fill(run.text), run.strong, run.href) for run in runs]
    if len(filled) == 1 and "\n" not in filled[0].text:  # as most are: nothing to join
        text = filled[0].text.strip()
        return (Inline(text=text, strong=filled[0].strong, href=filled[0].href),) if text else ()
    joined = _join((char, (run.strong, run.href)) for run in filled for char in run.text)
    return tuple(
        Inline(text="".join(char for char, _ in group), strong=strong, href=href)
        for (strong, href), group in groupby(joined, key=lambda pair: pair[1])
    )


Style = tuple[bool, str | None]


def _join(chars: Iterable[tuple[str, Style]]) -> list[tuple[str, Style]]:
    """Join lines as Chinese is set and leave out the space at both ends."""
    joined: list[tuple[str, Style]] = []
    broken = False
    for char, style in chars:
        if char == "\n":
            broken = True
            _strip_end(joined)
        elif not char.isspace() or (joined and not broken):
            if broken and joined:
                joined += [(space, style) for space in gap(joined[-1][0], char)]
            broken = False
            joined.append((char, style))
    _strip_end(joined)
    return joined


def _strip_end(chars: list[tuple[str, Style]]) -> None:
    while chars and chars[-1][0].isspace():
        chars.pop()
