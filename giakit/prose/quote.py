"""Sentences quoted in findings: whole if short, else the part around what is spoken of."""

from __future__ import annotations

_MOST = 72
_BEFORE = 48


def quote(sentence: str, focus: str = "") -> str:
    """Return a sentence on one line, shortened around `focus`.

    >>> quote("一" * 100 + "共12件。", "12件")[-8:]
    '一一一共12件。'
    """
    line = " ".join(sentence.split()).rstrip("；;")
    if len(line) <= _MOST:
        return line
    start = max(0, line.find(focus) - _BEFORE) if focus else 0
    end = start + _MOST
    return f"{'…' if start else ''}{line[start:end]}{'…' if end < len(line) else ''}"
