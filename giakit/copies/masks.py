"""Parts of a text put out of sight: expressions of a narrative cell, quotations, titles, addresses."""

from __future__ import annotations

import re

_EXPRESSIONS = r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}"
_QUOTED = r"《[^《》\n]*》|“[^“”\n]*”|「[^「」\n]*」|〔[^〔〕\n]*〕\d*号?|\[\d{4}\]\d*号?|\]\([^)\n]*\)|https?://[^\s，。；、）)]+"
_FIRST = 0xF0000  # a plane of private use, in which no published text has characters
_MOST = 0xFFFD


class Mask:
    """Puts parts of a text behind one character each, and back."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def hide_expressions(self, text: str) -> str:
        """Hide what the template engine reads."""
        return self._hide(_EXPRESSIONS, text)

    def hide_quoted(self, text: str) -> str:
        """Hide what stands in a text as others wrote it: titles, quotations, document numbers, addresses."""
        return self._hide(_QUOTED, text)

    def _hide(self, pattern: str, text: str) -> str:
        return re.sub(pattern, lambda found: self._hold(found[0]), text, flags=re.DOTALL)

    def _hold(self, part: str) -> str:
        if len(self._parts) >= _MOST:
            return part
        self._parts.append(part)
        return chr(_FIRST + len(self._parts) - 1)

    def show(self, text: str) -> str:
        """Put back what was hidden, and what was hidden within it."""
        hidden = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + _MOST)}]")
        while hidden.search(text):
            text = hidden.sub(lambda found: self._parts[ord(found[0]) - _FIRST], text)
        return text
