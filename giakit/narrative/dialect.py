"""The parser of narrative Markdown: CommonMark, changed where Chinese or this report needs it.

What narrative does not print (quotes, code, HTML, …) is still parsed, to be named in a finding. What would drop text
(link definitions) or depends on invisible marks (code by indentation) is switched off.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.rules_inline.state_inline import Delimiter

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline

STRAY_STRONG = "stray_strong"
IMAGE_MARK = "image_mark"

_STRONG = 2  # how many asterisks
# Containers nest no deeper than `markdown.tidy_lines` lets them; below this the parser would drop text.
_NESTING = 100


class _Dialect(MarkdownIt):
    """Leaves addresses alone: they may hold places, and are checked once these are filled."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - markdown-it's name
        return url

    def normalizeLinkText(self, link: str) -> str:  # noqa: N802 - markdown-it's name
        return link

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - markdown-it's name and signature
        return True


@cache
def build_parser() -> MarkdownIt:
    """Return the parser; one serves every cell, it keeps nothing."""
    parser = _Dialect("commonmark", {"maxNesting": _NESTING})
    parser.enable("strikethrough").disable(["code", "reference", "image"])
    parser.inline.ruler.before("emphasis", "strong", _scan_strong)
    parser.inline.ruler.before("link", IMAGE_MARK, _scan_image_mark)
    parser.inline.ruler2.before("fragments_join", STRAY_STRONG, _mark_stray_strong)
    return parser


def _scan_strong(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Read ``**`` as opening before any character but a space, and as closing behind any.

    CommonMark also asks for a space or punctuation on the outer side wherever there is punctuation on the inner one,
    which ``**…。**二是`` has not and Chinese never has.
    """
    if silent or state.src[state.pos] != "*":
        return False
    length = state.scanDelims(state.pos, canSplitWord=True).length
    if length < _STRONG:
        return False
    end = state.pos + length
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    for _ in range(length):
        state.push("text", "", 0).content = "*"
        state.delimiters.append(
            Delimiter(
                marker=ord("*"),
                length=length,
                token=len(state.tokens) - 1,
                end=-1,
                open=not after.isspace(),
                close=not before.isspace(),
            )
        )
    state.pos = end
    return True


def _scan_image_mark(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - markdown-it's signature
    """Read the ``!`` of an image by itself, so that its description is read as the text of a link."""
    if not state.src.startswith("![", state.pos):
        return False
    if not silent:
        state.push(IMAGE_MARK, "", 0).content = "!"
    state.pos += 1
    return True


def _mark_stray_strong(state: StateInline) -> None:
    """Name the asterisks of every ``**`` that found no partner."""
    groups = [state.delimiters, *(meta["delimiters"] for meta in state.tokens_meta if meta)]
    for delimiter in (each for group in groups for each in group):
        token = state.tokens[delimiter.token]
        if delimiter.marker == ord("*") and delimiter.length >= _STRONG and token.type == "text" and token.content:
            token.type = STRAY_STRONG
