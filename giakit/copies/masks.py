"""Parts of a text put out of sight: expressions of a narrative cell, quotations, titles, addresses."""

from __future__ import annotations

import re

_EXPRESSIONS = r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"
_QUOTED = r"《[^《》\n]*》|“[^“”\n]*”|「[^「」\n]*」|〔[^〔〕\n]*〕\d*号?|\[\d{4}\]\d*号?|\]\([^)\n]*\)|https?://[^\s，。；、）)]+"
# Two planes of private use, of which published text uses a character at most here and there
_PLANES = range(0xF0000, 0x110000)
_MOST = 0x1000


class Mask:
    """Puts parts of a text behind one character each, and back."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._first = _PLANES.start

    def hide_expressions(self, text: str) -> str:
        """Hide what the template engine reads."""
        return self._hide(_EXPRESSIONS, text)

    def hide_quoted(self, text: str) -> str:
        """Hide what stands in a text as others wrote it: titles, quotations, document numbers, addresses."""
        return self._hide(_QUOTED, text)

    def _hide(self, pattern: str, text: str) -> str:
        if not self._parts:
            self._first = _free_block(text)
        return re.sub(pattern, lambda found: self._hold(found[0]), text, flags=re.DOTALL)

    def _hold(self, part: str) -> str:
        if len(self._parts) >= _MOST:
            return part
        self._parts.append(part)
        return chr(self._first + len(self._parts) - 1)

    def show(self, text: str) -> str:
        """Put back what was hidden, and what was hidden within it."""
        if not self._parts:
            return text
        hidden = re.compile(f"[{chr(self._first)}-{chr(self._first + len(self._parts) - 1)}]")
        while hidden.search(text):
            text = hidden.sub(lambda found: self._parts[ord(found[0]) - self._first], text)
        return text


def _free_block(text: str) -> int:
    """Return where a block of characters begins that a text has none of."""
    used = {ord(char) // _MOST for char in text if ord(char) in _PLANES}
    blocks = (first for first in _PLANES[::_MOST] if first // _MOST not in used)
    return next(blocks, _PLANES.start)
